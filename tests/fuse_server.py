"""A file system in a process of its own: what is mounted shows a folder, by the kernel's FUSE protocol.

``python fuse_server.py FOLDER MOUNT_POINT CONTROL``: the file CONTROL can have the number of an error that
everything that writes gets. SIGUSR1 makes it a server that hangs, until SIGCONT, and a kill one that is gone.
It hangs between two questions: to one that it has taken the kernel wants an answer, and who asked it can't
even be killed before. Linux, for root only.
"""

import ctypes
import errno
import os
import select
import signal
import struct
import sys
from pathlib import Path

_BUFFER_BYTES = 1 << 18
_HEADER = struct.Struct("<IIQQIIII")
_OUT = struct.Struct("<IiQ")
_ATTRIBUTES = struct.Struct("<QQQQQQIIIIIIIIII")
_ROOT = 1
_DETACHED = 2
_LOOK_MILLISECONDS = 20


def mount(point, descriptor):
    options = f"fd={descriptor},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
    if _libc.mount(b"sacred", os.fsencode(point), b"fuse.sacred-test", 0, options):
        raise OSError(ctypes.get_errno(), "mount failed")


def unmount(point):
    """Take a file system away, whatever uses it, and whether or not its server answers."""
    _libc.umount2(os.fsencode(point), _DETACHED)


_libc = ctypes.CDLL(None, use_errno=True)


