"""Every setting, option, command, error and public name is documented."""

import re
from pathlib import Path

import pytest

import sacred
from docs.pages import ROOT
from sacred import errors
from sacred.commandline.options import gather_options
from sacred.config import config_files
from sacred.observers import RunObserver
from sacred.settings import SETTINGS, FrozenKeyMunch

DOCS = ROOT / "docs"


def read(page):
    return (DOCS / page).read_text(encoding="utf-8")


def iter_settings(group=SETTINGS, prefix=""):
    for key, value in group.items():
        if isinstance(value, FrozenKeyMunch):
            yield from iter_settings(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


@pytest.mark.parametrize(("key", "default"), list(iter_settings()), ids=str)
def test_every_setting_is_documented_with_its_default(key, default):
    row = re.search(
        rf"^\| `{re.escape(key)}` \| (?P<default>.*?) \|", read("reference/settings.md"), re.MULTILINE
    )
    assert row, f"docs/reference/settings.md has no row for {key}"
    assert row["default"].startswith(f"`{default!r}`")


def test_no_setting_is_documented_that_does_not_exist():
    documented = re.findall(r"^\| `([A-Z_.]+)` \|", read("reference/settings.md"), re.MULTILINE)
    assert documented == [key for key, _ in iter_settings()]


@pytest.mark.parametrize("option", gather_options(), ids=lambda option: option.get_flag())
def test_every_option_is_documented(option):
    flags = [f"`{flag}" for flag in option.get_flags() if flag]
    rows = [line for line in read("reference/command-line.md").splitlines() if line.startswith("| `-")]
    assert any(all(flag in row for flag in flags) for row in rows)


def test_every_command_is_documented():
    text = read("reference/command-line.md")
    ex = sacred.Experiment("documented")
    assert [name for name in ex.commands if f"`{name}`" not in text] == []


def test_every_config_file_ending_is_documented():
    text = read("how-to/configure.md")
    assert [ending for ending in config_files.HANDLER_BY_EXT if f"`{ending}`" not in text] == []


def test_every_event_is_documented():
    text = read("how-to/observers.md")
    events = [
        name for name in vars(RunObserver) if name.endswith("_event") or name in {"log_metrics", "join"}
    ]
    assert [event for event in events if f"`{event}`" not in text] == []


def test_every_public_name_has_its_place_in_the_reference():
    text = "".join(path.read_text(encoding="utf-8") for path in (DOCS / "reference").rglob("*.md"))
    names = [name for name in sacred.__all__ if name not in {"__version__", "observers"}]
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


def test_every_error_is_drawn_in_the_tree():
    tree = errors.__doc__ or ""
    public = [name for name, value in vars(errors).items() if isinstance(value, type)]
    assert [name for name in public if name not in tree and name.endswith(("Error", "Interrupt"))] == []


def test_every_page_is_linked_from_the_overview_of_its_part():
    for part in ("tutorial", "how-to", "reference", "explanation"):
        index = read(f"{part}/index.md")
        pages = [
            path.relative_to(DOCS / part) for path in (DOCS / part).rglob("*.md") if path.name != "index.md"
        ]
        assert [str(page) for page in pages if f"]({page})" not in index] == []


def test_the_version_is_in_the_changelog():
    changelog = Path(ROOT, "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {sacred.__version__}" in changelog
