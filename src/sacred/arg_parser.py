"""Door: 0.8's import path of the command line's words and its help text."""

from sacred.commandline.arguments import _convert_value, get_config_updates
from sacred.commandline.usage import USAGE_TEMPLATE, format_usage, printable_usage

__all__ = ["USAGE_TEMPLATE", "_convert_value", "format_usage", "get_config_updates", "printable_usage"]
