"""Experiments, ingredients, settings and the functions of modules."""

TABLE = {
    "traverse_ingredients yields each ingredient once.": [
        ("experiment_as_ingredient", '* / facts / traversed: - ["deep", 2]'),
    ],
    "The main file is the script that makes the experiment, not the module of its class.": [
        ("experiment_subclass", '* / mainfile: "mine.py" → "experiment_subclass.py"'),
        ("experiment_subclass", '* / sources: + {"tuple": ["experiment_subclass.py", *'),
    ],
    "All errors of ours are SacredErrors that say what is wrong; 0.8.7 raised a bare AssertionError.": [
        ("utils", "* / facts / seeds[2] / raises: AssertionError → InvalidConfigError"),
    ],
    "A snake-case name has no double underscore.": [
        ("utils", '* / facts / snake: * "foo_*bar"'),
    ],
}
