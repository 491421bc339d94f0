"""From functions, dictionaries and files to one documented configuration."""

from typing import TYPE_CHECKING

from sacred.plugins.registry import make_lazy

if TYPE_CHECKING:
    from sacred.config.captured_function import create_captured_function
    from sacred.config.chain import chain_evaluate_config_scopes
    from sacred.config.config_dict import ConfigDict
    from sacred.config.config_files import load_config_file, save_config_file
    from sacred.config.config_scope import ConfigScope
    from sacred.config.dogmatic import dogmatize, fallback_dict, undogmatize
    from sacred.config.keys import assert_is_valid_key, normalize_or_die

__all__ = [
    "ConfigDict",
    "ConfigScope",
    "assert_is_valid_key",
    "chain_evaluate_config_scopes",
    "create_captured_function",
    "dogmatize",
    "fallback_dict",
    "load_config_file",
    "normalize_or_die",
    "save_config_file",
    "undogmatize",
]

__getattr__, __dir__ = make_lazy(
    __name__,
    {
        "ConfigDict": "sacred.config.config_dict:ConfigDict",
        "ConfigScope": "sacred.config.config_scope:ConfigScope",
        "assert_is_valid_key": "sacred.config.keys:assert_is_valid_key",
        "chain_evaluate_config_scopes": "sacred.config.chain:chain_evaluate_config_scopes",
        "create_captured_function": "sacred.config.captured_function:create_captured_function",
        "dogmatize": "sacred.config.dogmatic:dogmatize",
        "fallback_dict": "sacred.config.dogmatic:fallback_dict",
        "load_config_file": "sacred.config.config_files:load_config_file",
        "normalize_or_die": "sacred.config.keys:normalize_or_die",
        "save_config_file": "sacred.config.config_files:save_config_file",
        "undogmatize": "sacred.config.dogmatic:undogmatize",
    },
)
