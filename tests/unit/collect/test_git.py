"""What git says about a folder, and what happens when it does not."""

import os
import subprocess
import time

import pytest

from sacred.collect import git as module
from sacred.collect.git import Repositories, find_repository_root, get_repository_state


def git(folder, *arguments):
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path):
    """A repository with one commit and a file in a subfolder."""
    git(tmp_path, "init", "-q")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "main.py").write_text("x = 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def put_fake_git_first(tmp_path, monkeypatch, text):
    programs = tmp_path / "programs"
    programs.mkdir()
    program = programs / "git"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


def test_a_clean_repository(repository):
    state = get_repository_state(str(repository / "sub" / "main.py"))
    assert state == (f"git:/{repository}", git(repository, "rev-parse", "HEAD"), False)
    assert get_repository_state(str(repository / "sub")) == state


def test_changes_make_it_dirty_but_new_files_do_not(repository):
    (repository / "new.py").touch()
    assert get_repository_state(str(repository)).dirty is False
    (repository / "sub" / "main.py").write_text("x = 2\n")
    assert get_repository_state(str(repository)).dirty is True
    git(repository, "add", ".")
    assert get_repository_state(str(repository)).dirty is True


def test_the_url_is_that_of_origin_without_its_secrets(repository):
    git(repository, "remote", "add", "upstream", "https://example.org/up.git")
    assert get_repository_state(str(repository)).url == "https://example.org/up.git"
    git(repository, "remote", "add", "origin", "https://user:secret@example.org/r.git")
    assert get_repository_state(str(repository)).url == "https://example.org/r.git"


def test_a_worktree_has_its_own_commit(repository, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "tree"
    git(repository, "worktree", "add", "-q", str(other))
    git(other, "commit", "-q", "--allow-empty", "-m", "second")
    assert get_repository_state(str(other)).commit == git(other, "rev-parse", "HEAD")
    assert get_repository_state(str(repository)).commit != get_repository_state(str(other)).commit


def test_outside_a_repository_git_is_not_started(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "start_git", lambda *_: pytest.fail("git was started"))
    repositories = Repositories()
    assert repositories.find_state(str(tmp_path / "x.py")) is None
    assert repositories.notes == []
    assert find_repository_root(str(tmp_path)) is None


def test_many_files_of_one_repository_ask_once(repository, monkeypatch):
    asked = []
    original = module.start_git
    monkeypatch.setattr(
        module, "start_git", lambda root, *rest: asked.append(rest[0]) or original(root, *rest)
    )
    repositories = Repositories()
    states = {
        repositories.find_state(str(repository / folder / "x.py")) for folder in ("", "sub", "sub/deep")
    }
    assert len(states) == 1
    assert asked == ["status", "config"]


def test_an_environment_of_a_hook_does_not_mislead(repository, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("hook")
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert get_repository_state(str(repository)).dirty is False


def expect_note(folder, text):
    repositories = Repositories()
    assert repositories.find_state(str(folder / "x.py")) is None
    assert len(repositories.notes) == 1
    assert text in repositories.notes[0]


def test_no_commit_yet_is_noted(tmp_path):
    git(tmp_path, "init", "-q")
    expect_note(tmp_path, "no commit yet")


def test_a_machine_without_git_is_noted(repository, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))
    expect_note(repository, "git can't be started")


def test_a_refusal_of_git_is_noted(repository, tmp_path_factory, monkeypatch):
    refusal = "echo 'fatal: detected dubious ownership in repository' >&2; exit 128"
    put_fake_git_first(tmp_path_factory.mktemp("fake"), monkeypatch, refusal)
    expect_note(repository, "dubious ownership")


def test_a_damaged_repository_is_noted(repository):
    (repository / ".git" / "HEAD").write_text("nonsense\n")
    expect_note(repository, "fatal")


def test_a_git_that_hangs_costs_half_a_second(repository, tmp_path_factory, monkeypatch):
    put_fake_git_first(tmp_path_factory.mktemp("fake"), monkeypatch, "exec sleep 30")
    start = time.monotonic()
    expect_note(repository, "did not answer within 0.5 s")
    assert time.monotonic() - start < 2


def test_a_slow_status_still_gives_the_commit(repository, tmp_path_factory, monkeypatch):
    slow = 'case "$*" in *" status "*) exec sleep 30;; *" rev-parse "*) echo abc;; *) exit 1;; esac'
    put_fake_git_first(tmp_path_factory.mktemp("fake"), monkeypatch, slow)
    monkeypatch.setattr(module, "_COMMIT_LIMIT_SECONDS", 5)
    repositories = Repositories()
    assert repositories.find_state(str(repository / "x.py")) == (f"git:/{repository}", "abc", None)
    assert "too slow" in repositories.notes[0]


def test_a_slow_status_and_no_commit_either_is_noted(repository, tmp_path_factory, monkeypatch):
    slow = 'case "$*" in *" config "*) exit 1;; *) exec sleep 30;; esac'
    put_fake_git_first(tmp_path_factory.mktemp("fake"), monkeypatch, slow)
    expect_note(repository, "did not answer")
