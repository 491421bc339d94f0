"""Door to :mod:`sacred.experiment.ingredient`, under the name that Sacred 0.8 had for it."""

from sacred.collect.experiment_info import list_repositories as collect_repositories
from sacred.experiment.ingredient import Ingredient

__all__ = ["Ingredient", "collect_repositories"]
