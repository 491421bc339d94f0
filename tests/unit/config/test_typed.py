"""Configs given as dataclasses and pydantic models: a wrong type names entry, type and value."""

# ruff: noqa: PIE800 - long tables stay short

import dataclasses
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import (
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    Optional,
    Protocol,
    TypedDict,
    TypeVar,
    Union,
)

import pytest

from sacred import Ingredient
from sacred.config.typed import ConfigTypeError
from sacred.errors import ConfigAddedError, InvalidConfigError
from unit.config.helpers import configure, make_experiment, run_script

pydantic = pytest.importorskip("pydantic")


class Mode(Enum):
    FAST = "fast"
    SLOW = "slow"


@dataclass
class Optimizer:
    rate: float = 0.1  # the step size
    momentum: float | None = None


@dataclass
class Net:
    epochs: int = 10  # passes over the data
    name: str = "net"
    kind: Literal["a", "b", 3] = "a"
    maybe: Optional[int] = None  # noqa: UP045 -- the old spelling is what is tested
    either: Union[int, str] = 1  # noqa: UP007 -- the old spelling is what is tested
    sizes: list[int] = field(default_factory=lambda: [8, 16])
    table: dict[str, float] = field(default_factory=dict)
    pair: tuple[int, str] = (1, "x")
    many: tuple[int, ...] = ()
    mode: Mode = Mode.FAST
    folder: Path = Path("data")
    optimizer: Optimizer = field(default_factory=Optimizer)
    anything: Any = None
    flag: bool = field(default=False, metadata={"doc": "switches it on"})
    loose: list = field(default_factory=list)
    tags: set[str] = field(default_factory=set)


@dataclass
class Required:
    data: str
    size: int = 1


@dataclass
class Layer:
    size: int
    act: str = "relu"


@dataclass
class Layers:
    layers: list[Layer] = field(default_factory=lambda: [Layer(8), Layer(16)])


def messages(schema, updates, **kwargs):
    with pytest.raises(ConfigTypeError) as caught:
        configure(schema, updates=updates, **kwargs)
    assert isinstance(caught.value, InvalidConfigError)
    assert isinstance(caught.value, TypeError)
    assert not caught.value.print_traceback
    return str(caught.value)


def test_default_values_become_entries():
    config = configure(Net)
    assert config == {
        **{
            "epochs": 10,
            "name": "net",
            "kind": "a",
            "maybe": None,
            "either": 1,
            "sizes": [8, 16],
            "table": {},
        },
        **{"pair": [1, "x"], "many": [], "mode": Mode.FAST, "folder": Path("data"), "anything": None},
        **{"optimizer": {"rate": 0.1, "momentum": None}, "flag": False, "loose": [], "tags": set()},
    }


GOOD = [
    ("epochs", 5, 5),
    ("kind", 3, 3),
    ("maybe", 5, 5),
    ("maybe", None, None),
    ("either", "text", "text"),
    ("sizes", [1], [1]),
    ("sizes", (1, 2), [1, 2]),
    ("table", {"x": 1}, {"x": 1.0}),
    ("table.x", 1, {"x": 1.0}),
    ("tags", ["a"], {"a"}),
    ("anything", {"x": {"y": 1}}, {"x": {"y": 1}}),
    ("pair", (2, "y"), [2, "y"]),
    ("many", [1, 2, 3], [1, 2, 3]),
    ("mode", "slow", Mode.SLOW),
    ("mode", "SLOW", Mode.SLOW),
    ("mode", Mode.SLOW, Mode.SLOW),
    ("folder", "elsewhere", Path("elsewhere")),
    ("optimizer.rate", 2, 2.0),
    ("optimizer", {"momentum": 0.5}, {"rate": 0.1, "momentum": 0.5}),
    ("anything", [object], [object]),
    ("flag", True, True),
    ("loose", [1, "x"], [1, "x"]),
    ("sizes[1]", 3, [8, 3]),
]


