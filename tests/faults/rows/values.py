"""Values whose methods raise, wherever a run takes values."""

from faults.fault import Fault

_HOSTILE = """
def _refuse(self, *given):
    raise RuntimeError("hostile")

def _make(base, names):
    "Return a class like another one whose methods of some names raise."
    return type(f"Hostile{base.__name__.title()}", (base,), dict.fromkeys(names.split(), _refuse))

Hostile = _make(
    object,
    "__repr__ __str__ __eq__ __ne__ __lt__ __hash__ __reduce__ __reduce_ex__ __getstate__ __copy__ "
    "__deepcopy__ __len__ __iter__ __bool__ __float__ __int__ __index__ __format__ __getitem__ "
    "__contains__ __getattr__ __fspath__ __array__ __sizeof__ __dir__",
)
HostileText = _make(str, "__repr__ __str__ __eq__ __hash__ __format__ encode")
HostileList = _make(list, "__repr__ __iter__ __len__ __eq__ __reduce_ex__")
HostileDict = _make(dict, "__repr__ __iter__ __getitem__ __reduce_ex__ keys items")
HostileNumber = _make(float, "__repr__ __float__ __eq__ __reduce_ex__")
"""

VALUES = [
    Fault(
        "in the configuration",
        does="every special method of a value in the configuration raises",
        holds="its type is kept in its place",
        setup=_HOSTILE
        + """
ex.add_config({"odd": Hostile(), "nested": {"list": [Hostile()]}})
""",
        told=('config.json: "odd"', 'config.json: "nested.list'),
    ),
    Fault(
        "the result",
        does="every special method of the result raises",
        holds="its type is kept in its place",
        setup=_HOSTILE
        + """
@ex.post_run_hook
def hook(_run):
    _run.result = Hostile()
""",
        told=('run.json: "result"',),
        result="HostileObject",
        hears=False,
    ),
    *[
        Fault(
            f"{kind} in info",
            does=f"methods of {kind} in the info raise",
            holds="its type is kept in its place",
            setup=_HOSTILE,
            body=f"_run.info['odd'] = {value}",
            told=told,
        )
        for kind, value, told in (
            ("an object", "Hostile()", ('info.json: "odd"',)),
            ("a text", 'HostileText("text")', ('info.json: "odd"',)),
            ("a list", "HostileList([1])", ('info.json: "odd"',)),
            ("a dictionary", "HostileDict(a=1)", ('info.json: "odd"',)),
            ("a number", "HostileNumber(1.5)", ('info.json: "odd"',)),
        )
    ],
    Fault(
        "as points",
        does="objects are logged all of whose special methods raise, as names, values and steps",
        holds="their types are kept in their place",
        setup=_HOSTILE,
        body="""
        for value in (Hostile(), HostileList([1]), HostileDict(a=1), HostileNumber(1.5), HostileText("text")):
            _run.log_scalar("odd", value)
            _run.log_scalar("odd steps", 1, value)
        """,
    ),
    Fault(
        "as names",
        does="objects are given as names of metrics that can't be text",
        holds="they get names by their types",
        setup=_HOSTILE,
        body="""
        for value in (Hostile(), HostileText("text"), "\\udcff", "", "a" * 10000):
            _run.log_scalar(value, 1)
        """,
    ),
    Fault(
        "as metadata",
        does="metadata of an artifact has values all of whose special methods raise",
        holds="their types are kept in their place",
        setup=_HOSTILE,
        body="""
        with open("file", "w") as file:
            file.write("text")
        _run.add_artifact("file", metadata={"odd": Hostile()})
        """,
        told=("odd",),
    ),
    Fault(
        "values without an end",
        does="info holds itself, and is a thousand levels deep",
        holds="what is too deep is kept as text",
        body="""
        deep = []
        for _ in range(100_000):
            deep = [deep]
        _run.info["deep"] = deep
        _run.info["itself"] = _run.info
        """,
        told=("deep", "itself"),
    ),
]
