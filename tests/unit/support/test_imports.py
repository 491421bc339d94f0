import importlib
import sys
import threading

import pytest

from sacred.support.imports import when_imported


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to import from; its modules are forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(folder, name, text):
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    importlib.invalidate_caches()


def test_a_module_that_is_there_already():
    seen = []
    forget = when_imported("json", seen.append)
    assert [module.__name__ for module in seen] == ["json"]
    forget()


def test_a_module_that_comes_later_is_complete(folder):
    write(folder, "later_one", "x = 1\n")
    seen = []
    forget = when_imported("later_one", lambda module: seen.append(module.x))
    assert seen == []
    import later_one

    assert seen == [1]
    assert importlib.import_module("later_one") is later_one
    assert seen == [1]
    forget()


def test_the_module_looks_as_without(folder):
    write(folder, "later_two", "x = 1\n")
    forget = when_imported("later_two", lambda module: None)
    import later_two

    assert type(later_two.__spec__.loader) is type(later_two.__loader__)
    assert later_two.__loader__.get_source("later_two") == "x = 1\n"
    assert importlib.reload(later_two) is later_two
    forget()


def test_packages_and_submodules(folder):
    (folder / "later_package").mkdir()
    (folder / "later_package" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "later_package" / "inside.py").write_text("y = 2\n", encoding="utf-8")
    importlib.invalidate_caches()
    seen = []
    forgets = [
        when_imported(name, lambda m: seen.append(m.__name__))
        for name in ("later_package.inside", "later_package")
    ]
    import later_package.inside

    assert seen == ["later_package", "later_package.inside"]
    assert later_package.inside.y == 2
    for forget in forgets:
        forget()


def test_a_request_that_was_taken_back(folder):
    write(folder, "later_three", "")
    seen = []
    when_imported("later_three", seen.append)()
    import later_three

    assert later_three
    assert seen == []


def test_several_requests_for_one_module(folder):
    write(folder, "later_four", "")
    seen = []
    forgets = [when_imported("later_four", lambda m, i=i: seen.append(i)) for i in range(3)]
    forgets[1]()
    forgets[1]()
    import later_four

    assert later_four
    assert seen == [0, 2]
    forgets[0]()
    forgets[2]()


def test_a_module_that_does_not_exist(folder):
    forget = when_imported("no_such_module_at_all", lambda module: None)
    with pytest.raises(ModuleNotFoundError) as caught:
        importlib.import_module("no_such_module_at_all")
    assert caught.value.name == "no_such_module_at_all"
    forget()


def test_a_module_that_fails_while_it_is_imported(folder):
    write(folder, "later_five", "raise RuntimeError('broken')\n")
    seen = []
    forget = when_imported("later_five", seen.append)
    with pytest.raises(RuntimeError, match="broken"):
        importlib.import_module("later_five")
    assert seen == []
    write(folder, "later_five", "x = 'mended and of another length'\n")
    importlib.import_module("later_five")
    assert len(seen) == 1
    forget()


def test_a_module_that_is_being_imported_is_waited_for(folder):
    write(
        folder,
        "later_six",
        "from sacred.support.imports import when_imported\nseen = []\n"
        "forget = when_imported('later_six', lambda m: seen.append(m.x))\nx = 1\n",
    )
    module = importlib.import_module("later_six")
    assert module.seen in ([], [1])  # it was on its way already: not before it is complete
    module.forget()


def test_imports_in_several_threads(folder):
    for number in range(8):
        write(folder, f"later_thread_{number}", "import time\ntime.sleep(0.01)\nx = 1\n")
    seen = []
    forgets = [when_imported(f"later_thread_{n}", lambda m: seen.append(m.x)) for n in range(8)]
    # one thread for each: two for one module trip over Python's own import machinery under coverage
    threads = [
        threading.Thread(target=importlib.import_module, args=(f"later_thread_{number}",))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
    for forget in forgets:
        forget()


def test_a_stand_in_without_a_spec(monkeypatch):
    stand_in = object()
    monkeypatch.setitem(sys.modules, "stand_in_of_a_test", stand_in)
    seen = []
    when_imported("stand_in_of_a_test", seen.append)()
    assert seen == [stand_in]
