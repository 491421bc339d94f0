"""What the tests of configurations share."""

import importlib.util
import os
import subprocess
import sys
import textwrap
from pathlib import Path

from sacred import Experiment
from sacred.config.config_scope import ConfigScope

SOURCES = Path(__file__).parents[3] / "src"


def make_experiment(*configs, ingredients=(), name="e"):
    """Return an experiment with these configs (functions, dictionaries, schemas) and a main function."""
    ex = Experiment(name, ingredients=ingredients, save_git_info=False)
    for config in configs:
        add_config(ex, config)

    @ex.main
    def main():
        pass

    return ex


def add_config(ingredient, config):
    is_function = callable(config) and not isinstance(config, type)
    return ingredient.config(config) if is_function else ingredient.add_config(config)


def configure(*configs, updates=None, named=(), ingredients=()):
    """Return the configuration of a run without its seed."""
    run = make_experiment(*configs, ingredients=ingredients).run(config_updates=updates, named_configs=named)
    return {name: value for name, value in run.config.items() if name != "seed"}


def evaluate(function, **kwargs):
    """Return the entries of a config function."""
    return dict(ConfigScope(function)(**kwargs))


def load_module(path, text, name=None):
    """Write a module into a file, and import it from there."""
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name or path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run_script(path, text, *words, stdin=None, **environment):
    """Write a program into a file, run it in its folder, and return what came of it."""
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return subprocess.run(
        [sys.executable, *words] if path.name in words else [sys.executable, path.name, *words],
        cwd=path.parent,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(SOURCES), **environment},
    )
