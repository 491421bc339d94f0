"""The kinds of parameters that a value can be given to by its name or its place."""

from inspect import Parameter

POSARG_TYPES = [Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD]
"""Those that take a value by its place."""

ARG_TYPES = [*POSARG_TYPES, Parameter.KEYWORD_ONLY]
"""Those that stand for one value; all but ``*args`` and ``**kwargs``."""
