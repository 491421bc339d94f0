"""Real use of the public names that only has to type-check (``mypy --strict``); nothing runs it."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, assert_type

import sacred
from sacred import SETTINGS, Experiment, Ingredient, cli_option, host_info_gatherer
from sacred.commands import print_config, save_config
from sacred.config import ConfigScope, load_config_file
from sacred.config.captured_function import CapturedFunction
from sacred.errors import SacredError, SacredInterrupt
from sacred.host_info import HostInfoGetter
from sacred.observers import FileStorageObserver, RunObserver
from sacred.plugins.options import CLIOption
from sacred.run import Run
from sacred.utils import InvalidConfigError, PathType, TimeoutInterrupt, apply_backspaces_and_linefeeds

# --- making them --------------------------------------------------------------------------------------------

data = Ingredient("data", save_git_info=False)
model = Ingredient(Path("model"), ingredients=[data], interactive=True, base_dir=Path())


@host_info_gatherer("weather")
def weather() -> str:
    return "fine"


assert_type(weather, HostInfoGetter)


@cli_option("-Z", "--zero", is_flag=True)
def zero(args: Any, run: Run) -> None:
    """Set everything to zero."""
    run.info["zero"] = args


assert_type(zero, CLIOption)

ex = Experiment(
    "api",
    ingredients=[data, model],
    base_dir=".",
    additional_host_info=[weather],
    additional_cli_options=[zero],
)
ex.observers.append(FileStorageObserver("runs"))
ex.observers = [FileStorageObserver(Path("runs"), priority=3, copy_sources=False)]
ex.captured_out_filter = apply_backspaces_and_linefeeds
ex.captured_out_filter = str.upper
ex.logger = logging.getLogger("mine")

# --- configuration ------------------------------------------------------------------------------------------


@dataclass
class Typed:
    """Entries with types."""

    rate: float = 0.1


@ex.config
def config(data: Mapping[str, Any]) -> None:
    size = 3
    path = data["path"]
    layers = [size * width for width in range(3)]


assert_type(config, ConfigScope)
ex.add_config({"a": 1})
ex.add_config(a=1, b="text")
ex.add_config("config.json")
ex.add_config(Path("config.yaml"))
ex.add_config(Typed)
ex.add_config(Typed(rate=3))
ex.add_named_config("big", {"size": 5})
ex.add_named_config("small", size=1)
ex.add_named_config("file", "config.json")


@ex.named_config
def medium() -> None:
    size = 2


@ex.config_hook
def hook(config: dict[str, Any], command_name: str, logger: logging.Logger) -> dict[str, Any]:
    logger.info(command_name)
    return {"hooked": config["size"]}


assert_type(hook({}, "main", logging.getLogger()), dict[str, Any])


@ex.option_hook
def on_options(options: dict[str, Any]) -> None:
    options["--comment"] = "x"


# --- captured functions: injected arguments may be left out, and the result keeps its type ------------------


@ex.capture
def scale(value: float, rate: float, _log: logging.Logger) -> float:
    _log.debug("scaling")
    return value * rate


assert_type(scale(2.0), float)
assert_type(scale(2.0, rate=3), float)
assert_type(scale(value=2.0), float)
assert_type(scale, CapturedFunction[float])


@data.capture(prefix="inner")
def with_prefix(path: str, *, flag: bool = False) -> str:
    return path * flag


assert_type(with_prefix(), str)


@data.capture()
def with_empty_parentheses(path: str) -> list[str]:
    return [path]


assert_type(with_empty_parentheses(), list[str])


class Trainer:
    """Captured functions in classes."""

    size = 3

    @ex.capture
    def train(self, epochs: int, _rnd: Any, _seed: int) -> list[float]:
        return [_rnd.random() for _ in range(epochs)]

    @staticmethod
    @ex.capture
    def static(size: int) -> int:
        return size

    @property
    def twice(self) -> int:
        return self.size * 2

    @property
    @ex.capture
    def rate(self, rate: float) -> float:  # noqa: PLR0206  the configuration gives it
        return rate


class WithCapturedConstructor:
    """Mypy knows no constructor that is an object, so here it has to be told."""

    @ex.capture  # type: ignore[misc]
    def __init__(self, size: int, name: str = "trainer") -> None:
        self.size = size


WithCapturedConstructor()
WithCapturedConstructor(name="other")

trainer = Trainer()
assert_type(trainer.train(), list[float])
assert_type(trainer.train(epochs=3), list[float])
assert_type(Trainer.static(), int)
assert_type(trainer.twice, int)


@contextmanager
@ex.capture
def opened(path: str) -> Iterator[str]:
    yield path


with opened() as text:
    assert_type(text, str)


@ex.capture
def generate(size: int) -> Iterator[int]:
    yield size


for number in generate():
    assert_type(number, int)

# --- commands and hooks -------------------------------------------------------------------------------------


@ex.command
def evaluate(size: int, _config: Mapping[str, Any]) -> int:
    return size


@ex.command(prefix="inner", unobserved=True)
def show(path: str) -> str:
    return path


@ex.command()
def export() -> None: ...


assert_type(evaluate(), int)
assert_type(show(), str)


@ex.pre_run_hook
def before(size: int) -> None: ...


@ex.pre_run_hook(prefix="inner")
def before_with_prefix(path: str) -> None: ...


@ex.post_run_hook
def after() -> None: ...


before()
after()


class Dropped(SacredInterrupt):
    """Ends a run with a status of its own."""

    STATUS = "DROPPED"


@ex.main
def main(_run: Run, _seed: int, rate: float) -> float:
    assert_type(_run.info, dict[str, Any])
    assert_type(_run.dir, str | None)
    assert_type(_run.status, str | None)
    assert_type(_run.start_time, datetime | None)
    _run.result = 0.5
    _run.log_scalar("loss", 0.5)
    _run.log_scalar("loss", 0.25, step=3)
    ex.log_scalar("loss", 0.125, 4)
    with _run.open_resource("data.csv") as file:
        file.read()
    with ex.open_resource(Path("data.bin"), "rb") as binary:
        binary.read()
    _run.add_resource(Path("data.csv"))
    _run.add_artifact("model.pt")
    ex.add_artifact(Path("model.pt"), name="model", metadata={"rate": rate}, content_type="text/plain")
    ex.info["epoch"] = 1
    if rate > 1:
        raise TimeoutInterrupt
    if rate < 0:
        raise Dropped("rate")
    if rate == 0:
        raise InvalidConfigError("no rate", "rate")
    print_config(_run)
    return scale(rate)


@ex.automain
def program() -> int:
    return 0


assert_type(main(), float)
assert_type(program(), int)

# --- running ------------------------------------------------------------------------------------------------

run = ex.run()
assert_type(run, Run)
run = ex.run(
    "main",
    config_updates={"size": 3, "data": {"path": "x"}},
    named_configs=["big"],
    info={},
    meta_info={"purpose": "test"},
    options={"--loglevel": "ERROR", "--force": True},
)
assert_type(ex.run_commandline(), Run)
ex.run_commandline("program.py with size=3")
ex.run_commandline(["program.py", "with", "size=3"])
assert_type(run.config, dict[str, Any])
assert_type(run.result, Any)
assert_type(run.captured_out, str)
assert_type(run.fail_trace, list[str] | None)
assert_type(run.config_modifications.added, set[str])
assert_type(ex.current_run, Run | None)
assert_type(ex.path, str)
save_config(run.config, logging.getLogger(), "config.json")
assert_type(load_config_file("config.json"), dict[str, Any])

ex.add_source_file("x.py")
ex.add_package_dependency("numpy", "2.0")
for name, command in ex.gather_commands():
    assert_type(name, str)
    command()
for ingredient, depth in ex.traverse_ingredients():
    assert_type(ingredient, Ingredient)
    assert_type(depth, int)


class Own(RunObserver):
    """An observer that overrides what it needs."""

    priority = 7

    def started_event(
        self,
        ex_info: dict[str, Any],
        command: str,
        host_info: dict[str, Any],
        start_time: datetime,
        config: dict[str, Any],
        meta_info: dict[str, Any],
        _id: Any,
    ) -> str:
        return "id"

    def heartbeat_event(
        self, info: dict[str, Any], captured_out: str, beat_time: datetime, result: Any
    ) -> None: ...

    def log_metrics(self, metrics_by_name: dict[str, Any], info: dict[str, Any]) -> None: ...


ex.observers.append(Own())


class Mine(Experiment):
    """An experiment class of the user's own."""

    def post_process_name(self, name: str, ingredient: Ingredient) -> str:
        return super().post_process_name(name, ingredient)


def find(path: PathType) -> Experiment:
    try:
        return Mine(str(path))
    except SacredError as error:
        raise SystemExit(str(error)) from error


SETTINGS.CAPTURE_MODE = "sys"
SETTINGS["CONFIG"]["READ_ONLY_CONFIG"] = False
SETTINGS.HOST_INFO.CAPTURED_ENV.append("USER")
sacred.SETTINGS.CONFIG.READ_ONLY_CONFIG = True
assert_type(sacred.__version__, str)
