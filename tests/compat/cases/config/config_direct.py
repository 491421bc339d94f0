"""Configs called directly, chained by hand, and an own config object among the experiment's."""
# run:

from kit import tell

from sacred import Experiment
from sacred.config import (
    ConfigDict,
    ConfigScope,
    chain_evaluate_config_scopes,
    load_config_file,
    save_config_file,
)
from sacred.config.config_summary import ConfigSummary
from sacred.config.utils import dogmatize, normalize_or_die, undogmatize

ex = Experiment("direct")


@ex.config
def config():
    a = 1
    b = {"x": a, "y": {"z": 2}}


@ConfigScope
def scope(a, c):
    d = a + c
    e = {"x": 1}


def summary(result):
    types = {name: [kind.__name__ for kind in kinds] for name, kinds in result.typechanged.items()}
    return [dict(result), result.added, result.modified, types, result.ignored_fallbacks]


tell(
    called=summary(config()),
    fixed=summary(config(fixed={"a": 5, "b": {"y": {"z": 7}}, "new": 1})),
    preset=summary(scope(preset={"a": 1, "c": 2})),
    fallback=summary(scope(fallback={"a": 1, "c": 2})),
    all=summary(scope(fixed={"a": 10, "e": {"x": 5}}, preset={"a": 1}, fallback={"c": 3})),
    dict=summary(ConfigDict({"p": (1, 2), "q": {"r": 1}})(fixed={"q": {"r": 2}, "p": "s"}, preset={"m": 1})),
    stored=ex.configurations[0]()["b"]["y"],
)
ex.add_config({"deep": {"er": {"value": 1}}})
ex.add_config(ex.configurations[1]._conf["deep"]["er"])
final, summaries = chain_evaluate_config_scopes([config, scope], fixed={"b": {"x": 9}}, preset={"c": 2})
tell(final=dict(final), summaries=[summary(each) for each in summaries], kind=type(final).__name__)
tell(normal=normalize_or_die({"t": (1, [2, (3,)])}), back=undogmatize(dogmatize({"a": [1, {"b": 2}]})))
save_config_file({"a": [1, 2], "b": {"c": 0.5}}, "saved.json")
save_config_file({"a": [1, 2], "b": {"c": 0.5}}, "saved.yaml")
tell(json=load_config_file("saved.json"), yaml=load_config_file("saved.yaml"))


def own(fixed=None, preset=None, fallback=None):
    fixed = fixed or {}
    return ConfigSummary(added=set(), modified=set(), typechanged={}, ignored_fallbacks=set()) | {
        "own": fixed.get("own", 3)
    }


class OwnConfig:
    def __call__(self, fixed=None, preset=None, fallback=None):
        result = ConfigSummary()
        result["own"] = (fixed or {}).get("own", 3)
        result["keys"] = sorted(preset or {})
        return result


ex.configurations.append(OwnConfig())


@ex.main
def main(own, keys, value):
    return [own, keys, value]


tell(result=ex.run().result, updated=ex.run(config_updates={"own": 8}).result)
