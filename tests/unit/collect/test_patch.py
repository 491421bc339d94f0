"""git.patch: applied to a clone of the commit it makes the same tree, and it never has what it must not."""

import os
import subprocess

import pytest

from sacred import SETTINGS
from sacred.collect import patch as module
from sacred.collect.git import Repositories
from sacred.collect.patch_text import quote_path, unquote_path
from sacred.collect.repositories import CodeState
from sacred.support.masking import Masking


def git(folder, *arguments):
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    command[3:3] = ["-c", "protocol.file.allow=always"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path):
    """A repository with a commit of some odd files."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    for name in ("code.py", "removed.txt", "staged.txt", "mode.sh", "na me ü.txt", 'q"uote\n.txt'):
        (folder / name).write_text(f"{name}\n" * 20)
    (folder / "binary").write_bytes(b"\0\1")
    (folder / "lines.txt").write_bytes(b"one\r\ntwo\r\n\r\n")
    (folder / "empty").touch()
    (folder / "link").symlink_to("code.py")
    (folder / "sub").mkdir()
    (folder / "sub" / "deep.py").write_text("deep\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def collect(folder, secrets=(), skipped=()):
    """Return the text of git.patch and what is known of the repository."""
    repositories = Repositories()
    repositories.find_state(str(folder / "code.py"))
    masking = Masking([])
    masking.learn(secrets)
    code = CodeState(repositories.answers, masking, skipped)
    code.take_snapshot()
    code.collect()
    (facts,) = code.describe()
    return code.patches.get("git.patch", b""), facts


def apply(repository, patch, tmp_path):
    """Return a clone of the commit with the patch applied."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(repository), str(clone))
    (tmp_path / "git.patch").write_bytes(patch)
    git(clone, "apply", "--whitespace=nowarn", str(tmp_path / "git.patch"))
    return clone


