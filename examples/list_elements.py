"""Change one element of a list: its place stands in brackets.

Try:

    python examples/list_elements.py
    python examples/list_elements.py with "layers[2].size=64"
    python examples/list_elements.py with "layers[0].kind=conv" "layers[-1].size=10"

The quotes are for the shell, to which brackets mean something else.
"""

from typing import Any

from sacred import Experiment

ex = Experiment("list_elements")


@ex.config
def config() -> None:
    layers = [{"kind": "dense", "size": size} for size in (256, 128, 32)]
    outputs = layers[-1]["size"]  # follows the list as it is after the update


@ex.automain
def main(layers: list[dict[str, Any]], outputs: int) -> None:
    print(" -> ".join(f"{layer['kind']}({layer['size']})" for layer in layers))
    print(outputs, "outputs")
