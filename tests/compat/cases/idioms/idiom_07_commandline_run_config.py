"""The run that run_commandline gives back is what the script goes on with: its main is empty."""
# run: with lr=0.5 data.path=/elsewhere
# run: large -u
# run: with large lr=3 -F runs
# run: with large nested.a=2 nested.b.d=3 -l WARNING

from kit import tell

from sacred import Experiment, Ingredient

data = Ingredient("data")


@data.config
def data_config():
    path = "/data"
    files = [path + "/train", path + "/test"]


ex = Experiment("config_only", ingredients=[data])


@ex.config
def config():
    lr = 0.1
    steps = int(10 / lr)
    nested = dict(a=1, b=dict(c=[1, 2]))


@ex.named_config
def large():
    nested = {"b": {"c": [9]}}
    lr = 0.01


@ex.main
def main():
    pass


if __name__ == "__main__":
    run = ex.run_commandline()
    config = run.config
    config["added_by_script"] = True
    config["nested"]["b"]["c"].append(3)
    tell(
        config={key: value for key, value in config.items() if key != "seed"},
        seed=type(config["seed"]).__name__,
        kind=type(config).__name__,
        status=run.status,
        result=run.result,
        id=run._id,
        command=run.meta_info["command"],
        elapsed=(run.stop_time - run.start_time).total_seconds() >= 0 if run.stop_time else None,
        again=sorted(ex.current_run.config),
    )
    print("the script goes on")