@pytest.mark.parametrize(("path", "value", "expected"), GOOD)
def test_values_that_fit(path, value, expected):
    config = configure(Net, updates={path: value})
    found = config
    for name in path.split("[")[0].replace("table.x", "table").split("."):
        found = found[name]
    assert found == expected
    assert type(found) is type(expected)


BAD = [
    ("epochs", "fast", "Config entry \"epochs\": expected int, got 'fast' (str)"),
    ("epochs", 1.5, 'Config entry "epochs": expected int, got 1.5 (float)'),
    ("epochs", True, 'Config entry "epochs": expected int, got True (bool)'),
    ("epochs", None, 'Config entry "epochs": expected int, got None (NoneType)'),
    ("name", 5, 'Config entry "name": expected str, got 5 (int)'),
    ("kind", "c", "Config entry \"kind\": expected Literal['a', 'b', 3], got 'c' (str)"),
    ("maybe", "x", "Config entry \"maybe\": expected int | None, got 'x' (str)"),
    ("either", 1.5, 'Config entry "either": expected int | str, got 1.5 (float)'),
    ("sizes", 5, 'Config entry "sizes": expected list[int], got 5 (int)'),
    ("sizes", [1, "x"], "Config entry \"sizes[1]\": expected int, got 'x' (str)"),
    ("sizes[0]", "x", "Config entry \"sizes[0]\": expected int, got 'x' (str)"),
    ("table", [1], 'Config entry "table": expected dict[str, float], got [1] (list)'),
    ("table", {"k": "v"}, "Config entry \"table.k\": expected float, got 'v' (str)"),
    ("pair", [1, 2], 'Config entry "pair[1]": expected str, got 2 (int)'),
    ("pair", [1], 'Config entry "pair": expected tuple[int, str], got [1] (list)'),
    ("many", [1, "x"], "Config entry \"many[1]\": expected int, got 'x' (str)"),
    ("mode", "medium", "Config entry \"mode\": expected one of 'fast', 'slow', got 'medium' (str)"),
    ("folder", 3, 'Config entry "folder": expected Path, got 3 (int)'),
    ("optimizer.rate", "x", "Config entry \"optimizer.rate\": expected float, got 'x' (str)"),
    ("optimizer", 5, 'Config entry "optimizer": expected Optimizer, got 5 (int)'),
    ("flag", 1, 'Config entry "flag": expected bool, got 1 (int)'),
    ("tags", "text", "Config entry \"tags\": expected set[str], got 'text' (str)"),
]


@pytest.mark.parametrize(("path", "value", "message"), BAD)
def test_values_that_do_not_fit(path, value, message):
    text = messages(Net, {path: value})
    assert text.startswith(message), text
    assert "[Net (helpers.py:" in text


def test_all_that_is_wrong_is_told_at_once():
    text = messages(Net, {"epochs": "x", "optimizer": {"rate": "y", "momentum": "z"}, "sizes": ["a", 1]})
    assert [line.split(":")[0] for line in text.splitlines()] == [
        'Config entry "epochs"',
        'Config entry "sizes[0]"',
        'Config entry "optimizer.rate"',
        'Config entry "optimizer.momentum"',
    ]


def test_a_wrong_value_from_anywhere_is_told():
    assert '"epochs": expected int' in messages_of(make_experiment(Net, {"epochs": "x"}))
    ex = make_experiment(Net)
    ex.add_named_config("n", epochs="x")
    with pytest.raises(ConfigTypeError, match='"epochs": expected int'):
        ex.run(named_configs=["n"])
    ex = make_experiment(Net)
    ex.config_hook(lambda config, command_name, logger: {"optimizer": {"rate": "x"}})
    assert '"optimizer.rate": expected float' in messages_of(ex)


def messages_of(ex):
    with pytest.raises(ConfigTypeError) as caught:
        ex.run()
    return str(caught.value)


