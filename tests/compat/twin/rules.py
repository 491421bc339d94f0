"""Where random cases may differ from 0.8.7: each rule has a name, a reason, and lines that it explains.

A rule is asked about one line of ``harness.compare`` at a time, so that it never hides the rest of a case.
"""

from collections.abc import Callable
from typing import NamedTuple

from compat.twin import predicates
from compat.twin.outcome import Outcome


class Rule(NamedTuple):
    """A difference that is meant."""

    name: str
    why: str
    explains: Callable[[Outcome, str], bool]


def sort_by_rules(outcome):
    """Return ``{name of a rule: lines that it explains}``, and the lines that none explains."""
    explained, rest = {}, []
    for line in outcome.differences:
        name = next((rule.name for rule in RULES if rule.explains(outcome, line)), None)
        if name is None:
            rest.append(line)
        else:
            explained.setdefault(name, []).append(line)
    return explained, rest


RULES = [
    Rule(
        "numbers of numpy",
        "A numpy scalar is the number that it becomes: no type change from float to int is told of it.",
        predicates.fits(r"^warnings[^:]*: - .*from (float to int|int to float)\W+$"),
    ),
    Rule(
        "names of types",
        "Type changes name types that users know, not our containers; of a tuple or numpy scalar that is "
        "the plain one that it becomes.",
        predicates.fits(r"^type \w+ is named \w+$"),
    ),
    Rule(
        "contradicting updates",
        "Of an update of an entry and one of something below it the later wins, or an error tells of them; "
        "0.8.7 fails with a bare TypeError.",
        predicates.updates_contradict,
    ),
    Rule(
        "documentation of the seed",
        "The entry `seed` is documented in every run; in 0.8.7 only where a config is a function.",
        predicates.is_documentation_of_seed,
    ),
    Rule(
        "seeds of ingredients of ingredients",
        "They follow from the root seed; in 0.8.7 they are others in every process, but for those whose path "
        "is below that of the ingredient that needs them.",
        predicates.is_of_nested_ingredient,
    ),
    Rule(
        "overwriting an ingredient",
        "It has no effect in both; we warn of it.",
        predicates.fits(r'^warnings(\[\d+\])?: \+ "\S+: Ignored attempt to set value of'),
    ),
    Rule(
        "empty ingredients",
        "An ingredient without entries is an empty dictionary for functions and nothing in the record, "
        "wherever it stands; in 0.8.7 that depends on the order in which ingredients are declared.",
        predicates.is_of_empty_ingredient,
    ),
    Rule(
        "order of independent ingredients",
        "A config hook sees the ingredients that were resolved before; of those that don't need each other, "
        "and of empty ones, that is no promise.",
        predicates.fits(r'/ names: [-+] "(part|data)"$'),
    ),
    Rule(
        "order of entries",
        "The order in a dictionary is that of the code; what updates, hooks and ingredients add comes last.",
        predicates.has_other_order,
    ),
    Rule(
        "containers that hold themselves",
        "They are told as an InvalidConfigError; 0.8.7 raises a bare RecursionError.",
        predicates.holds_itself,
    ),
    Rule(
        "tuples and numpy scalars in lists of updates",
        "All values become plain in the same way: those inside of lists that are updates, too.",
        predicates.is_plain_now,
    ),
    Rule(
        "docstrings of named configs",
        "The docstring of a named config documents it, and is no new entry.",
        predicates.fits(
            r'new config entry: \\"__doc__\\""$|__doc__: - "What this is for\.|: - "([a-z.]+\.)?__doc__"$'
        ),
    ),
    Rule(
        "prefix that is no dictionary",
        "A captured function's prefix that leads to a plain value is told as an InvalidConfigError where the "
        "function needs entries; 0.8.7 raises a bare AttributeError always.",
        predicates.fits(
            r"^seen\[\d+\] / tuple\[1\]( / raises: \w+Error → \w+ConfigError$|: ..raises.*Attribute)"
        ),
    ),
    Rule(
        "entries assigned several times",
        "What an update changes is the last value that the configs assign; 0.8.7 compares it with each value "
        "on the way, and tells of the first type change that it meets.",
        predicates.is_of_reassigned_entry,
    ),
    Rule(
        "ingredients below others",
        "The entries of an ingredient `data.inner` are there, in whatever order it and `data` are declared; "
        "in 0.8.7 one may hide the other.",
        predicates.is_below_other_ingredient,
    ),
    Rule(
        "dictionaries assigned several times",
        "A dictionary is what the last assignment makes of it; 0.8.7 keeps entries of the earlier one where "
        "an update is in it, or where another entry holds it.",
        predicates.is_of_reassigned_dictionary,
    ),
    Rule(
        "dictionaries of config hooks",
        "A hook's dictionary takes the place of a plain value that nothing fixed; 0.8.7 ignores "
        "an empty one.",
        predicates.is_of_dictionary_of_hook,
    ),
    Rule(
        "dictionaries over values",
        "Where a hook, a named config or an update has a dictionary and another a plain value, the stronger "
        "wins; 0.8.7 fails with a bare TypeError or AttributeError.",
        predicates.puts_dictionary_over_value,
    ),
    Rule(
        "values computed from fixed dictionaries",
        "What is computed from a dictionary follows its fixed entries; in 0.8.7 those that the function does "
        "not assign itself are not there before its end.",
        predicates.follows_from_fixed_dictionary,
    ),
    Rule(
        "additions below changed types",
        "An entry that becomes a dictionary by an update has its entries added, whoever gives them.",
        predicates.is_below_changed_type,
    ),
    Rule(
        "modified lists and dictionaries",
        "A list whose elements changed is modified, and so is a dictionary with such entries; 0.8.7 finds "
        "only some of the changes.",
        predicates.is_of_changed_list,
    ),
    Rule(
        "dictionaries that keep their values",
        "A dictionary in which an update changes nothing is not modified.",
        predicates.is_of_equal_dictionary,
    ),
    Rule(
        "dictionaries in lists of updates",
        "They are kept; 0.8.7 empties them.",
        predicates.lost_in_fixed_list,
    ),
    Rule(
        "additions before a later dictionary",
        "An update that nothing uses is an addition, whatever configs there are; 0.8.7 forgets it where a "
        "config after the first is a dictionary or a file.",
        predicates.lost_by_late_dictionary,
    ),
    Rule(
        "additions before a later parameter",
        "They are additions as well where a later config takes the dictionary that they are in; 0.8.7 "
        "forgets them.",
        predicates.lost_by_parameter,
    ),
    Rule(
        "removing what is fixed",
        "A fixed entry stays, whatever a config function removes; in 0.8.7 it is gone until the "
        "function ends.",
        predicates.removes_entries,
    ),
    Rule(
        "several config hooks",
        "A later hook sees the entries of an earlier one.",
        predicates.is_seen_by_later_hook,
    ),
]
