"""Options between updates, abbreviated, repeated, with negative and empty-looking values."""
# run: with a=2 -u b=3 --comm remark c=4
# run: --force --unob with a=2
# run: -c=remark -u
# run: -u -c "" with a=5
# run: with a=-1 b=-x -u
# run: -uu

from kit import tell

from sacred import Experiment

ex = Experiment("odd")
ex.add_config(a=1, b="", c=0, seed=1)


@ex.automain
def main(_config, _run):
    given = {name: value for name, value in _run.meta_info["options"].items() if value or value == ""}
    tell(config=_config, given=given, comment=_run.meta_info.get("comment"))