def test_an_unknown_entry_is_the_usual_error():
    with pytest.raises(ConfigAddedError, match=r'epoch; did you mean "epochs"'):
        configure(Net, updates={"epoch": 5})
    assert '"optimizer.rat": expected one of momentum, rate' in messages(Net, {"optimizer.rat": 5})


def test_an_instance_gives_its_values():
    config = configure(Net(epochs=3, optimizer=Optimizer(rate=1.0)))
    assert (config["epochs"], config["optimizer"]["rate"]) == (3, 1.0)
    assert '"epochs": expected int' in messages(Net(epochs=3), {"epochs": "x"})
    assert configure(Required("d"))["data"] == "d"


def test_a_required_entry():
    assert 'Config entry "data": expected str, got no value' in messages(Required, {})
    run = make_experiment(Required).run(config_updates={"data": "x"})
    assert run.config["data"] == "x"
    assert run.config_modifications.added == set()
    assert configure(Required, {"data": "from a later config"})["data"] == "from a later config"
    assert '"data": expected str, got 5 (int)' in messages(Required, {"data": 5})


def test_a_required_entry_inside():
    @dataclass
    class Outer:
        inner: Required
        n: int = 0

    assert configure(Outer, updates={"inner.data": "x"}) == {"inner": {"data": "x", "size": 1}, "n": 0}
    assert 'Config entry "inner.data": expected str, got no value' in messages(Outer, {})


def test_lists_of_dataclasses():
    config = configure(Layers, updates={"layers[1].size": 64})
    assert config == {"layers": [{"size": 8, "act": "relu"}, {"size": 64, "act": "relu"}]}
    assert "Config entry \"layers[0].size\": expected int, got 'x' (str)" in messages(
        Layers, {"layers[0].size": "x"}
    )
    text = messages(Layers, {"layers": [{"size": 1, "act": "a", "extra": 2}]})
    assert 'Config entry "layers[0].extra": expected one of act, size, got this name' in text
    assert 'Config entry "layers[0]": expected Layer, got 5 (int)' in messages(Layers, {"layers": [5]})


def test_a_dataclass_that_may_be_none():
    @dataclass
    class Outer:
        inner: Required | None = None

    assert configure(Outer) == {"inner": None}
    run = make_experiment(Outer).run(config_updates={"inner": {"data": "x", "size": 2}})
    assert run.config["inner"] == {"data": "x", "size": 2}
    assert run.config_modifications.added == set()
    assert run.config_modifications.typechanged == {}
    assert '"inner": expected Required | None' in messages(Outer, {"inner": {"data": 3}})


class Point(NamedTuple):
    x: int
    y: int


class Options(TypedDict):
    depth: int


class Closes(Protocol):
    def close(self): ...


UserId = NewType("UserId", int)
START = Point(1, 2)
Item = TypeVar("Item")


@dataclass
class Unusual(Generic[Item]):
    point: Point = START
    options: Options = field(default_factory=lambda: {"depth": 1})
    call: Callable[[int], int] = len
    closes: Closes = None
    user: UserId = 5
    item: Item = "any"
    frozen: frozenset = frozenset({1})
    number: int | float | None = 1
    pattern: "re.Pattern[str]" = re.compile("x")


def test_annotations_that_can_hardly_be_checked():
    config = configure(Unusual, updates={"point": [3, 4], "user": 7, "frozen": [1, 2], "number": 2.5})
    assert config["point"] == [3, 4]
    assert config["options"] == {"depth": 1}
    assert config["frozen"] == frozenset({1, 2})
    assert (config["user"], config["item"], config["number"]) == (7, "any", 2.5)
    assert '"options": expected Options, got 5' in messages(Unusual, {"options": 5})


def test_a_class_without_a_file_has_no_documentation():
    from dataclasses import make_dataclass

    made = make_dataclass("Made", [("a", int, 1)])
    run = make_experiment(made).run()
    assert run.config["a"] == 1
    assert "a" not in run.config_modifications.docs


