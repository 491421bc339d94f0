"""An ingredient's entries overridden by a named config of the experiment, by its own, and by the command line."""
# run: with large
# run: with data.small
# run: with data.small large data.batch=5
# run: with data.deep.more large
# run: print_named_configs
# run: in_python

from kit import tell

from sacred import Experiment, Ingredient

deep = Ingredient("data.deep")
deep.add_config(depth=1, seed=1)
data = Ingredient("data", ingredients=[deep])
ex = Experiment("override", ingredients=[data])


@deep.named_config
def more():
    # goes deeper
    depth = 10


@data.config
def data_config(deep):
    batch = 32
    files = [str(i) for i in range(deep["depth"])]
    shape = {"h": 28, "w": 28}
    total = batch * shape["h"]


@data.named_config
def small():
    batch = 2
    shape = {"h": 1}


@ex.config
def config(data):
    lr = 0.1
    epochs = 100 // data["batch"]


@ex.named_config
def large():
    lr = 9
    data = {"batch": 64, "shape": {"w": 99}}


ex.add_named_config("from_dict", {"data": {"batch": 1}, "lr": 3})


@ex.main
def main(_config, _run, data, lr, epochs):
    tell(
        config={key: value for key, value in _config.items() if key != "seed"},
        named=_run.meta_info["named_configs"],
        modified=sorted(_run.config_modifications.modified),
        added=sorted(_run.config_modifications.added),
    )
    return [lr, epochs, data["total"]]


@ex.command
def in_python():
    pass


run = ex.run_commandline()
if run.meta_info["command"] == "in_python":
    tell(named_in_python=ex.run(named_configs=["data.small", "from_dict"], options={"--force": True}).result)
