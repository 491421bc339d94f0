"""Words in odd places: nothing after `with`, a command called like a named config, updates before options."""
# run: with
# run: same with same
# run: with same a=3 -f -u
# run: -u with a=3 same
# run: main with data.json a=9 nested.x=1
# run: with same same data.json

from pathlib import Path

from kit import tell

from sacred import Experiment

Path("data.json").write_text('{"a": 7, "nested": {"x": 5, "y": 6}}')
ex = Experiment("words")
ex.add_config(a=1, nested={"x": 0, "y": 0}, seed=1)
ex.add_named_config("same", {"a": 2, "nested": {"y": 2}})


@ex.command
def same(_config, _run):
    tell(command="same", config=_config, meta=_run.meta_info["named_configs"])


@ex.main
def main(_config, _run):
    tell(
        command="main",
        config=_config,
        named=_run.meta_info["named_configs"],
        updates=_run.meta_info["config_updates"],
    )


ex.run_commandline()
