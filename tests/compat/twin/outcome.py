"""What both sides did with a case, and in which lines that differs."""

import re
from typing import NamedTuple

from compat.harness import compare
from compat.twin.case import Case
from sacred import errors

KNOWN_AS = {
    "DogmaticDict": "dict",
    "DogmaticList": "list",
    "tuple": "list",
    "int64": "int",
    "float64": "float",
    "bool_": "bool",
}


class Outcome(NamedTuple):
    """A case, and what both sides did with it."""

    case: Case
    old: dict
    new: dict

    @property
    def differences(self):
        """All lines in which they differ; one alone where only one side came to an end without an error."""
        if ("raises" in self.old) != ("raises" in self.new):
            return [f"outcome: {_name_end(self.old)} → {_name_end(self.new)}"]
        if "raises" in self.old:
            return [*compare(_tell_error(self.old), _tell_error(self.new)), *self._compare_additions()]
        return [*compare(prepare(self.old), prepare(self.new)), *self._compare_types()]

    def _compare_additions(self):
        """Yield entries that 0.8.7 names as additions that nothing uses, and that our error does not name."""
        if self.old["raises"][0] == "ConfigAddedError":
            for name in re.findall(r"^  (\S+?)=", self.old["text"], re.MULTILINE):
                if name not in self.new["text"]:
                    yield f"additions: - {name}"

    def _compare_types(self):
        """Yield types that 0.8.7 names otherwise."""
        told = {name for names in self.old["typechanged"].values() for name in names}
        yield from (f"type {name} is named {KNOWN_AS[name]}" for name in sorted(told & KNOWN_AS.keys()))


def _tell_error(answer):
    """Return the classes of an error, and what the captured functions did before."""
    # of an error that a command line told there is only the name
    known = getattr(errors, answer["raises"][0], None)
    classes = [kind.__name__ for kind in known.__mro__] if known else answer["raises"]
    return {"raises": classes, "seen": answer["seen"]}


def _name_end(answer):
    return answer["raises"][0] if "raises" in answer else answer["status"]


def prepare(answer):
    """Return an answer without its wording, and with the names of types that users know."""
    prepared = {key: value for key, value in answer.items() if key != "text"}
    prepared["warnings"] = sorted(f"{name}: {_translate(text)}" for name, text in answer["warnings"])
    prepared["typechanged"] = {
        path: _translate(" to ".join(names)) for path, names in answer.get("typechanged", {}).items()
    }
    return prepared


def _translate(text):
    """Return a text about a type change with the names of types that users know."""
    return re.sub(
        r"\b(\w+) to (\w+)$",
        lambda pair: " to ".join(KNOWN_AS.get(name, name) for name in pair.groups()),
        text,
    )
