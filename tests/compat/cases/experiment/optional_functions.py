"""sacred.optional: which packages are there, and what stands for those that are not."""
# run:
# run: [no-numpy]

from kit import outcome, tell

import sacred
from sacred import optional
from sacred.optional import get_tensorflow, has_numpy, np, optional_import

tell(
    numpy=[has_numpy, np is None, optional.has_numpy, getattr(np, "__name__", None)],
    # whether they are there depends on what the two environments have beside
    others=[optional.has_tensorflow, type(optional.has_sqlalchemy).__name__, type(optional.has_tinydb).__name__],
    imported=[
        [flag, getattr(module, "__name__", None)]
        for flag, module in (optional_import(name) for name in ("json", "nope_nope", "os.path", "numpy"))
    ],
    several=[
        [flag, getattr(module, "__name__", None)] for flag, module in (optional_import("nope", "json"),)
    ],
    tensorflow="raises" in outcome(get_tensorflow),
    unknown=outcome(lambda: optional.has_nothing),
    modules=[
        hasattr(sacred, name)
        for name in (
            "utils",
            "observers",
            "commands",
            "run",
            "experiment",
            "settings",
            "initialize",
            "arg_parser",
        )
    ],
    more=[
        hasattr(sacred, name)
        for name in ("config", "dependencies", "host_info", "ingredient", "randomness", "optional")
    ],
    exported=sorted(
        set(sacred.__all__) & {"Experiment", "Ingredient", "SETTINGS", "observers", "cli_option"}
    ),
    version=[isinstance(sacred.__version__, str), sacred.__version__ == sacred.__about__.__version__],
)
