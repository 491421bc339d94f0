"""A prefix makes a function see a part of the configuration."""
# run:
# run: with data.path.root=/x
# run: part.stats

from kit import tell

from sacred import Experiment, Ingredient

sub = Ingredient("sub")
sub.add_config(s=1)
part = Ingredient("part", ingredients=[sub])
part.add_config(k=1, opts={"o": 5})


@part.capture
def of_part(k, _config, _log):
    return [k, sorted(_config), _log.name]


@part.capture(prefix="opts")
def of_opts(o, _config):
    return [o, sorted(_config)]


@part.command(prefix="opts")
def stats(o):
    tell(stats=o, part=of_part())


ex = Experiment("prefix", ingredients=[part])


@ex.config
def config():
    data = {"path": {"root": "/data", "name": "n"}, "size": 3}
    top = 1


@ex.capture(prefix="data")
def one(size, path, _config):
    return [size, path, _config]


@ex.capture(prefix="data.path")
def two(root, name="other", top="default"):
    return [root, name, top]


@ex.capture(prefix="nowhere")
def none(value="default"):
    return value


@ex.capture(prefix="part")
def foreign(k, opts):
    return [k, opts]


@ex.automain
def main():
    tell(seen=[one(), two(), two("r"), none(), foreign(), of_part(), of_opts()])
