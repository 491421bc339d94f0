"""Files of a run: found by name, read, fetched, copied under safe names."""

import hashlib
import os

import pytest

from sacred.errors import EntryNotFoundError, StoreError
from unit.reader.conftest import make_document, put

CONTENT = b"the weights"
SHA256 = {"sha256": hashlib.sha256(CONTENT).hexdigest()}


@pytest.fixture
def run(store, memory):
    files = [
        ("artifact", "model.pt", CONTENT, SHA256, {"content_type": "x/y", "metadata": {"epoch": 1}}),
        ("artifact", "plots/loss.png", b"png"),
        ("artifact", "train.py", b"an artifact"),
        ("artifact", "gone.txt", None),
        ("source", "train.py", b"import sacred\n"),
        ("resource", "/data/a/digits.csv", b"1,2"),
        ("resource", "/data/b/same.csv", b"b"),
        ("resource", "/data/c/same.csv", b"c"),
        ("record", "environment.json", b'{"user": "ada", "format": 1}'),
        ("record", "git.patch", b"diff --git\n"),
    ]
    put(memory, make_document("5"), files=files)
    return store[5]


def test_what_is_known_of_a_file(run):
    model = run.artifacts["model.pt"]
    assert (model.name, model.kind, model.size, model.run_id) == ("model.pt", "artifact", 11, "5")
    assert model.content_type == "x/y"
    assert model.notes["metadata"] == {"epoch": 1}
    assert model.digests == SHA256
    assert repr(model) == "<File model.pt: artifact, 11 bytes>"
    assert run.artifacts["plots/loss.png"].content_type == "image/png"
    assert repr(run.artifacts["gone.txt"]) == "<File gone.txt: artifact, size unknown>"


def test_reading(run):
    model = run.artifacts["model.pt"]
    assert model.read_bytes() == CONTENT
    assert model.read_text() == "the weights"
    with model.open() as file:
        file.seek(4)
        assert file.read() == b"weights"
    with pytest.raises(StoreError, match=r"gone\.txt"):
        run.artifacts["gone.txt"].read_bytes()


def test_kinds(run):
    assert list(run.artifacts) == ["model.pt", "plots/loss.png", "train.py", "gone.txt"]
    assert list(run.sources) == ["train.py"]
    assert len(run.resources) == 3
    assert run.sources["train.py"].read_text() == "import sacred\n"
    assert run.environment.user == "ada"
    assert run.git_patch == "diff --git\n"


def test_names_that_several_kinds_have(run):
    assert list(run.files)[:5] == ["model.pt", "plots/loss.png", "train.py", "gone.txt", "source:train.py"]
    assert run.files["train.py"].kind == "artifact"
    assert run.files["source:train.py"].kind == "source"
    assert run.files["artifact:train.py"].kind == "artifact"
    assert "artifact:train.py" in run.files
    assert "record:git.patch" in run.files
    assert len(run.files) == 10


def test_the_end_of_a_path_will_do(run):
    assert run.resources["digits.csv"].name == "/data/a/digits.csv"
    assert run.files["a/digits.csv"].name == "/data/a/digits.csv"
    with pytest.raises(
        EntryNotFoundError, match=r'several files "same.csv": /data/b/same.csv, /data/c/same.csv'
    ):
        run.resources["same.csv"]


def test_names_that_are_not_there(run):
    with pytest.raises(EntryNotFoundError, match=r'Run 5 has no artifact "modl.pt"; did you mean "model.pt"'):
        run.artifacts["modl.pt"]
    with pytest.raises(
        EntryNotFoundError, match=r'"plots" is a folder with 1 files, such as "plots/loss.png"'
    ):
        run.artifacts["plots"]
    assert "plots" not in run.artifacts
    assert 3 not in run.artifacts
    with pytest.raises(KeyError):
        run.artifacts[3]


def test_a_file_that_is_far_is_fetched_once(run, tmp_path, memory):
    path = run.artifacts["model.pt"].path()
    assert path.read_bytes() == CONTENT
    assert path.is_relative_to(tmp_path / "cache" / "files")
    assert path.name == "model.pt"
    memory.open_file = None
    assert run.artifacts["model.pt"].path() == path


def test_a_file_without_a_checksum_is_fetched_into_a_temporary_folder(run, store):
    path = run.artifacts["plots/loss.png"].path()
    assert path.read_bytes() == b"png"
    assert path.name == "loss.png"
    store.close()
    assert not path.exists()


def test_a_file_that_is_not_what_was_recorded_is_not_fetched(run, memory, tmp_path):
    files = memory._runs["5"].files
    files[0] = (files[0][0], b"another")
    with pytest.raises(StoreError, match=r'"model.pt" is damaged: its sha256 is'):
        run.artifacts["model.pt"].path()
    assert [name for _, _, names in os.walk(tmp_path / "cache" / "files") for name in names] == []


