"""sacred.config.signature.Signature: the shapes of functions, free parameters, and arguments put together."""
# run:

from kit import outcome, tell, text

from sacred.config.signature import Signature


class Thing:
    def method(self, a, b=2):
        return [a, b]

    @classmethod
    def made(cls, a):
        return a

    @staticmethod
    def free(a, *, b):
        return a


def plain(a, b, c=3, d=4):
    pass


def everything(a, b=2, *args, c, d=4, **kwargs):
    pass


def nothing():
    pass


def annotated(a: int, b: "str" = "x") -> None:
    pass


functions = {
    "plain": plain,
    "everything": everything,
    "nothing": nothing,
    "annotated": annotated,
    "method": Thing().method,
    "unbound": Thing.method,
    "classmethod": Thing.made,
    "static": Thing.free,
    "lambda": lambda x, y=1: x,
}
tell(
    shapes={
        name: [
            signature.name,
            list(signature.arguments),
        ]
        for name, signature in ((name, Signature(function)) for name, function in functions.items())
    },
    free={
        name: [
            list(Signature(function).get_free_parameters(*call))
            for call in [((), {}), ((1,), {}), ((1,), {"b": 2}), ((1, 2, 3), {}), ((), {"c": 1, "z": 2})]
        ]
        for name, function in functions.items()
        if name in ("plain", "annotated", "lambda")
    },
    bound=[list(Signature(Thing.method).get_free_parameters((), {}, bound=True)), Signature(plain).name],
)
built = {}
for name, args, kwargs, options in [
    ("plain", (1,), {}, {"b": 2, "c": 9, "zzz": 1}),
    ("plain", (1, 2, 5), {"d": 6}, {"c": 9}),
    ("plain", (), {"a": 1}, {"a": 5, "b": 6}),
    ("plain", (1, 2, 3, 4, 5), {}, {}),
    ("plain", (1,), {"a": 2}, {"b": 1}),
    ("plain", (), {}, {"b": 1}),
    ("plain", (1,), {"nope": 2}, {"b": 1}),
    ("everything", (1,), {"c": 5, "extra": 6}, {"b": 7}),
    ("everything", (), {}, {"a": 1, "c": 2, "other": 3}),
    ("nothing", (), {}, {"a": 1}),
    ("nothing", (1,), {}, {}),
]:
    built[f"{name} {args} {sorted(kwargs)} {sorted(options)}"] = outcome(
        Signature(functions[name]).construct_arguments, args, kwargs, options
    )
tell(
    built=built,
    texts=[
        "a" in text(Signature(plain).construct_arguments, (), {}, {}),
        "plain" in text(Signature(plain).construct_arguments, (), {}, {}),
        "nope" in text(Signature(plain).construct_arguments, (1, 2), {"nope": 1}, {}),
    ],
)
