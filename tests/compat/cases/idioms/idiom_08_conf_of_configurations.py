"""Parts of a config file taken out of the experiment's first configuration and added as a config of their own."""
# run:
# run: with lr=9 model.width=3
# run: with steps=text -f

import json

from kit import outcome, tell

from sacred import Experiment

with open("all.json", "w") as file:
    json.dump(
        {"common": {"lr": 0.1, "model": {"width": 1}}, "tasks": {"walk": {"steps": 5, "lr": 0.2}}}, file
    )

ex = Experiment("parts")
ex.add_config("all.json")
ex.add_config(ex.configurations[0]._conf["common"])
ex.add_config(ex.configurations[0]._conf["tasks"]["walk"])
with_dict = ex.configurations[1]
ex.configurations.pop(0)


@ex.config
def config(lr, model):
    twice = lr * 2
    wide = model["width"] > 1


@ex.main
def main(_config):
    return {key: value for key, value in _config.items() if key != "seed"}


tell(
    kinds=[type(each).__name__ for each in ex.configurations],
    count=len(ex.configurations),
    conf=with_dict._conf,
    called=dict(with_dict(fixed={"lr": 5, "model": {"depth": 2}})),
    preset=dict(with_dict(preset={"other": 1})),
    both=outcome(ex.add_config, {"a": 1}, b=2),
    nothing=outcome(ex.add_config),
    missing=outcome(ex.add_config, "nowhere.json"),
)
run = ex.run_commandline()
tell(result=run.result)