def test_values_follow_in_config_functions():
    def cfg(epochs, optimizer):
        steps = epochs * 100
        half = optimizer["rate"] / 2

    config = configure(Net, cfg, updates={"epochs": 5, "optimizer.rate": 4})
    assert (config["steps"], config["half"]) == (500, 2)


def test_the_documentation_of_fields():
    docs = make_experiment(Net).run().config_modifications.docs
    assert docs["epochs"] == "passes over the data"
    assert docs["flag"] == "switches it on"
    assert docs["optimizer.rate"] == "the step size"


def test_init_false_and_classvar_are_no_entries():
    from typing import ClassVar

    @dataclass
    class Odd:
        shared: ClassVar[int] = 1
        derived: int = field(init=False, default=0)
        a: int = 2

    assert configure(Odd) == {"a": 2}


def test_an_ingredients_path_is_named():
    ingredient = Ingredient("data.set", save_git_info=False)
    ingredient.add_config(Required)
    ex = make_experiment(ingredients=[ingredient])
    with pytest.raises(
        ConfigTypeError, match=r'Config entry "data\.set\.size": expected int, got \'x\''
    ) as caught:
        ex.run(config_updates={"data.set.size": "x", "data.set.data": "d"})
    assert caught.value.paths == ["data.set.size"]
    assert ex.run(config_updates={"data.set.data": "d"}).config["data"] == {"set": {"data": "d", "size": 1}}


def test_a_typed_named_config():
    ex = make_experiment({"epochs": 1, "name": "x"})

    @dataclass
    class Long:
        epochs: int = 1000

    ex.add_named_config("long", Long)
    assert ex.run(named_configs=["long"]).config["epochs"] == 1000


def test_annotations_as_text(tmp_path):
    from unit.config.helpers import load_module

    module = load_module(
        tmp_path / "annotated.py",
        """\
        from __future__ import annotations
        from dataclasses import dataclass

        @dataclass
        class Inner:
            x: int = 1

        @dataclass
        class Later:
            a: int | None = None
            inner: Inner = None
        """,
        "annotated_as_text",
    )
    assert configure(module.Later(inner=module.Inner()), updates={"inner.x": 5})["inner"] == {"x": 5}
    assert '"a": expected int | None' in messages(module.Later, {"a": "x"})


# pydantic


class Inner(pydantic.BaseModel):
    rate: float = pydantic.Field(0.1, gt=0, description="the step size")


class Model(pydantic.BaseModel):
    epochs: int = 10  # passes
    inner: Inner = Inner()
    names: list[str] = pydantic.Field(default_factory=list)
    folder: Path = Path("x")

    @pydantic.field_validator("epochs")
    @classmethod
    def check_epochs(cls, value):
        if value > 1000:
            raise ValueError("too many epochs")
        return value


class NeedsMore(pydantic.BaseModel):
    data: str
    inner: Inner
    size: int = 1


class Whole(pydantic.BaseModel):
    low: int = 0
    high: int = 10

    @pydantic.model_validator(mode="after")
    def check_order(self):
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


def test_a_model():
    assert configure(Model) == {"epochs": 10, "inner": {"rate": 0.1}, "names": [], "folder": Path("x")}
    assert configure(Model, updates={"inner.rate": 2, "folder": "y"})["inner"] == {"rate": 2.0}
    assert configure(Model(epochs=3))["epochs"] == 3
    docs = make_experiment(Model).run().config_modifications.docs
    assert (docs["epochs"], docs["inner.rate"]) == ("passes", "the step size")


@pytest.mark.parametrize(
    ("updates", "message"),
    [
        ({"epochs": "fast"}, r"\"epochs\": expected int \(.*\), got 'fast' \(str\)"),
        ({"epochs": 5000}, r"\"epochs\": expected what Model accepts \(too many epochs\), got 5000 \(int\)"),
        ({"inner.rate": -1}, r"\"inner\.rate\": expected .*greater than 0, got -1 \(int\)"),
        ({"names": ["a", 5]}, r"\"names(\.1|\[1\])\": expected .*string, got 5 \(int\)"),
    ],
)
def test_what_a_model_refuses(updates, message):
    with pytest.raises(ConfigTypeError, match=message):
        configure(Model, updates=updates)


