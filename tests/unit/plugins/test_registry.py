"""Names that load when used, and subclasses."""

import subprocess
import sys

import pytest

from sacred.plugins.registry import get_inheritors, load, make_lazy
from sacred.utils import optional_kwargs_decorator


def test_load():
    assert load("json:dumps") is __import__("json").dumps
    assert load("json") is __import__("json")
    with pytest.raises(ModuleNotFoundError):
        load("no_such_module:x")
    with pytest.raises(AttributeError):
        load("json:no_such_name")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with lazy names, a submodule, and one that fails to load."""
    folder = tmp_path / "lazy_package"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from sacred.plugins.registry import make_lazy\n"
        "own = 1\n"
        "names = {'dumps': 'json:dumps', 'broken': 'lazy_package.bad:x'}\n"
        "__getattr__, __dir__ = make_lazy(__name__, names)\n"
    )
    (folder / "sub.py").write_text("value = 5\n")
    (folder / "bad.py").write_text("import a_package_that_is_missing\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield __import__("lazy_package")
    for name in [name for name in sys.modules if name.startswith("lazy_package")]:
        del sys.modules[name]


def test_lazy_names(package):
    import json

    assert "dumps" not in vars(package)
    assert package.dumps is json.dumps
    assert vars(package)["dumps"] is json.dumps  # looked up once
    assert package.sub.value == 5
    assert {"own", "dumps", "broken"} <= set(dir(package))


@pytest.mark.parametrize("name", ["nothing", "__wrapped__", "__path_hooks__"])
def test_missing_names(package, name):
    with pytest.raises(AttributeError, match="module 'lazy_package' has no attribute"):
        getattr(package, name)
    assert not hasattr(package, name)


@pytest.mark.parametrize("name", ["bad", "broken"])
def test_a_name_whose_module_lacks_something_says_what(package, name):
    with pytest.raises(ModuleNotFoundError, match="a_package_that_is_missing"):
        getattr(package, name)


def test_make_lazy_returns_both_functions():
    get_attribute, list_attributes = make_lazy("json", {"dumps_again": "json:dumps"})
    assert "dumps_again" in list_attributes()
    assert get_attribute("dumps_again") is __import__("json").dumps
    del __import__("json").dumps_again


def test_the_package_itself_loads_little():
    program = "import sys, sacred; print(sorted(m for m in sys.modules if m.startswith('sacred')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['sacred', 'sacred.plugins', 'sacred.plugins.registry']"


def test_inheritors():
    class Root: ...

    class A(Root): ...

    class B(A): ...

    class C(Root): ...

    class D(B, C): ...

    assert get_inheritors(Root) == {A, B, C, D}
    assert get_inheritors(D) == set()


def test_decorators_with_and_without_arguments():
    @optional_kwargs_decorator
    def mark(function, tag="plain"):
        """Mark."""
        return function, tag

    class Owner:
        @optional_kwargs_decorator
        def mark(self, function, tag="plain"):
            return function, tag, self

    def function():
        pass

    assert mark(function) == (function, "plain")
    assert mark(function, tag="x") == (function, "x")
    assert mark(tag="x")(function) == (function, "x")
    assert mark()(function) == (function, "plain")
    assert mark.__doc__ == "Mark."
    owner = Owner()
    assert owner.mark(function) == (function, "plain", owner)
    assert owner.mark(tag="x")(function) == (function, "x", owner)
    static = staticmethod(function)
    assert mark(static) == (static, "plain")
