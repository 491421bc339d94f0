"""Objects below a URL, each by its name relative to it: all that this folder needs of fsspec."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

from sacred.errors import StoreError
from sacred.plugins.extras import MissingExtraError, require
from sacred.support.masking import mask_url

_STAMP_KEYS = (
    "ETag",
    "etag",
    "md5Hash",
    "generation",
    "mtime",
    "LastModified",
    "last_modified",
    "updated",
    "created",
)
_MOMENT_KEYS = ("LastModified", "last_modified", "mtime", "updated", "created")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"%u(d[89a-f][0-9a-f]{2})")
_WITH_BUCKETS = {"s3", "s3a", "gs", "gcs"}
_DRIVERS = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs"}


@dataclass(frozen=True, slots=True)
class Found:
    """An object in a listing.

    Attributes:
        size_bytes: its length.
        stamp: what changes with its content.
        changed: when it was written, in seconds since 1970; 0 if that is not known.
    """

    size_bytes: int
    stamp: str
    changed: float


class Place:
    """A place in an object storage.

    Every method raises :class:`StoreError` if the storage can't be used, FileNotFoundError without an object.

    Args:
        url: by which fsspec knows it.

    Attributes:
        location: the URL without credentials.
        name_for_ever: the same for each process that opens it, however it was spelled.

    Raises:
        MissingExtraError: a package for it is missing.
        StoreError: it is no URL of an object storage.
    """

    def __init__(self, url: str) -> None:
        self.location = mask_url(url).rstrip("/")
        scheme = url.split("://", 1)[0].lower()
        if scheme in _DRIVERS:
            require(_DRIVERS[scheme], f'"{scheme}://"')
        fsspec = require("fsspec", f'"{scheme}://"')
        with self._translate("opened"):
            # a listing that was kept would hide what other programs write
            self._system, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        self._root = root.rstrip("/")
        self.name_for_ever = self._system.unstrip_protocol(root)
        self._has_bucket = scheme in _WITH_BUCKETS
        self._is_on_disk = scheme in {"file", "local"}

    @contextlib.contextmanager
    def _translate(self, what: str) -> Iterator[None]:
        try:
            yield
        except (StoreError, MissingExtraError, FileNotFoundError, FileExistsError):
            raise
        except ImportError as error:
            raise StoreError(f'"{self.location}" can\'t be {what}: {error}') from error
        except Exception as error:  # each of fsspec's many backends raises what its own library does
            reason = " ".join(mask_url(str(error)).split()) or type(error).__name__
            raise StoreError(f'"{self.location}" can\'t be {what}: {reason}') from error

    def _join(self, name: str) -> str:
        return f"{self._root}/{_escape(name)}" if name else self._root

    # --- reading

    def list(self, prefix: str = "") -> dict[str, Found]:
        """Return all objects, or those below a prefix that ends with ``/``; their names are whole."""
        top = self._join(prefix.rstrip("/"))
        with self._translate("listed"):
            self._system.invalidate_cache()
            try:
                found = self._system.find(top, detail=True, withdirs=False)
            except FileNotFoundError:
                found = {}
            if not found and not prefix and self._has_bucket:
                self._check_bucket()
        start = len(self._root) + 1
        # a prefix may be an object as well, with the name itself
        return {
            _unescape(path[start:]): _describe(info)
            for path, info in found.items()
            if info.get("type") != "directory" and path.startswith(f"{top}/") and not path.endswith("/")
        }

    def _check_bucket(self) -> None:
        bucket = self._root.split("/", 1)[0]
        if not self._system.exists(bucket):
            raise StoreError(f'"{self.location}" can\'t be read: there is no bucket "{bucket}"')

    def exists(self, name: str) -> bool:
        """Tell whether there is an object."""
        with self._translate("read"):
            return bool(self._system.isfile(self._join(name)))

    def find(self, names: Iterable[str]) -> dict[str, Found]:
        """Return what there is of some objects, by name."""
        found = {}
        with self._translate("read"):
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    found[name] = _describe(self._system.info(self._join(name)))
        return found

    def read(self, name: str) -> bytes:
        """Return the content of an object."""
        with self._translate("read"):
            return bytes(self._system.cat_file(self._join(name)))

    def read_part(self, name: str, start: int, stop: int) -> bytes:
        """Return the bytes of an object from ``start`` on to before ``stop``, both within it."""
        with self._translate("read"):
            return bytes(self._system.cat_file(self._join(name), start=start, end=stop))

    def read_many(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of small objects, many at a time; those that are gone are missing."""
        paths = {self._join(name): name for name in names}
        if not paths:
            return {}
        with self._translate("read"):
            found: Mapping[str, Any] = self._system.cat(list(paths), on_error="return")
            contents = {paths[path]: content for path, content in found.items() if path in paths}
            for content in contents.values():
                if isinstance(content, Exception) and not isinstance(content, FileNotFoundError):
                    raise content
        return {
            name: bytes(content) for name, content in contents.items() if not isinstance(content, Exception)
        }

    def download(self, paths: Mapping[str, str]) -> None:
        """Write the contents of objects into files, many at a time.

        Args:
            paths: of files, by the names of objects.
        """
        if not paths:
            return
        with self._translate("read"):
            self._system.get([self._join(name) for name in paths], list(paths.values()))

    def open(self, name: str) -> BinaryIO:
        """Open an object for reading; it can be sought in."""
        with self._translate("read"):
            return cast("BinaryIO", self._system.open(self._join(name), "rb"))

    # --- writing

    def write(self, name: str, content: bytes) -> None:
        """Write an object, whole or not at all."""
        with self._translate("written"):
            self._make_parent(name)
            self._system.pipe_file(self._join(name), content)

    def create(self, name: str, content: bytes) -> bool:
        """Write an object that is not there; return False if it is.

        Of several that do so at the same time one is first, if the storage can tell (S3, Google's, a disk).
        """
        with self._translate("written"):
            self._make_parent(name)
            try:
                self._create(self._join(name), content)
            except FileExistsError:
                return False
        return True

    def _create(self, path: str, content: bytes) -> None:
        if self._is_on_disk:  # fsspec looks first there, and then writes
            with open(path, "xb") as file:
                file.write(content)
            return
        try:
            self._system.pipe_file(path, content, mode="create")
        except (TypeError, NotImplementedError):
            if self._system.isfile(path):
                raise FileExistsError(path) from None
            self._system.pipe_file(path, content)

    def upload(self, paths: Mapping[str, str]) -> None:
        """Write the contents of files into objects, many at a time.

        Args:
            paths: of files, by the names of objects.
        """
        if not paths:
            return
        with self._translate("written"):
            for folder in {os.path.dirname(name) for name in paths}:
                self._make_parent(f"{folder}/")
            self._system.put(list(paths.values()), [self._join(name) for name in paths])

    def _make_parent(self, name: str) -> None:
        if not self._has_bucket:  # folders are no folders there; asking takes a request
            self._system.makedirs(os.path.dirname(self._join(name)), exist_ok=True)

    def copy(self, name: str, other: str) -> None:
        """Copy an object within the storage."""
        with self._translate("written"):
            self._make_parent(other)
            self._system.cp_file(self._join(name), self._join(other))

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects; those that are gone are no error."""
        paths = [self._join(name) for name in names]
        if not paths:
            return
        with self._translate("written"):
            try:
                self._system.rm(paths)
            except FileNotFoundError:
                self._remove_one_by_one(paths)

    def _remove_one_by_one(self, paths: Iterable[str]) -> None:
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                self._system.rm_file(path)


def _escape(name: str) -> str:
    """Return the name of an object: what is no UTF-8 in the name of a file can't be in that."""
    return _SURROGATE.sub(lambda found: f"%u{ord(found[0]):04x}", name)


def _unescape(name: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name) if "%u" in name else name


def _describe(info: Mapping[str, Any]) -> Found:
    stamp = next((str(info[key]) for key in _STAMP_KEYS if info.get(key) is not None), "")
    moment = next((info[key] for key in _MOMENT_KEYS if info.get(key) is not None), 0.0)
    size = int(info.get("size") or 0)
    return Found(size, f"{stamp} {size}", _to_seconds(moment))


def _to_seconds(moment: Any) -> float:
    if isinstance(moment, int | float):
        return float(moment)
    if isinstance(moment, str):
        with contextlib.suppress(ValueError):
            moment = datetime.fromisoformat(moment)
    return moment.timestamp() if isinstance(moment, datetime) else 0.0
