"""flatten and restore of sacred.serializer: what comes back as it was."""
# run:
# run: [no-numpy]

import datetime
import json

from kit import outcome, tell

from sacred.optional import has_numpy, np
from sacred.serializer import flatten, restore

values = {
    "numbers": [0, -1, 1.5, 10**30, True, None],
    "text": ["", "ä", "line\nbreak", "\x00"],
    "nested": {"a": {"b": [{"c": []}, {}]}},
    "float": [1e-300, 0.1, 1e16],
    "deep": [[[[[1]]]]],
    "keys": {"with space": 1, "with.dot": 2, "$dollar": 3, "": 4},
    "order": {"z": 1, "a": 2},
    "long": list(range(50)),
}
tell(
    back={name: restore(flatten(value)) == value for name, value in values.items()},
    plain={name: json.loads(json.dumps(flatten(value))) == value for name, value in values.items()},
    same_text=[flatten("x"), flatten(5), flatten(None), flatten([1, {"a": 2}])],
    restored=[restore("x"), restore({"a": [1]}), restore(None)],
    tuples=[list(restore(flatten((1, 2)))), list(restore(flatten({"a": (1,)}))["a"])],
    old_tuple=list(restore({"py/tuple": [1, 2]})),
    old_set=sorted(restore({"py/set": [1, 2]})),
    dates=[
        str(restore(flatten(datetime.date(2020, 1, 2))))[:10],
        str(flatten(datetime.datetime(2020, 1, 2)))[:0],
    ],
    other=["raises" in outcome(flatten, object()), "raises" in outcome(flatten, lambda: 1)],
)
if has_numpy:
    tell(
        numpy=[
            np.asarray(restore(flatten(np.arange(3)))).tolist(),
            float(restore(flatten(np.float64(0.5)))),
            int(restore(flatten(np.int64(5)))),
            np.asarray(restore(json.loads(json.dumps(flatten({"a": np.ones((2, 2))}))))["a"]).tolist(),
        ]
    )
