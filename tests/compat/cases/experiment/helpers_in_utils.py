"""Helpers of sacred.utils that other projects import: modules, versions, classes, decorators, timers, argv."""
# run:
# run: [no-numpy]

import os
from pathlib import Path

from kit import outcome, tell

from sacred import utils
from sacred.utils import (
    IntervalTimer,
    PathType,
    ensure_wellformed_argv,
    get_inheritors,
    get_package_version,
    module_exists,
    module_is_in_cache,
    modules_exist,
    optional_kwargs_decorator,
    parse_version,
)


class Base:
    pass


class Child(Base):
    pass


class GrandChild(Child):
    pass


class Other(Base):
    pass


class Both(Child, Other):
    pass


@optional_kwargs_decorator
def tag(function, name="default", *, loud=False):
    function.tag = (name, loud)
    return function


@tag
def plain():
    pass


@tag(name="named")
def named():
    pass


@tag(loud=True)
def loud():
    pass


@tag()
def empty():
    pass


tell(
    inheritors=sorted(each.__name__ for each in get_inheritors(Base)),
    none=[sorted(get_inheritors(GrandChild), key=str), type(get_inheritors(Base)).__name__],
    exists=[module_exists(name) for name in ("json", "numpy", "nope_nope", "os")],
    all_exist=[modules_exist("json", "os"), modules_exist("json", "nope_nope"), modules_exist()],
    cached=[module_is_in_cache(name) for name in ("json", "nope_nope", "os.path")],
    tags=[each.tag for each in (plain, named, loud, empty)],
    names=[each.__name__ for each in (plain, named, loud)],
    path_type=[isinstance("x", str), str in getattr(PathType, "__args__", ()), os.fspath(Path("x"))],
    argv=[
        outcome(lambda argv=argv: list(ensure_wellformed_argv(argv)))
        for argv in ("prog with a=1", ["prog", "x"], ("prog",), "prog 'a b'", "", [], 5, {"a": 1})
    ],
    versions=[
        str(parse_version("1.2.3")),
        parse_version("1.10") > parse_version("1.9"),
        parse_version("1.0rc1") < parse_version("1.0"),
        outcome(parse_version, "1.0.post1+local")["returns"] > parse_version("1.0"),
    ],
    package=[str(get_package_version("sacred")) == __import__("sacred").__version__],
    unknown=outcome(get_package_version, "nope_nope"),
    no_logger=[utils.NO_LOGGER.name, utils.NO_LOGGER.propagate],
    identifier=[bool(utils.PYTHON_IDENTIFIER.match(each)) for each in ("abc", "a b", "1a", "_x", "")],
)
stop, timer = IntervalTimer.create(lambda: tell(called=True), 0.01)
tell(timer=[type(stop).__name__, isinstance(timer, IntervalTimer), timer.is_alive()])
timer.start()
stop.set()
timer.join(30)
tell(after=[timer.is_alive(), stop.is_set()])
