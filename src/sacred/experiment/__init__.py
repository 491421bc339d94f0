"""What the user writes: experiments and ingredients."""

from sacred.commandline.options import gather_command_line_options, get_default_command_line_options
from sacred.experiment.experiment import Experiment
from sacred.experiment.ingredient import Ingredient
from sacred.run import Run

__all__ = ["DEFAULT_COMMAND_LINE_OPTIONS", "Experiment", "Ingredient", "Run", "gather_command_line_options"]

DEFAULT_COMMAND_LINE_OPTIONS = get_default_command_line_options()
"""The options that come with the package."""
