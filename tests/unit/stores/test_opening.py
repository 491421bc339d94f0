"""Opening by path or URL: which store it is, and what is said where there is none."""

import importlib.metadata
import json
import os
import sqlite3

import pytest

from sacred.errors import StoreError
from sacred.stores import opening
from sacred.stores.opening import open_run_store


class Opened:
    """Stands for a store that needs a server."""

    def __init__(self, argument):
        self.argument = argument


@pytest.fixture
def targets(monkeypatch):
    """What was opened by which class, without opening it."""
    monkeypatch.setattr(opening, "load", lambda target: lambda argument: (target, argument))


def make_run(folder, run_id):
    run = folder / run_id
    run.mkdir(parents=True)
    (run / "run.json").write_text(json.dumps({"status": "COMPLETED"}))
    (run / "config.json").write_text("{}")
    return folder


def message_of(url, **options):
    with pytest.raises(StoreError) as caught:
        open_run_store(url, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder_with_runs_is_a_store_of_folders(tmp_path):
    store = open_run_store(make_run(tmp_path / "runs", "1"))
    assert store.find_ids() == ["1"]
    store.close()


@pytest.mark.parametrize("name", ["runs", "file:///{}/runs", "~/runs"])
def test_paths_are_spelled_in_many_ways(tmp_path, monkeypatch, targets, name):
    make_run(tmp_path / "runs", "named run")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    target, path = open_run_store(name.format(str(tmp_path).lstrip("/")))
    assert target == opening.FOLDERS
    assert os.path.samefile(path, tmp_path / "runs")


def test_a_file_url_may_have_escapes(tmp_path, targets):
    make_run(tmp_path / "my runs", "1")
    assert open_run_store(f"file://{tmp_path}/my%20runs") == (opening.FOLDERS, str(tmp_path / "my runs"))


def test_a_project_s_default_store_is_found_in_it(tmp_path, targets):
    make_run(tmp_path / ".sacred", "1")
    assert open_run_store(tmp_path) == (opening.FOLDERS, str(tmp_path / ".sacred"))


def test_an_emptied_store_is_still_one(tmp_path, targets):
    (tmp_path / "_sources").mkdir()
    assert open_run_store(tmp_path) == (opening.FOLDERS, str(tmp_path))
    (tmp_path / ".sacred").mkdir()
    assert open_run_store(tmp_path / ".sacred") == (opening.FOLDERS, str(tmp_path / ".sacred"))


def test_a_folder_of_tinydb_is_known(tmp_path, targets):
    (tmp_path / "metadata.json").write_text("{}")
    assert open_run_store(tmp_path) == (opening.TINYDB, str(tmp_path))
    assert open_run_store(tmp_path / "metadata.json") == (opening.TINYDB, str(tmp_path))
    assert open_run_store(f"tinydb://{tmp_path}") == (opening.TINYDB, str(tmp_path))
    gone = tmp_path / "gone"
    assert message_of(f"tinydb://{gone}").startswith(f'"{gone}" does not exist')
    assert open_run_store(f"tinydb://{gone}", create=True) == (opening.TINYDB, str(gone))


def test_a_sqlite_file_is_known(tmp_path, targets):
    path = tmp_path / "runs.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE run (id)")
    connection.close()
    assert open_run_store(path) == (opening.SQL, f"sqlite:///{path}")
    assert open_run_store(f"sqlite:///{path}") == (opening.SQL, f"sqlite:///{path}")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("mongodb://host/db.runs", opening.MONGO),
        ("mongodb+srv://user:secret@host/db", opening.MONGO),
        ("postgresql://host/db", opening.SQL),
        ("postgresql+psycopg://host/db", opening.SQL),
        ("MySQL://host/db", opening.SQL),
        ("mariadb+pymysql://host/db", opening.SQL),
        ("sqlite://", opening.SQL),
        ("s3://bucket/runs", opening.OBJECTS),
        ("gs://bucket", opening.OBJECTS),
        ("memory://runs", opening.OBJECTS),
    ],
)
def test_a_scheme_names_a_store(targets, url, target):
    assert open_run_store(url) == (target, url)


def test_what_fsspec_knows_is_an_object_storage(targets, monkeypatch):
    monkeypatch.setattr(opening, "_is_known_to_fsspec", lambda scheme: scheme == "abfs")
    assert open_run_store("abfs://container/runs") == (opening.OBJECTS, "abfs://container/runs")