def read_tree(folder):
    """Names, kinds and contents of all files."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if ".git" in path.parts or (path.is_dir() and not path.is_symlink()):
            continue
        content = os.readlink(path) if path.is_symlink() else path.read_bytes()
        found[str(path.relative_to(folder))] = (content, path.is_symlink() or os.access(path, os.X_OK))
    return found


def change_everything(repository):
    (repository / "code.py").write_text("code.py\n" * 10 + "changed\n" + "code.py\n" * 10)
    (repository / "removed.txt").unlink()
    (repository / "staged.txt").write_text("staged\n")
    git(repository, "add", "staged.txt")
    (repository / "staged.txt").write_text("and changed again")
    (repository / "mode.sh").chmod(0o755)
    (repository / "na me ü.txt").write_text("no line end")
    (repository / 'q"uote\n.txt').write_text("quoted\n")
    (repository / "lines.txt").write_bytes(b"one\r\n2\r\n\r\n")
    (repository / "empty").write_text("full\n")
    (repository / "link").unlink()
    (repository / "link").symlink_to("nowhere")
    git(repository, "mv", "sub/deep.py", "sub/moved.py")
    (repository / "added.py").write_text("added\n")
    git(repository, "add", "added.py")


def add_new_files(repository):
    (repository / "new folder").mkdir()
    (repository / "new folder" / "new file.py").write_text("new\n\n\nlines")
    (repository / "tab\tline\n.py").write_text("odd\n")
    (repository / "new empty").touch()
    (repository / "new link").symlink_to("nowhere")
    (repository / "run.sh").write_text("#!/bin/sh\n")
    (repository / "run.sh").chmod(0o755)
    (repository / "carriage").write_bytes(b"a\r\nb\rc\n+++\n--- d\n@@ -1 +1 @@\ndiff --git a b\n")
    (repository / os.fsdecode(b"not utf8 \xff")).write_text("raw\n")


def test_applied_to_a_clone_it_makes_the_same_tree(repository, tmp_path):
    change_everything(repository)
    add_new_files(repository)
    patch, facts = collect(repository)
    assert facts["omitted"] == []
    assert read_tree(apply(repository, patch, tmp_path)) == read_tree(repository)


@pytest.mark.parametrize("change", [change_everything, add_new_files])
def test_changes_or_new_files_alone(repository, tmp_path, change):
    change(repository)
    patch, _ = collect(repository)
    assert read_tree(apply(repository, patch, tmp_path)) == read_tree(repository)


def test_the_users_settings_do_not_matter(repository, tmp_path):
    for setting in (
        "diff.noprefix=true",
        "diff.external=false",
        "diff.suppressBlankEmpty=true",
        "color.ui=always",
    ):
        git(repository, "config", *setting.split("="))
    for setting in (
        "diff.mnemonicPrefix=true",
        "diff.context=0",
        "core.quotePath=false",
        "diff.renames=copies",
    ):
        git(repository, "config", *setting.split("="))
    change_everything(repository)
    patch, _ = collect(repository)
    assert read_tree(apply(repository, patch, tmp_path)) == read_tree(repository)


def test_programs_of_the_repository_are_not_run(repository, tmp_path):
    mark = tmp_path / "was_run"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho $0 $* >> {mark}\ncat\n")
    program.chmod(0o755)
    (repository / ".gitattributes").write_text("*.py filter=own diff=own\n")
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "-qm", "attributes")
    for setting in (
        "filter.own.clean",
        "filter.own.smudge",
        "diff.own.textconv",
        "diff.own.command",
        "diff.external",
    ):
        git(repository, "config", setting, str(program))
    git(repository, "config", "core.fsmonitor", str(program))
    (repository / "new.py").write_text("new\n")
    changed = repository / "code.py"
    changed.write_text("changed, and longer than it was\n" * 30)
    repositories = Repositories()
    repositories.find_state(str(changed))
    mark.unlink(missing_ok=True)  # a filter is part of whether the tree is dirty
    code = CodeState(repositories.answers, Masking([]), ())
    code.take_snapshot()
    code.collect()
    assert b"longer than it was" in code.patches["git.patch"]
    assert not mark.exists(), mark.read_text()


def test_a_branch_without_a_commit(tmp_path):
    folder = tmp_path / "fresh"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    (folder / "code.py").write_text("code\n")
    git(folder, "add", ".")
    (folder / "new.py").write_text("new\n")
    patch, facts = collect(folder)
    assert (facts["branch"], facts["commit"]) == ("trunk", None)
    (tmp_path / "git.patch").write_bytes(patch)
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    git(other, "apply", str(tmp_path / "git.patch"))
    assert read_tree(other) == read_tree(folder)


def test_binary_large_and_special_files_are_named(repository, monkeypatch):
    monkeypatch.setitem(SETTINGS.GIT, "MOST_FILE_BYTES", 1000)
    (repository / "binary").write_bytes(b"\0\2")
    (repository / "code.py").write_text("x" * 1001)
    (repository / "new binary").write_bytes(b"a\0")
    (repository / "new large").write_text("x" * 1001)
    (repository / "inner").mkdir()
    git(repository / "inner", "init", "-q")
    (repository / "inner" / "file").touch()
    git(repository / "inner", "add", ".")
    git(repository / "inner", "commit", "-qm", "inner")
    patch, facts = collect(repository)
    reasons = {entry["path"]: (entry["reason"], entry["bytes"]) for entry in facts["omitted"]}
    assert reasons.pop("inner/")[0] == "repository"
    assert reasons == {
        "binary": ("binary", 2),
        "code.py": ("large", 1001),
        "new binary": ("binary", 2),
        "new large": ("large", 1001),
    }
    assert patch == b""


def test_a_patch_has_a_limit(repository, monkeypatch):
    monkeypatch.setitem(SETTINGS.GIT, "MOST_PATCH_BYTES", 2000)
    for number in range(20):
        (repository / f"new_{number:02}.py").write_text("x" * 300 + "\n")
    patch, facts = collect(repository)
    assert 0 < len(patch) <= 2000
    assert {entry["reason"] for entry in facts["omitted"]} == {"the patch is large"}
    assert len(facts["omitted"]) + patch.count(b"diff --git") == 20


def test_only_so_many_new_files_are_named(repository, monkeypatch):
    monkeypatch.setitem(SETTINGS.GIT, "MOST_UNTRACKED", 3)
    for number in range(5):
        (repository / f"new_{number}").touch()
    _, facts = collect(repository)
    assert (len(facts["untracked"]), facts["untracked_count"]) == (3, 5)


def test_secrets_stay_out(repository):
    (repository / "code.py").write_text("password = 'geheimnis'\n")
    (repository / "new.py").write_text("password = 'geheimnis'\n")
    (repository / ".env").write_text("A=1\n")
    (repository / "id_rsa").write_text("key\n")
    patch, facts = collect(repository, secrets=["geheimnis"])
    reasons = {entry["path"]: entry["reason"] for entry in facts["omitted"]}
    assert reasons == {
        ".env": "named like a secret",
        "code.py": "has a secret",
        "id_rsa": "named like a secret",
        "new.py": "has a secret",
    }
    assert patch == b""


def test_folders_of_records_and_ignored_files_are_left_out(repository):
    (repository / ".gitignore").write_text("ignored\n")
    git(repository, "add", ".gitignore")
    git(repository, "commit", "-qm", "ignore")
    (repository / "ignored").touch()
    (repository / "runs" / "1").mkdir(parents=True)
    (repository / "runs" / "1" / "run.json").touch()
    _, facts = collect(repository, skipped=[str(repository / "runs"), "/elsewhere"])
    assert facts["untracked"] == []


def test_what_is_edited_after_the_start_is_not_what_ran(repository):
    (repository / "code.py").write_text("as it ran\n")
    repositories = Repositories()
    repositories.find_state(str(repository / "code.py"))
    code = CodeState(repositories.answers, Masking([]), ())
    code.take_snapshot()
    (repository / "code.py").write_text("edited\n")
    code.collect()
    assert b"+as it ran" in code.patches["git.patch"]
    assert b"edited" not in code.patches["git.patch"]


def test_new_files_that_were_changed_after_the_start_are_named(repository, monkeypatch):
    (repository / "new.py").write_text("new\n")
    monkeypatch.setattr(module.time, "time_ns", lambda: 0)
    patch, facts = collect(repository)
    assert facts["omitted"] == [{"path": "new.py", "reason": "changed after the start", "bytes": 4}]
    assert patch == b""


def test_a_file_that_got_the_name_of_a_secret_is_only_named(repository):
    git(repository, "config", "diff.renames", "copies")
    git(repository, "mv", "code.py", ".env")
    patch, facts = collect(repository)
    assert [entry["path"] for entry in facts["omitted"]] == [".env"]
    assert b".env" not in patch


def test_branch_remotes_and_changed_files(repository):
    git(repository, "remote", "add", "origin", "https://user:secret@example.org/r.git")
    (repository / "code.py").write_text("changed\n")
    _, facts = collect(repository)
    assert facts["branch"] == "trunk"
    assert facts["changed"] == ["code.py"]
    assert facts["patch"] == "git.patch"
    assert list(facts["remotes"]) == ["origin"]
    git(repository, "checkout", "-q", "--detach")
    _, facts = collect(repository)
    assert facts["branch"] is None
    assert facts["commit"] == git(repository, "rev-parse", "HEAD").strip()


def test_submodules_are_named_with_their_state(repository, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / "file").write_text("1\n")
    git(other, "add", ".")
    git(other, "commit", "-qm", "one")
    git(repository, "submodule", "add", "-q", str(other), "inner")
    git(repository, "commit", "-qm", "submodule")
    commit = git(other, "rev-parse", "HEAD").strip()
    patch, facts = collect(repository)
    assert facts["submodules"] == [{"path": "inner", "commit": commit, "state": "as committed"}]
    assert not patch
    git(repository / "inner", "commit", "-q", "--allow-empty", "-m", "two")
    patch, facts = collect(repository)
    assert facts["submodules"][0]["state"] == "another commit"
    assert not patch
    assert [entry["reason"] for entry in facts["omitted"]] == ["submodule"]


def test_a_worktree(repository, tmp_path):
    tree = tmp_path / "tree"
    git(repository, "worktree", "add", "-q", "-b", "side", str(tree))
    (tree / "code.py").write_text("in the tree\n")
    patch, facts = collect(tree)
    assert facts["branch"] == "side"
    assert b"+in the tree" in patch


def test_a_merge_with_conflicts(repository, tmp_path):
    git(repository, "checkout", "-q", "-b", "side")
    (repository / "code.py").write_text("side\n")
    git(repository, "commit", "-qam", "side")
    git(repository, "checkout", "-q", "trunk")
    (repository / "code.py").write_text("trunk\n")
    git(repository, "commit", "-qam", "trunk")
    with pytest.raises(subprocess.CalledProcessError):
        git(repository, "merge", "side")
    patch, _ = collect(repository)
    assert read_tree(apply(repository, patch, tmp_path)) == read_tree(repository)


def test_git_that_hangs_is_noted(repository, tmp_path, monkeypatch):
    (repository / "new.py").touch()
    repositories = Repositories()
    repositories.find_state(str(repository / "code.py"))
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "git").write_text("#!/bin/sh\nexec sleep 60\n")
    (fake / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake}{os.pathsep}{os.environ['PATH']}")
    code = CodeState(repositories.answers, Masking([]), ())
    code.take_snapshot()
    code.collect()
    (facts,) = code.describe()
    assert "too slow" in facts["notes"][0]
    assert facts["commit"]


def test_git_that_is_gone_is_noted(repository, monkeypatch):
    (repository / "code.py").write_text("changed\n")
    repositories = Repositories()
    repositories.find_state(str(repository / "code.py"))
    monkeypatch.setenv("PATH", "")
    code = CodeState(repositories.answers, Masking([]), ())
    code.take_snapshot()
    code.collect()
    assert "can't be started" in code.describe()[0]["notes"][0]


@pytest.mark.parametrize("is_locked", [False, True])
def test_the_index_is_neither_written_nor_locked(repository, is_locked):
    change_everything(repository)
    index = repository / ".git" / "index"
    before = (index.stat().st_mtime_ns, index.read_bytes())
    if is_locked:
        (repository / ".git" / "index.lock").touch()  # another git is at work
    (repository / "mode.sh").write_bytes(
        (repository / "mode.sh").read_bytes()
    )  # so that git wants to note it
    patch, _ = collect(repository)
    assert b"+changed" in patch
    assert (index.stat().st_mtime_ns, index.read_bytes()) == before


@pytest.mark.parametrize("path", [b"plain", b"a b", b'q"', b"t\t", b"n\n", b"b\\", b"\xff\x01", "ü".encode()])
def test_quoting(path):
    assert unquote_path(quote_path(path)) == path


def test_it_can_be_switched_off(repository, monkeypatch):
    monkeypatch.setitem(SETTINGS.GIT, "SAVE_PATCH", False)
    (repository / "code.py").write_text("changed\n")
    patch, facts = collect(repository)
    assert patch == b""
    assert "patch" not in facts
    assert facts["branch"] == "trunk"


def test_reading_stops_at_a_limit(repository, monkeypatch):
    monkeypatch.setattr(module, "_MARGIN", 0)
    (repository / "code.py").write_text("changed\n" * 100)
    _, facts = collect(repository)
    assert "too much" in facts["notes"][0]
