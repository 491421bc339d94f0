"""What tools see of captured functions, commands and the main function: names, signatures, docs, modules."""
# run:

import functools
import inspect
import pydoc

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("introspection")
ex.add_config(a=1, b=2)


@ex.capture
def function(a: int, b: "float" = 2.0, *rest, key, other=None, **more) -> list:
    """Do something.

    At length.
    """
    return [a, b]


@ex.command(unobserved=True)
def command(a):
    """A command."""
    return a


@ex.capture
async def coroutine(a):
    return a


@ex.capture
def generator(a):
    yield a


class Model:
    @ex.capture
    def method(self, a, b):
        """A method."""
        return [a, b]


@ex.pre_run_hook
def before(a):
    """A hook."""


@ex.main
def main(a):
    """The main function."""
    return a


function.custom = "attribute"


def describe(captured):
    return {
        "names": [captured.__name__, captured.__qualname__, captured.__module__, captured.__doc__],
        "signature": str(inspect.signature(captured)),
        "parameters": [str(parameter.kind) for parameter in inspect.signature(captured).parameters.values()],
        "annotations": sorted(getattr(captured, "__annotations__", {})),
        "callable": callable(captured),
        "wrapped": [hasattr(captured, "__wrapped__"), captured.__wrapped__.__name__],
        "arguments": inspect.getfullargspec(captured).args,
        "kinds": [
            inspect.iscoroutinefunction(inspect.unwrap(captured)),
            inspect.isgeneratorfunction(inspect.unwrap(captured)),
            inspect.iscoroutinefunction(captured),
            inspect.isgeneratorfunction(captured),
            inspect.isfunction(captured),
            inspect.isroutine(captured),
        ],
        "module": inspect.getmodule(captured).__name__,
        "lines": inspect.getsource(captured).splitlines()[1].strip(),
        "code": [captured.__code__.co_name, captured.__code__.co_argcount, captured.__defaults__],
        "globals": captured.__globals__ is globals(),
    }


functions = [function, command, coroutine, generator, Model.method, before, main]
tell(**{captured.__name__: describe(captured) for captured in functions})
tell(
    bound=[str(inspect.signature(Model().method)), Model().method.__name__, Model().method.__self__.__class__.__name__],
    attribute=[function.custom, vars(function).get("custom") if hasattr(function, "__dict__") else None],
    help=pydoc.plain(pydoc.render_doc(command)).splitlines()[-1].strip(),
    partial=functools.partial(function, key=3).func is function,
    commands=sorted(ex.commands),
    gathered=sorted(name for name, _ in ex.gather_commands()),
    same=[ex.commands["command"] is command, ex.main(main) is main, ex.capture(command) is command],
    captured=[captured.__name__ for captured in ex.captured_functions],
    unobserved=[ex.commands["command"].unobserved, getattr(ex.commands["main"], "unobserved", False)],
    ignored=outcome(hash, function)["returns"] == hash(function),
    bind=outcome(lambda: dict(inspect.signature(command).bind(5).arguments)),
)
ex.run_commandline()