class Server:
    """Answers the kernel's questions from a folder."""

    def __init__(self, folder, control):
        self.control = control
        self.wishes = []
        signal.signal(signal.SIGUSR1, lambda number, _: self.wishes.append(number))
        self.paths = {_ROOT: str(folder)}
        self.numbers = {str(folder): _ROOT}
        self.listings = []
        reading = {1: self.look_up, 3: self.get_attributes, 14: self.open, 15: self.read, 17: self.describe}
        folders = {27: self.open_folder, 28: self.list, 29: self.ignore}
        names = {
            9: self.make_folder,
            10: self.unlink,
            11: self.remove_folder,
            12: self.rename,
            45: self.rename_2,
        }
        files = {4: self.set_attributes, 16: self.write, 35: self.create}
        # not the question at each close (25): the kernel waits for its answer even if the process is killed,
        # and then no program can end while the server hangs
        others = {18: self.release, 20: self.sync, 26: self.begin}
        self.answers = reading | folders | names | files | others
        self.writing = {*names, *files}

    def serve(self, descriptor):
        questions = select.poll()
        questions.register(descriptor, select.POLLIN)
        while True:
            if self.wishes:
                self.wishes.clear()
                os.kill(os.getpid(), signal.SIGSTOP)
            if not questions.poll(_LOOK_MILLISECONDS):
                continue
            try:
                request = os.read(descriptor, _BUFFER_BYTES)
            except OSError:
                return  # unmounted
            _, code, unique, node, *_ = _HEADER.unpack_from(request)
            if code in {2, 36, 42}:  # forgotten, interrupted
                continue
            status, data = self.answer(code, node, request[_HEADER.size :])
            os.write(descriptor, _OUT.pack(_OUT.size + len(data), status, unique) + data)

    def answer(self, code, node, body):
        if code not in self.answers:
            return -errno.ENOSYS, b""
        try:
            if code in self.writing and os.path.exists(self.control):
                return -int(Path(self.control).read_text()), b""
            return 0, self.answers[code](self.paths.get(node, ""), body)
        except OSError as error:
            return -error.errno, b""

    def begin(self, _path, _body):
        return struct.pack("<IIIIHHIIHHI28x", 7, 31, 1 << 16, 0, 12, 9, 1 << 16, 1, 16, 0, 0)

    def get_number(self, path):
        number = self.numbers.setdefault(path, len(self.paths) + 1)
        self.paths[number] = path
        return number

    def make_entry(self, path):
        attributes = self.pack(path)
        return struct.pack("<QQQQII", self.get_number(path), 0, 0, 0, 0, 0) + attributes

    def pack(self, path):
        found = os.lstat(path)
        times = [
            divmod(moment, 10**9) for moment in (found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns)
        ]
        numbers = (self.get_number(path), found.st_size, found.st_blocks)
        owner = (found.st_mode, found.st_nlink, found.st_uid, found.st_gid, 0, 4096, 0)
        return _ATTRIBUTES.pack(*numbers, *(one[0] for one in times), *(one[1] for one in times), *owner)

    def look_up(self, path, body):
        return self.make_entry(_join(path, body))

    def get_attributes(self, path, _body):
        return struct.pack("<QII", 0, 0, 0) + self.pack(path)

    def set_attributes(self, path, body):
        valid, _, _, size = struct.unpack_from("<IIQQ", body)
        if valid & 8:
            os.truncate(path, size)
        if valid & 1:
            os.chmod(path, struct.unpack_from("<I", body, 68)[0] & 0o7777)
        return self.get_attributes(path, b"")

    def make_folder(self, path, body):
        mode, _ = struct.unpack_from("<II", body)
        os.mkdir(_join(path, body[8:]), mode & 0o7777)
        return self.make_entry(_join(path, body[8:]))

    def unlink(self, path, body):
        os.unlink(_join(path, body))
        return b""

    def remove_folder(self, path, body):
        os.rmdir(_join(path, body))
        return b""

    def rename(self, path, body, offset=8):
        (target,) = struct.unpack_from("<Q", body)
        old, new = body[offset:].split(b"\0")[:2]
        source, place = _join(path, old), _join(self.paths[target], new)
        os.rename(source, place)
        number = self.numbers.pop(source, None)
        if number is not None:
            self.numbers[place], self.paths[number] = number, place
        return b""

    def rename_2(self, path, body):
        return self.rename(path, body, 16)

    def open(self, path, body):
        flags = struct.unpack_from("<I", body)[0] & ~(os.O_CREAT | os.O_EXCL | os.O_APPEND)
        return struct.pack("<QII", os.open(path, flags), 0, 0)

    def create(self, path, body):
        flags, mode = struct.unpack_from("<II", body)
        name = _join(path, body[16:])
        handle = os.open(name, flags & ~os.O_APPEND, mode & 0o7777)
        return self.make_entry(name) + struct.pack("<QII", handle, 0, 0)

    def read(self, _path, body):
        handle, offset, size = struct.unpack_from("<QQI", body)
        return os.pread(handle, size, offset)

    def write(self, _path, body):
        handle, offset, size = struct.unpack_from("<QQI", body)
        return struct.pack("<II", os.pwrite(handle, body[40 : 40 + size], offset), 0)

    def describe(self, path, _body):
        found = os.statvfs(path)
        blocks = found.f_blocks, found.f_bfree, found.f_bavail, found.f_files, found.f_ffree
        return struct.pack("<QQQQQIIII24x", *blocks, found.f_bsize, 255, found.f_frsize, 0)

    def release(self, _path, body):
        os.close(struct.unpack_from("<Q", body)[0])
        return b""

    def sync(self, _path, body):
        os.fsync(struct.unpack_from("<Q", body)[0])
        return b""

    def ignore(self, _path, _body):
        return b""

    def open_folder(self, path, _body):
        self.listings.append(sorted(os.listdir(path)))  # as it is now, whatever is removed while it is read
        return struct.pack("<QII", len(self.listings) - 1, 0, 0)

    def list(self, path, body):
        listing, offset, size = struct.unpack_from("<QQI", body)
        found = b""
        for index, name in enumerate(self.listings[listing][offset:], offset + 1):
            raw = os.fsencode(name)
            entry = struct.pack("<QQII", self.get_number(os.path.join(path, name)), index, len(raw), 0) + raw
            entry += bytes(-len(entry) % 8)
            if len(found) + len(entry) > size:
                break
            found += entry
        return found


def _join(path, body):
    return os.path.join(path, os.fsdecode(body.split(b"\0")[0]))


def main(folder, point, control):
    server = Server(folder, control)
    descriptor = os.open("/dev/fuse", os.O_RDWR)
    mount(point, descriptor)
    print("mounted", flush=True)
    server.serve(descriptor)


if __name__ == "__main__":
    main(*sys.argv[1:])
