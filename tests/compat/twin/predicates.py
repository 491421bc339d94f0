"""What rules ask about a line of a difference: what it is about, and whether the case can bring it about."""

import json
import re

from compat.twin.statements import DICT_NAMES, VALUE_NAMES

NUMPY_SCALARS = {"numpy.int64", "numpy.float64", "numpy.bool"}


def fits(pattern):
    """Return a predicate that is true for lines in which a pattern is found."""
    return lambda _outcome, line: re.search(pattern, line) is not None


def is_documentation_of_seed(outcome, line):
    """A line about the documentation of the seed, where the experiment has no config that is a function."""
    kinds = {config.kind for config in outcome.case.parts[-1].configs}
    return line.startswith("docs / seed: + ") and "function" not in kinds


def updates_contradict(outcome, line):
    """An error, or none, where an update is of an entry and another of something below it."""
    paths = [path for path, _ in outcome.case.updates]
    below = any(one.startswith(f"{other}.") for one in paths for other in paths)
    return below and re.match("(outcome|raises): TypeError →|exit:", line) is not None


def lost_by_late_dictionary(outcome, line):
    """A line about an addition, where a config after the first of a part is a dictionary or a file."""
    if not re.match(
        r'outcome: COMPLETED → ConfigAddedError|additions: |added: \+|modified: |warnings.*: \+ "\S+: Added',
        line,
    ):
        return False
    return any(config.kind != "function" for part in outcome.case.parts for config in part.configs[1:])


def is_seen_by_later_hook(outcome, line):
    """A line about the names of entries that a hook saw, where an ingredient has several."""
    return "names" in line and any(len(part.hooks) > 1 for part in outcome.case.parts)


def lost_by_parameter(outcome, line):
    """A line about an addition to a dictionary that a later config of its part takes as a parameter."""
    place = re.match(r'added: \+ "(\S+)"$|warnings[^:]*: \+ ".*Added new config entry: \\"(\S+)\\""$', line)
    taken = {name for part in outcome.case.parts for config in part.configs[1:] for name in config.parameters}
    return place is not None and not taken.isdisjoint((place[1] or place[2]).split("."))


def removes_entries(outcome, line):
    """A line about a fixed entry, in a case where a config removes some."""
    parts = outcome.case.parts
    bodies = [text for part in parts for each in (*part.configs, *part.named_configs) for text in each.body]
    removes = any(".pop(" in text or ".clear()" in text for text in bodies)
    return removes and re.match(
        r"outcome: (Key|ConfigAdded)Error → |(config|seen)[^:]*: \+|(added|modified|warnings)", line
    )


def _part_of(case, path):
    """Return the part that an entry is in, and its first name there."""
    fitting = [
        part for part in case.parts if path == part.path or path.startswith(f"{part.path}.") or not part.path
    ]
    part = max(fitting, key=lambda part: len(part.path))
    return part, path.removeprefix(part.path).lstrip(".").split(".")[0]


def _count_assignments(part, name):
    lines = [line for config in part.configs for line in config.body]
    assigned = re.compile(rf"(^\s*{name} [-+*]?=|[{{ ]'{name}': |^{name}\[|^{name}\.)")
    return sum(assigned.search(line) is not None for line in lines)


def _find_seeded(case):
    """Return the ingredients that the experiment declares, and those at paths below that declare them."""
    parts = {part.path: part for part in case.parts}
    found = list(parts[""].needs)
    for path in found:
        found += [need for need in parts[path].needs if need.startswith(f"{path}.")]
    return found


def is_of_nested_ingredient(outcome, line):
    """A line about what a captured function of an ingredient of ingredients was given as seed."""
    place = re.match(r"seen\[(\d+)\] / tuple\[\d\](\[\d\])?: \S+ → \S+$", line)
    if place is None:
        return False
    seen = outcome.old["seen"][int(place[1])]["tuple"][0]
    parts = outcome.case.parts
    nested = [part.variable for part in parts[:-1] if part.path not in _find_seeded(outcome.case)]
    return any(seen.startswith((f"{variable}_take", f"{variable}_show")) for variable in nested)


def is_of_empty_ingredient(outcome, line):
    """A line about an empty dictionary at the path of an ingredient, or above it."""
    place = re.match(r"(?:config|seen\[\d+\] / tuple\[1\]) / (.*): [-+] \{", line)
    paths = {part.path for part in outcome.case.parts}
    above = {path.rpartition(".")[0] for path in paths}
    return (
        place is not None
        and place[1].replace(" / ", ".") in paths | above
        and re.search(r": [-+] (\{\}|\{\"inner\": \{\}\})$", line) is not None
    )


def has_other_order(_outcome, line):
    """A line about the text of a dictionary, in which the same stands in another order."""
    place = re.match(r'(?:config|seen)[^:]*: (".*\{.*") → (".*\{.*")$', line)
    return place is not None and sorted(place[1]) == sorted(place[2])


def is_plain_now(_outcome, line):
    """A line about a value that is the same but for tuples and numpy's scalars, which became plain."""
    place = re.match(r"(?:config|seen)[^:]*: (.*) → (.*)$", line)
    if place is None or " / raises" in line:
        return False
    old, new = json.loads(place[1]), json.loads(place[2])
    if isinstance(old, str):  # the text of such a value
        old = old.translate(str.maketrans("()", "[]")).replace(",]", "]")
    return _make_plain(old) == new


