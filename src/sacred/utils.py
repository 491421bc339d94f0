"""Door to the errors and to :mod:`sacred.support`, under the name that Sacred 0.8 had for all of it."""

from sacred.commandline.arguments import ensure_wellformed_argv
from sacred.commandline.failure import format_sacred_error
from sacred.config.keys import PYTHON_IDENTIFIER
from sacred.errors import (
    CircularDependencyError,
    CommandNotFoundError,
    ConfigAddedError,
    ConfigError,
    ConfigKeyError,
    InteractiveError,
    InvalidConfigError,
    MissingConfigError,
    NamedConfigNotFoundError,
    NotRunningError,
    ObserverError,
    ReadOnlyError,
    SacredError,
    SacredInterrupt,
    SettingError,
    SignatureError,
    SourceError,
    StoreError,
    TimeoutInterrupt,
    UsageError,
)
from sacred.plugins.extras import (
    get_package_version,
    module_exists,
    module_is_in_cache,
    modules_exist,
    parse_version,
)
from sacred.plugins.registry import get_inheritors
from sacred.run.logs import NO_LOGGER, create_basic_stream_logger
from sacred.support.decorators import optional_kwargs_decorator
from sacred.support.dotted import (
    PATHCHANGE,
    convert_to_nested_dict,
    get_by_dotted_path,
    is_non_empty_dict,
    is_prefix,
    iter_prefixes,
    iterate_flattened,
    iterate_flattened_separately,
    join_paths,
    recursive_update,
    rel_path,
    set_by_dotted_path,
)
from sacred.support.files import PathType
from sacred.support.text import apply_backspaces_and_linefeeds, convert_camel_case_to_snake_case
from sacred.support.ticker import IntervalTimer
from sacred.support.tracebacks import (
    FilteredTracebackException,
    format_filtered_stacktrace,
    print_filtered_stacktrace,
)

__all__ = [
    "NO_LOGGER",
    "PATHCHANGE",
    "PYTHON_IDENTIFIER",
    "CircularDependencyError",
    "CommandNotFoundError",
    "ConfigAddedError",
    "ConfigError",
    "ConfigKeyError",
    "FilteredTracebackException",
    "InteractiveError",
    "IntervalTimer",
    "InvalidConfigError",
    "MissingConfigError",
    "NamedConfigNotFoundError",
    "NotRunningError",
    "ObserverError",
    "PathType",
    "ReadOnlyError",
    "SacredError",
    "SacredInterrupt",
    "SettingError",
    "SignatureError",
    "SourceError",
    "StoreError",
    "TimeoutInterrupt",
    "UsageError",
    "apply_backspaces_and_linefeeds",
    "convert_camel_case_to_snake_case",
    "convert_to_nested_dict",
    "create_basic_stream_logger",
    "ensure_wellformed_argv",
    "format_filtered_stacktrace",
    "format_sacred_error",
    "get_by_dotted_path",
    "get_inheritors",
    "get_package_version",
    "is_non_empty_dict",
    "is_prefix",
    "iter_prefixes",
    "iterate_flattened",
    "iterate_flattened_separately",
    "join_paths",
    "module_exists",
    "module_is_in_cache",
    "modules_exist",
    "optional_kwargs_decorator",
    "parse_version",
    "print_filtered_stacktrace",
    "recursive_update",
    "rel_path",
    "set_by_dotted_path",
]
