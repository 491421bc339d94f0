"""Tools of the standard library on captured functions: type hints, copies, autospec, single dispatch, docs."""
# run:

import copy
import functools
import inspect
import pydoc
import typing
from unittest import mock

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("tools")
ex.add_config(a=1, b=2, size=3)


@ex.capture
def function(a: int, b: "float" = 2.0, *, key: typing.Optional[str] = None) -> list:
    """Do something."""
    return [a, b, key]


class Model:
    """A model."""

    @ex.capture
    def __init__(self, size: int, name="n"):
        self.size = size
        self.name = name

    @ex.capture
    def method(self, a):
        """A method."""
        return [self.size, a]

    @staticmethod
    @ex.capture
    def static(a):
        return a

    @property
    @ex.capture
    def value(self, b):
        """A value."""
        return b


@functools.singledispatch
def dispatched(value):
    return ["other", value]


@dispatched.register(int)
@ex.capture
def for_integers(value, b):
    return ["integer", value, b]


@functools.wraps(function)
def wrapper(*args, **kwargs):
    return function(*args, **kwargs)


class Registry:
    functions = {}

    @classmethod
    def register(cls, registered):
        cls.functions[registered.__name__] = registered
        return registered


@Registry.register
@ex.capture
def registered(a):
    return a


def patch(model):
    with mock.patch.object(Model, "method", lambda self, a=0: ["patched", a]):
        return model.method()


@ex.automain
def main():
    model = Model()
    spec = mock.create_autospec(function)
    spec.return_value = "mocked"
    tell(
        hints=sorted(typing.get_type_hints(function)),
        signatures=[str(inspect.signature(item)) for item in (Model, Model.method, model.method, wrapper, Model.static)],
        copies=[copy.copy(model).method(), copy.deepcopy(model).method()],
        spec=[spec(1), outcome(spec, 1, 2, 3, 4)],
        dispatched=[dispatched(5), dispatched("text")],
        wrapped=[wrapper(), wrapper(key="k"), wrapper.__wrapped__ is function],
        registered=Registry.functions["registered"](),
        docs=["A method." in pydoc.render_doc(Model), "Do something." in pydoc.render_doc(function)],
        members=sorted(name for name, _ in inspect.getmembers(Model, callable) if not name.startswith("_")),
        methods=[inspect.ismethod(model.method), inspect.isroutine(Model.method), callable(model.method)],
        values=[model.value, Model.value.fget.__name__, getattr(model, "method")(a=5)],
        equal=[model.method == model.method, function == function, function != registered, len({function, function})],
        annotated=[function.__annotations__["a"].__name__, function.__kwdefaults__, function.__defaults__],
        patched=patch(model),
        bound=[inspect.signature(function).bind(1, key="x").arguments["key"], model.method.__func__.__name__],
    )
