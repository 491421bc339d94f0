"""An experiment that is an ingredient of another; ingredients that need each other; paths that clash."""
# run: with lib.size=3
# run: lib.train
# run: lib.main
# run: print_config with seed=1

from kit import outcome, tell

from sacred import Experiment, Ingredient

deep = Ingredient("deep")
deep.add_config(d=1)
lib = Experiment("lib", ingredients=[deep])
lib.add_config(size=1)


@lib.command
def train(size, deep):
    return [size, deep]


@lib.main
def lib_main(size):
    return ["lib main", size]


ex = Experiment("whole", ingredients=[lib, deep])
ex.add_config(own=1)


@ex.main
def main(own, lib, deep):
    return [own, lib["size"], deep, train()]


a, b = Ingredient("a"), Ingredient("b")
a.ingredients.append(b)
b.ingredients.append(a)
circle = Experiment("circle", ingredients=[a])
circle.main(lambda: 1)
clash = Experiment("clash", ingredients=[Ingredient("x"), Ingredient("x")])
clash.main(lambda: 1)
tell(circle=outcome(circle.run), clash=outcome(clash.run))
tell(traversed=[[ingredient.path, depth] for ingredient, depth in ex.traverse_ingredients()])
run = ex.run_commandline()
tell(result=run.result, config={key: value for key, value in run.config.items() if key != "seed"})
