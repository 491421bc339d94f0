"""What all tests share: logging as it was, and summaries of the comparison with 0.8.7 and of the code."""

import logging
from statistics import median

import pytest

from architecture.source import ROOT, count_lines, iter_functions, load_modules
from compat.report import summarise
from faults.report import summarise as summarise_faults

# here, since it must be said before anything imports them: their assertions tell what they compared
pytest.register_assert_rewrite("sacred.testing")

collect_ignore = ["e2e/old_project"]  # a user's project, with tests of its own
# what the medians should stay under (they are told, not enforced)
MODULE_MEDIAN = 150
FUNCTION_MEDIAN = 7


@pytest.fixture(autouse=True)
def root_logging():
    """Leave the root logger as it was: runs give it a handler and a level."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield root
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture(autouse=True, scope="session")
def cache_folder(tmp_path_factory):
    """Keep what runs put into the user's cache away from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SACRED_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def pytest_terminal_summary(terminalreporter, config):
    summarise(terminalreporter)
    is_all = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    summarise_faults(terminalreporter, is_whole=not is_all)
    if not is_all:
        return
    modules = load_modules()
    sizes = [module.lines for module in modules]
    functions = [count_lines(found[1]) for module in modules for found in iter_functions(module.tree, "")]
    tests = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "tests").rglob("*.py"))
    if not functions:
        return
    terminalreporter.section("shape of the code")
    terminalreporter.line(f"modules   {len(sizes)}, median {median(sizes):.0f} lines (goal {MODULE_MEDIAN})")
    terminalreporter.line(
        f"functions {len(functions)}, median {median(functions):.0f} lines (goal {FUNCTION_MEDIAN})"
    )
    terminalreporter.line(f"test : code {tests / sum(sizes):.2f}")
