"""print_named_configs: of functions, dictionaries and files, of ingredients, without and with documentation."""
# run: print_named_configs
# run: print_named_configs with base large.data.none a=3
# run: none.print_named_configs

from pathlib import Path

from sacred import Experiment, Ingredient

Path("from_file.json").write_text('{"a": 5}')
large = Ingredient("large.data")
ex = Experiment("listed", ingredients=[large])
ex.add_config(a=1)


@large.named_config
def all_of_it():
    """Everything.

    More than one paragraph.
    """
    size = 10


@large.named_config
def none():
    size = 0


@ex.named_config
def base():
    """The net of the paper."""
    a = 2


ex.add_named_config("dictionary", {"a": 3})
ex.add_named_config("file", "from_file.json")
ex.add_named_config("words", a=4, b=5)


@ex.main
def main():
    print("main runs")


ex.run_commandline()