def test_fsspec_is_asked_what_it_knows():
    assert opening._is_known_to_fsspec("sftp")
    assert not opening._is_known_to_fsspec("nonsense")


def test_other_packages_add_schemes(monkeypatch):
    entry = importlib.metadata.EntryPoint("mine", f"{__name__}:Opened", opening.ENTRY_POINTS)
    monkeypatch.setattr(type(entry), "load", lambda self: Opened)
    monkeypatch.setattr(
        importlib.metadata,
        "entry_points",
        lambda **chosen: [entry] if chosen.get("name", "mine") == "mine" else [],
    )
    assert open_run_store("mine://place").argument == "mine://place"
    assert "did you mean mine://?" in message_of("mime://place")


def test_an_unknown_scheme_says_which_are_near():
    assert "did you mean mongodb://" in message_of("mongo://localhost/db")
    assert "did you mean postgresql:// or postgres://?" in message_of("postgressql://host/db")
    assert "known are" in message_of("nonsense://host")


def test_credentials_are_never_shown():
    assert "secret" not in message_of("mongo://ada:secret@host/db")


def test_a_path_that_does_not_exist_says_what_is_near(tmp_path):
    make_run(tmp_path / "my_runs", "1")
    message = message_of(tmp_path / "my_rnus")
    assert "does not exist; did you mean" in message
    assert str(tmp_path / "my_runs") in message
    assert "does not exist." in message_of(tmp_path / "nobody" / "knows")
    assert "does not exist" in message_of(f"sqlite:///{tmp_path}/missing.db")
    assert not (tmp_path / "missing.db").exists()


def test_a_folder_without_runs_says_where_some_are(tmp_path):
    assert message_of(tmp_path) == f'"{tmp_path}" holds no runs.'
    make_run(tmp_path / "results", "1")
    assert message_of(tmp_path) == f'"{tmp_path}" holds no runs; did you mean "{tmp_path / "results"}"?'


def test_the_folder_of_one_run_is_no_store(tmp_path):
    make_run(tmp_path / "runs", "17")
    expected = f'open the store "{tmp_path / "runs"}", and in it the run 17.'
    assert expected in message_of(tmp_path / "runs" / "17")
    assert expected in message_of(tmp_path / "runs" / "17" / "run.json")


def test_another_file_is_no_store(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    assert "it is no SQLite file" in message_of(tmp_path / "notes.txt")


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_an_impossible_path_is_refused(path):
    assert "No place has the path" in message_of(path)


def test_a_folder_that_can_t_be_read_says_why(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert message_of(tmp_path) == f'"{tmp_path}" can\'t be read: Permission denied'


def test_a_new_place_is_made_if_that_is_wanted(tmp_path, targets):
    new = tmp_path / "deep" / "new"
    assert open_run_store(new, create=True) == (opening.FOLDERS, str(new))
    assert new.is_dir()
    assert open_run_store(tmp_path, create=True) == (opening.FOLDERS, str(tmp_path))
    assert open_run_store(f"sqlite:///{tmp_path}/new.db", create=True)[0] == opening.SQL


def test_a_place_that_can_t_be_made_says_why(tmp_path):
    (tmp_path / "file").write_text("")
    assert "can't be made: Not a directory" in message_of(tmp_path / "file" / "new", create=True)


def test_the_default_store_is_opened(tmp_path, monkeypatch, targets):
    monkeypatch.setenv("SACRED_STORE", str(tmp_path / "mine"))
    monkeypatch.chdir(tmp_path)
    assert "There are no runs yet" in message_of(None)
    assert message_of(None).endswith("name a store by its path or URL.")
    assert open_run_store(create=True) == (opening.FOLDERS, str(tmp_path / "mine"))
    assert open_run_store() == (opening.FOLDERS, str(tmp_path / "mine"))
    monkeypatch.setenv("SACRED_STORE", "none")
    assert "There is no default store here" in message_of(None)


@pytest.mark.parametrize("place", ["gone", "none"])
def test_without_a_default_store_those_that_are_near_are_named(tmp_path, monkeypatch, place):
    make_run(tmp_path / "my_runs", "1")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SACRED_STORE", place)
    assert message_of(None).endswith(f'; did you mean "{os.path.join(".", "my_runs")}"?')


def test_a_store_with_many_strange_entries_is_found(tmp_path, targets):
    for number in range(300):
        (tmp_path / f".hidden{number}").mkdir()
    make_run(tmp_path, "zz")
    assert open_run_store(tmp_path) == (opening.FOLDERS, str(tmp_path))