def test_a_models_required_fields():
    text = messages(NeedsMore, {})
    assert 'Config entry "data": expected a value, got none' in text
    run = make_experiment(NeedsMore).run(config_updates={"data": "x", "inner.rate": 1})
    assert (run.config["data"], run.config["inner"], run.config["size"]) == ("x", {"rate": 1.0}, 1)


def test_a_validator_of_the_whole_model():
    with pytest.raises(ConfigTypeError, match="low is above high"):
        configure(Whole, updates={"low": 20})
    assert configure(Whole, updates={"low": 20, "high": 30}) == {"low": 20, "high": 30}


def test_a_model_in_an_ingredient():
    ingredient = Ingredient("ib", save_git_info=False)
    ingredient.add_config(Model)
    with pytest.raises(ConfigTypeError, match=r'Config entry "ib\.epochs": expected int'):
        make_experiment(ingredients=[ingredient]).run(config_updates={"ib.epochs": "x"})


# on the command line

PROGRAM = """\
    from dataclasses import dataclass, field
    from sacred import Experiment


    @dataclass
    class Net:
        epochs: int = 10
        sizes: list[int] = field(default_factory=lambda: [1, 2])


    ex = Experiment("typed", save_git_info=False)
    ex.add_config(Net)


    @ex.automain
    def main(epochs, sizes):
        print("epochs", epochs, sizes)
    """


def test_a_wrong_type_on_the_command_line_is_one_message(tmp_path):
    result = run_script(tmp_path / "typed.py", PROGRAM, "typed.py", "with", "epochs=fast")
    assert result.returncode == 1
    assert "Config entry \"epochs\": expected int, got 'fast' (str)" in result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    assert "epochs" not in result.stdout
    assert len(result.stderr.strip().splitlines()) == 1


def test_right_types_on_the_command_line(tmp_path):
    result = run_script(tmp_path / "typed.py", PROGRAM, "typed.py", "with", "epochs=3", "sizes[0]=7")
    assert result.returncode == 0, result.stderr
    assert "epochs 3 [7, 2]" in result.stdout


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (typing.List, [1]),  # noqa: UP006 - the old spelling
        (typing.Dict, {"a": 1}),  # noqa: UP006 - the old spelling
        (typing.Tuple, [1, 2]),  # noqa: UP006 - the old spelling
        (typing.Counter[str], {"a": 1}),
    ],
)
def test_containers_of_anything(hint, value):
    config = dataclasses.make_dataclass("Config", [("x", hint)])
    assert configure(config, updates={"x": value})["x"] == value


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def test_text_that_becomes_a_path_or_an_enum_is_no_change_of_type(caplog):
    @dataclass
    class Config:
        path: Path = Path("x")
        colour: Colour = Colour.RED

    ex = make_experiment()
    ex.add_config(Config)
    run = ex.run(config_updates={"path": "y", "colour": "blue"})
    assert (run.config["path"], run.config["colour"]) == (Path("y"), Colour.BLUE)
    assert not [record for record in caplog.records if "Changed type" in record.getMessage()]
    assert run.config_modifications.typechanged == {}
    assert {"path", "colour"} <= run.config_modifications.modified
    assert run.config_modifications.origins["colour"] == "config_updates"


def test_aliases_and_checks_of_the_whole_model():
    class Config(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(extra="forbid")
        n: int = 3
        k: int = pydantic.Field(3, alias="kk")

        @pydantic.model_validator(mode="after")
        def check(self):
            if self.n > 100:
                raise ValueError("n is too large")
            return self

    ex = make_experiment()
    ex.add_config(Config)
    assert ex.run(config_updates={"k": 5}).config["k"] == 5
    with pytest.raises(
        ConfigTypeError, match=r"^The configuration is not what Config accepts \(n is too large\)"
    ):
        ex.run(config_updates={"n": 200})
