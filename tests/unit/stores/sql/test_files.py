"""Contents of files: each kept once, in pieces, and removed when nobody needs them."""

import hashlib
import io
import os
import tracemalloc

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from sacred.errors import StoreError
from sacred.stores.sql import files as module
from sacred.stores.sql import schema
from sacred.stores.sql.files import PIECE_BYTES, Pieces, iter_pieces
from sacred.stores.sql.store import SqlStore
from sacred.testing.samples import Sample, Samples, add_file_names, make_document, make_sample

LARGE = os.urandom(1000) * 3500
DAY_US = 24 * 3600 * 1_000_000


def make_run(run_id, **files):
    named = {("artifact", name): content for name, content in files.items()}
    return Sample(add_file_names(make_document(run_id), named), files=named)


def add(store, *samples, **options):
    return [run_id for _, run_id in store.add_runs(Samples(samples, **options).make_runs())]


def count(store, table):
    query = sa.select(sa.func.count()).select_from(table)
    return store._database.read(lambda connection: connection.scalar(query))


def age_contents(store, by_us=2 * DAY_US):
    older = sa.update(schema.blobs).values(added_us=schema.blobs.c.added_us - by_us)
    store._database.write(lambda connection: connection.execute(older))


def read(store, run_id, name):
    file = next(file for file in store.list_files(run_id) if file.name == name)
    with store.open_file(run_id, file) as opened:
        return opened.read()


@pytest.mark.parametrize("content", [b"", b"small", LARGE, b"x" * PIECE_BYTES, b"x" * (2 * PIECE_BYTES)])
def test_a_content_is_kept_once(store, content):
    add(store, make_run("1", a=content, b=content), make_run("2", c=content))
    add(store, make_run("3", d=content))
    assert count(store, schema.blobs) == 1
    assert count(store, schema.pieces) == -(-len(content) // PIECE_BYTES)
    assert [read(store, *place) for place in (("1", "a"), ("1", "b"), ("2", "c"), ("3", "d"))] == [
        content
    ] * 4
    digest = store._database.read(lambda connection: connection.scalar(sa.select(schema.blobs.c.digest)))
    assert digest == hashlib.sha256(content).hexdigest()


@given(
    st.lists(st.binary(min_size=1, max_size=9), max_size=6),
    st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.integers(-60, 60), st.integers(0, 30)), max_size=8),
)
def test_pieces_are_a_file(parts, moves):
    """Sought in and read as one in memory."""
    whole = b"".join(parts)
    starts = [sum(map(len, parts[:number])) for number in range(len(parts))]

    def find(position):
        number = max(n for n, start in enumerate(starts) if start <= position)
        return starts[number], parts[number]

    opened, model = io.BufferedReader(Pieces(find, len(whole)), 4), io.BytesIO(whole)
    for whence, offset, size in moves:
        base = (0, model.tell(), len(whole))[whence]
        if base + offset >= 0:
            assert opened.seek(offset, whence) == model.seek(offset, whence)
        assert opened.read(size) == model.read(size)
    opened.seek(0)
    assert opened.read() == whole


def test_a_place_before_the_start():
    with pytest.raises(ValueError, match="before the start"):
        Pieces(lambda position: (0, b""), 3).seek(-1)


def test_pieces_have_one_size_whatever_a_file_gives():
    class Slow(io.BytesIO):
        def read(self, size=-1, /):
            return super().read(min(size, 700_001))

    content = os.urandom(5000) * 500
    pieces = list(iter_pieces(Slow(content)))
    assert b"".join(pieces) == content
    assert [len(piece) for piece in pieces] == [PIECE_BYTES, PIECE_BYTES, len(content) - 2 * PIECE_BYTES]


def test_a_missing_piece_is_told(store):
    add(store, make_run("1", a=LARGE))
    lost = sa.delete(schema.pieces).where(schema.pieces.c.start > 0)
    store._database.write(lambda connection: connection.execute(lost))
    with pytest.raises(StoreError, match="missing in the database"):
        read(store, "1", "a")


