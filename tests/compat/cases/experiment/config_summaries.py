"""ConfigSummary made and merged by hand, and what configs called directly tell in it."""
# run:

from kit import outcome, tell

from sacred import Experiment
from sacred.config import ConfigDict, chain_evaluate_config_scopes
from sacred.config.config_summary import ConfigSummary


def show(summary):
    return {
        "entries": dict(summary),
        "added": sorted(summary.added),
        "modified": sorted(summary.modified),
        "typechanged": {key: [kind.__name__ for kind in kinds] for key, kinds in summary.typechanged.items()},
        "ignored": sorted(summary.ignored_fallbacks),
        "docs": dict(summary.docs),
    }


tell(
    empty=show(ConfigSummary()),
    full=show(ConfigSummary({"n"}, {"m"}, {"t": (int, str)}, {"i"}, {"d": "doc"})),
    parents=show(ConfigSummary({"a.b.c"}, {"d.e"}, {"f.g": (int, str)})),
    exclusive=show(ConfigSummary({"a"}, {"a", "t", "m"}, {"t": (int, str)})),
)
total = ConfigSummary()
total.update_from(ConfigSummary(set(), {"m"}, {"t": (int, str)}, (), {"d": "doc"}))
total.update_from(ConfigSummary(set(), {"m"}, {"t": (int, str)}), path="part.deep")
tell(merged=show(total))


ex = Experiment("summaries")


@ex.config
def config():
    """The config."""
    a = 1  # the a
    n = {"x": a, "y": [a, a]}
    t = 0.5


@ex.config
def more(a, n):
    b = a * 2
    # the sum
    c = b + n["x"]


d = ConfigDict({"k": 1, "n": {"z": (1, 2)}})
tell(
    kinds=[type(config).__name__, type(more).__name__],
    plain=show(config()),
    fixed=show(config(fixed={"a": 5, "n": {"x": "text", "new": 1}})),
    preset=show(config(preset={"a": 5, "p": {"q": 1}})),
    both=show(config(fixed={"a": 3, "p": 1}, preset={"p": 2, "a": 4})),
    parameters=show(more(preset={"a": 2, "n": {"x": 10}})),
    fallback=show(more(fallback={"a": 2}, preset={"n": {"x": 10}})),
    both_sources=show(more(fallback={"a": 2}, preset={"n": {"x": 10}, "a": 3}, fixed={"b": 1})),
    missing=outcome(more),
    dictionary=show(d()),
    dictionary_fixed=show(d(fixed={"k": 2, "n": {"z": 5}})),
    dictionary_preset={key: value for key, value in d(preset={"k": 9, "x": 1}).items()},
)
entries, summaries = chain_evaluate_config_scopes([config, d, more], fixed={"k": 7, "a": 2})
tell(chain=entries, count=len(summaries) > 0, none=chain_evaluate_config_scopes([])[0])
tell(preset=chain_evaluate_config_scopes([more], preset={"a": 1, "n": {"x": 1}}, fallback={"f": 1})[0])
