"""Ingredients that need each other or themselves, that share a path or a parent's entry."""
# run:
# run: circle
# run: clash

import sys

from kit import outcome, tell, text

from sacred import Experiment, Ingredient


def make_circle():
    first, second, third = Ingredient("first"), Ingredient("second"), Ingredient("third")
    first.ingredients.append(second)
    second.ingredients.append(third)
    third.ingredients.append(first)
    ex = Experiment("circle", ingredients=[first])
    ex.main(lambda: 1)
    return ex


def make_clash():
    one, two = Ingredient("same"), Ingredient("same")
    one.add_config(a=1)
    two.add_config(b=2)
    ex = Experiment("clash", ingredients=[one, two])
    ex.main(lambda same: dict(same))
    return ex


def make_self():
    ex = Experiment("itself")
    ex.ingredients.append(ex)
    ex.main(lambda: 1)
    return ex


def make_diamond():
    base = Ingredient("base")
    base.add_config(k=1)
    left, right = Ingredient("left", ingredients=[base]), Ingredient("right", ingredients=[base])
    left.add_config(l=1)
    right.add_config(r=2)
    ex = Experiment("diamond", ingredients=[left, right])
    ex.main(lambda left, right, base: [left, right, base])
    return ex


def make_shadow():
    ing = Ingredient("model")
    ing.add_config(size=1)
    ex = Experiment("shadow", ingredients=[ing])
    ex.add_config(model={"size": 5, "other": 2}, a=1)
    ex.main(lambda model: dict(model))
    return ex


makers = {"circle": make_circle, "clash": make_clash}
if sys.argv[1:]:
    ex = makers[sys.argv.pop()]()
    ex.run_commandline()
else:
    diamond = make_diamond()
    tell(
        circle=outcome(make_circle().run),
        named=[name in text(make_circle().run) for name in ("first", "second", "third")],
        commands=outcome(lambda: dict(make_circle().gather_commands())),
        itself=outcome(make_self().run),
        clash=outcome(lambda: make_clash().run().result),
        diamond=diamond.run(config_updates={"base.k": 7}).result,
        traversed=sorted({one.path for one, _ in diamond.traverse_ingredients()}),
        shadow=outcome(lambda: make_shadow().run().result),
    )
