"""Updates whose path goes through a list, a number, None or an ingredient, or puts a value in their place."""
# run: with number.x=1 -f
# run: with none.x=1 items.x=2 -f
# run: with d=5 -f
# run: with d.x.deep=1 d.y=2
# run: with d.x=1 d.x.deep=2
# run: with empty.a=1 empty.b.c=2 -f

from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(size=1, opts={"a": 1})
ex = Experiment("through", ingredients=[part])


@ex.config
def config():
    number = 1
    none = None
    items = [1, 2]
    text = "word"
    d = {"x": 1, "y": {"z": 1}}
    empty = {}


@ex.capture
def use(d, empty, none, number):
    return [d, empty, none, number]


@ex.main
def main(_config, _run):
    changes = _run.config_modifications
    types = {name: [kind.__name__ for kind in kinds] for name, kinds in changes.typechanged.items()}
    tell(added=changes.added, modified=changes.modified, types=types, config=_config)
    return use()


def run(*names, **updates):
    options = {"--loglevel": "ERROR", "--force": True}
    return ex.run(config_updates={"seed": 1, **updates}, named_configs=names, options=options).result


tell(
    empty_dictionary=outcome(run, d={}),
    empty_nested=outcome(run, d={"y": {}}),
    replaced=outcome(run, number={"a": {"b": 1}}),
    list_for_dictionary=outcome(run, d=[1]),
    dictionary_for_list=outcome(run, items={"a": 1}),
    none=outcome(run, d=None, empty=None),
    below=outcome(run, **{"d.y.z": {"deep": 1}}),
)
ex.run_commandline()
