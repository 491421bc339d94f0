"""Configure, seed, observe and keep every run of a computational experiment.

The public names load when they are first used, so that importing the package costs nothing; every
submodule can be reached as an attribute.
"""

from typing import TYPE_CHECKING

from sacred.plugins.registry import make_lazy

if TYPE_CHECKING:
    from sacred import observers
    from sacred.collect.host import host_info_gatherer, host_info_getter
    from sacred.experiment import Experiment, Ingredient
    from sacred.plugins.options import cli_option
    from sacred.reader.opening import open_store
    from sacred.settings import SETTINGS
    from sacred.support.version import __version__

__all__ = [
    "SETTINGS",
    "Experiment",
    "Ingredient",
    "__version__",
    "cli_option",
    "host_info_gatherer",
    "host_info_getter",
    "observers",
    "open_store",
]

__getattr__, __dir__ = make_lazy(
    __name__,
    {
        "Experiment": "sacred.experiment:Experiment",
        "Ingredient": "sacred.experiment:Ingredient",
        "SETTINGS": "sacred.settings:SETTINGS",
        "__about__": "sacred.__about__",
        "__version__": "sacred.support.version:__version__",
        "cli_option": "sacred.plugins.options:cli_option",
        "host_info_gatherer": "sacred.collect.host:host_info_gatherer",
        "host_info_getter": "sacred.collect.host:host_info_getter",
        "open_store": "sacred.reader.opening:open_store",
    },
)