@pytest.mark.parametrize("digest", ["../../../x", "", "g" * 64, 3, None])
def test_a_hostile_checksum_names_no_folder(store, memory, digest, tmp_path):
    put(memory, make_document("6"), files=[("artifact", "a", b"x", {"sha256": digest})])
    path = store[6].artifacts["a"].path()
    assert path.read_bytes() == b"x"
    assert not path.is_relative_to(tmp_path / "cache")


def test_a_local_file_is_where_it_is(run, memory):
    memory.locate_file = lambda run_id, file: f"/somewhere/{file.name}"
    assert str(run.artifacts["model.pt"].path()) == "/somewhere/model.pt"


def test_downloading_one(run, tmp_path):
    model = run.artifacts["model.pt"]
    (tmp_path / "there").mkdir()
    assert model.download(tmp_path / "there") == tmp_path / "there" / "model.pt"
    assert model.download(f"{tmp_path}/new/") == tmp_path / "new" / "model.pt"
    assert model.download(tmp_path / "deep" / "name.bin") == tmp_path / "deep" / "name.bin"
    assert run.artifacts["plots/loss.png"].download(f"{tmp_path}/new/") == tmp_path / "new" / "loss.png"
    for path in ("there/model.pt", "new/model.pt", "deep/name.bin"):
        assert (tmp_path / path).read_bytes() == CONTENT
    (tmp_path / "deep" / "name.bin").write_bytes(b"older and longer than the new one")
    model.download(tmp_path / "deep" / "name.bin")
    assert (tmp_path / "deep" / "name.bin").read_bytes() == CONTENT


def test_a_download_that_fails_leaves_what_was_there(run, tmp_path):
    (tmp_path / "gone.txt").write_text("precious")
    with pytest.raises(StoreError):
        run.artifacts["gone.txt"].download(tmp_path)
    assert (tmp_path / "gone.txt").read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gone.txt"]


def test_downloading_several(run, tmp_path):
    paths = run.artifacts.match("plots/*").download(tmp_path / "out")
    assert paths == [tmp_path / "out" / "plots" / "loss.png"]
    assert run.resources.match("*.csv").download(tmp_path / "out") == [
        tmp_path / "out" / "data" / folder for folder in ("a/digits.csv", "b/same.csv", "c/same.csv")
    ]


HOSTILE = [
    "../../escape",
    "/etc/passwd",
    "a/../../b",
    "..",
    "",
    ".",
    "x\0y",
    "a//b",
    "C:\\x",
    "n" * 400,
    "../escape",
    "\ud800.txt",
    "\udcff",
    "x" * 255,
    "y" * 255,
    "../" + "x" * 255,
]


def test_no_name_leads_out(store, memory, tmp_path):
    put(memory, make_document("6"), files=[("artifact", name, b"x") for name in dict.fromkeys(HOSTILE)])
    target = tmp_path / "inside" / "target"
    paths = store[6].artifacts.download(target)
    assert len(set(paths)) == len(HOSTILE)
    assert all(path.resolve().is_relative_to(target) for path in paths)
    written = [
        os.path.join(folder, name) for folder, _, names in os.walk(tmp_path / "inside") for name in names
    ]
    assert sorted(written) == sorted(map(str, paths))
    for name in HOSTILE:
        path = store[6].artifacts[name].download(f"{target}/one/")
        assert path.parent == target / "one"


def test_a_link_in_the_target_is_not_followed_out(run, tmp_path):
    target, outside = tmp_path / "target", tmp_path / "outside"
    target.mkdir()
    outside.mkdir()
    (target / "plots").symlink_to(outside)
    with pytest.raises(StoreError, match="leads out of"):
        run.artifacts.match("plots/*").download(target)
    assert list(outside.iterdir()) == []
    (target / "model.pt").symlink_to(outside / "victim")
    run.artifacts["model.pt"].download(target)
    assert list(outside.iterdir()) == []
    assert (target / "model.pt").read_bytes() == CONTENT


@pytest.mark.parametrize("content", [b"{damaged", b"[1]", None, b"\xff"])
def test_a_damaged_environment_is_empty(store, memory, content):
    put(memory, make_document("6"), files=[("record", "environment.json", content)])
    assert dict(store[6].environment) == {}
    assert store[6].git_patch is None


def test_a_resource_that_was_read_twice(store, memory):
    files = [("resource", "a.csv", content) for content in (b"1", b"2", b"3")]
    put(memory, make_document("6"), files=files)
    resources = store[6].resources
    assert list(resources) == ["a.csv", "resource:a.csv", "resource:a.csv~2"]
    assert [file.read_bytes() for file in resources.values()] == [b"1", b"2", b"3"]