def _make_plain(described):
    if isinstance(described, list):
        return [_make_plain(item) for item in described]
    if not isinstance(described, dict):
        return described
    for mark, value in described.items():
        if mark == "tuple" or mark in NUMPY_SCALARS:
            return _make_plain(value)
    return {key: _make_plain(value) for key, value in described.items()}


def is_of_changed_list(outcome, line):
    """A line that says that an entry is modified, which is a list now."""
    place = re.match(r'modified: \+ "(\S+)"$', line)
    if place is None:
        return False
    value = outcome.new["config"]
    for name in place[1].split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return isinstance(value, list | dict)


def is_of_equal_dictionary(outcome, line):
    """A line that says that 0.8.7 has a dictionary as modified, in which nothing is."""
    place = re.match(r'modified: - "(\S+)"$', line)
    if place is None:
        return False
    changed = [*outcome.new["modified"], *outcome.new["added"], *outcome.new["typechanged"]]
    return not any(path.startswith(f"{place[1]}.") for path in changed)


def is_below_other_ingredient(outcome, line):
    """A line about ``data.inner`` or ``data``, where there are both."""
    paths = {part.path for part in outcome.case.parts}
    return {"data", "data.inner"} <= paths and re.search(r" / (data|inner): [-+] ", line)


def is_of_reassigned_dictionary(outcome, line):
    """A line about what 0.8.7 keeps of an earlier value of a dictionary, here or where else it is."""
    updated = {name for path, _ in outcome.case.updates for name in path.split(".")}
    fixes = outcome.case.named_configs or updated & {"d", "e"}
    if not re.match(r"(config|seen)[^:]*: " if fixes else r"(config|seen)[^:]*: - ", line):
        return False
    names = VALUE_NAMES + DICT_NAMES if re.match(r"(config|seen)[^:]*: - ", line) else DICT_NAMES
    return any(_count_assignments(part, name) > 1 for part in outcome.case.parts for name in names)


def is_of_dictionary_of_hook(outcome, line):
    """A line about a hook's dictionary in the place of a plain value, or the other way round."""
    has_hook = any(part.hooks for part in outcome.case.parts)
    return has_hook and re.search(r"→ \{|/ (float|tuple|numpy\.\w+): - ", line)


def puts_dictionary_over_value(outcome, line):
    """An error of 0.8.7's merging, where one side has a dictionary and another one a value."""
    case = outcome.case
    merges = (
        len(case.named_configs) > 1
        or any(part.hooks for part in case.parts)
        or (case.named_configs and case.updates)
    )
    told = "item assignment|indices must be|valid indices|not iterable|has no attribute"
    failed = re.search(told, outcome.old.get("text", ""))
    return merges and failed and re.match("(outcome|raises): (Type|Attribute|Index)Error →|exit:", line)


def follows_from_fixed_dictionary(outcome, _line):
    """A case in which a function assigns what an update or named config makes a dictionary, and reads it."""
    case = outcome.case
    named = [text for _, text in case.files]
    named += [text for part in case.parts for config in part.named_configs for text in config.body]
    for part in case.parts:
        bodies = [config.body for config in (*part.configs, *part.named_configs) if config.kind == "function"]
        fixed = {name for text in named for name in re.findall(r"'(\w+)': \{", text)}
        fixed |= {
            name
            for path, text in case.updates
            for owner, name in [_part_of(case, path)]
            if owner is part and (text.startswith("{") or path.removeprefix(f"{part.path}.") != name)
        }
        if any(_assigns_and_reads(body, name) for body in bodies for name in fixed):
            return bool(case.updates or case.named_configs)
    return False


def _assigns_and_reads(body, name):
    assigns = any(re.match(rf"\s*{name} = ", line) for line in body)
    return assigns and any(re.search(rf"(= |if |\().*\b{name}\b", line) for line in body)


def is_below_changed_type(outcome, line):
    """A line that says that something is added to an entry that has become a dictionary by an update."""
    place = re.match(r'added: \+ "(\S+)"$|warnings[^:]*: \+ ".*Added new config entry: \\"(\S+)\\""$', line)
    if place is None:
        return False
    path = place[1] or place[2]
    changed = outcome.new["typechanged"] | outcome.old["typechanged"]
    return any(
        path.startswith(f"{above}.") or f".{path}".find(f".{above.split('.')[-1]}.") >= 0 for above in changed
    )


def lost_in_fixed_list(_outcome, line):
    """A line about the dictionary in one of the values that ``statements`` has."""
    return re.match(r'(config|seen).*(\[\{\}, 2\].* → .*\[\{"k": \[1\]\}, 2\]|\[0\] / k: \+ \[1\]$)', line)


def is_of_reassigned_entry(outcome, line):
    """A line about what an update does to an entry that configs assign more than once."""
    place = re.match(r"typechanged / (\S+): ", line)
    if place is None:
        place = re.search(r'(?:Changed type of|Added new) config entry:? \\"(\S+)\\"', line)
    if place is None:
        place = re.match(r'(?:modified: [-+]|added: \+) "(\S+)"', line)
    if place is None:
        return False
    case = outcome.case
    candidates = [_part_of(case, place[1])]
    if line.startswith("warnings"):  # they tell paths inside of a part
        candidates = [(part, place[1].split(".")[0]) for part in case.parts]
    return any(_count_assignments(part, name) > 1 for part, name in candidates)


def holds_itself(outcome, line):
    """An error that tells of a container that holds itself."""
    return re.match("(raises|outcome): RecursionError → ", line) or (
        "holds itself" in outcome.new.get("text", "") and line.startswith("outcome: ")
    )
