"""The smallest experiment: a configuration, and a function that uses it.

Try:

    python examples/hello.py
    python examples/hello.py with name=Ada
    python examples/hello.py -F my_runs with name=Ada
"""

from sacred import Experiment

ex = Experiment()  # named after the file: hello


@ex.config
def config() -> None:
    name = "world"  # who is greeted
    message = f"Hello, {name}!"  # follows the name, also a new one from the command line


@ex.automain
def main(message: str) -> str:
    print(message)
    return message