def test_a_lost_file_is_noted(store):
    add(store, make_run("1", a=b"lost", b=b"kept"), lost=[b"lost"])
    with pytest.raises(StoreError, match="'a' of run '1' is noted, but not kept"):
        read(store, "1", "a")
    assert read(store, "1", "b") == b"kept"


def test_a_shared_file_is_read_once(store, monkeypatch):
    samples = Samples(make_sample(str(number)) for number in range(5))
    opened = []
    real = samples.open_file
    monkeypatch.setattr(
        samples, "open_file", lambda run_id, file: opened.append(file.kind) or real(run_id, file)
    )
    list(store.add_runs(samples.make_runs()))
    assert opened.count("resource") == opened.count("source") == 1
    assert opened.count("artifact") == 10
    assert [read(store, str(number), "train.py") for number in range(5)] == [b"print('train')\n"] * 5


def test_memory_does_not_grow_with_files(url):
    """Neither when they come nor when they go."""

    class Endless(Samples):
        def open_file(self, run_id, file):
            return open("/dev/zero", "rb") if False else _Zeros(64 << 20)

    store = SqlStore(url)
    add(store, make_sample("0"))
    tracemalloc.start()
    list(store.add_runs(Endless([make_run("1", a=b"zeros")]).make_runs()))
    (file,) = store.list_files("1")
    with store.open_file("1", file) as opened:
        size = sum(len(part) for part in iter(lambda: opened.read(1 << 16), b""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    store.close()
    assert size == 64 << 20
    assert peak < 16 << 20


class _Zeros(io.RawIOBase):
    def __init__(self, size):
        self.left = size

    def readable(self):
        return True

    def readinto(self, buffer):
        count = min(len(buffer), self.left)
        buffer[:count] = bytes(count)
        self.left -= count
        return count


def test_contents_that_may_be_needed_soon_stay(store):
    """A large file is there before its run is."""
    with pytest.raises(OSError, match="Input/output"):
        add(store, make_run("1", a=LARGE, b=b"broken" * 100), broken=[b"broken" * 100])
    assert count(store, schema.blobs) == 1
    assert store.collect_garbage().files == 0
    age_contents(store)
    assert store.collect_garbage(dry_run=True).files == 1
    assert count(store, schema.blobs) == 1
    collected = store.collect_garbage()
    assert (collected.files, collected.size_bytes) == (1, len(LARGE))
    assert (count(store, schema.blobs), count(store, schema.pieces)) == (0, 0)


def test_what_a_large_file_left_half_way_is_garbage(store):
    with pytest.raises(OSError, match="Input/output"):
        add(store, make_run("1", a=LARGE), broken=[LARGE])
    assert count(store, schema.pieces) >= 1
    age_contents(store)
    assert store.collect_garbage().files == 1
    assert count(store, schema.pieces) == 0


def test_old_contents_that_a_run_needs_stay(store):
    add(store, make_run("1", a=LARGE), make_run("2", a=LARGE, b=b"own"))
    age_contents(store)
    store.delete(["2"])
    collected = store.collect_garbage()
    assert (collected.runs, collected.files) == (1, 1)
    assert read(store, "1", "a") == LARGE


def test_a_content_removed_before_its_run_was_written_comes_again(url, store, monkeypatch):
    """Somebody collects garbage between the two transactions."""
    add(store, make_run("0", other=b"x"))
    real, calls = module.store_contents, []

    def interfere(connection, contents):
        if not calls:
            calls.append(1)
            connection.execute(sa.delete(schema.blobs).where(schema.blobs.c.size_bytes == len(LARGE)))
        return real(connection, contents)

    from sacred.stores.sql import writing

    monkeypatch.setattr(writing, "store_contents", interfere)
    assert add(store, make_run("1", a=LARGE)) == ["1"]
    assert read(store, "1", "a") == LARGE


def test_the_file_becomes_smaller(store, tmp_path):
    add(store, make_run("1", a=LARGE), make_run("2"))
    store.delete(["1"])
    store.collect_garbage()
    store.close()
    assert os.path.getsize(tmp_path / "runs.db") < len(LARGE) / 2
