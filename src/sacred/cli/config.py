"""``sacred config``: the configuration of a run as a file that ``with`` takes."""

import sys
from typing import Annotated, Any

from sacred.cli.arguments import RunArgument, choose_run
from sacred.cli.call import Call
from sacred.cli.parameters import Option
from sacred.errors import StoreError
from sacred.plugins.extras import require


def write_config(
    call: Call,
    run: RunArgument = "last",
    no_seed: Annotated[
        bool, Option("--no-seed", help="Leave the seed out, so that a new one is drawn.")
    ] = False,
) -> int:
    """Print the configuration of a run as YAML.

    With --json it is JSON. A file of it repeats the run: python main.py with that.yaml. Without a name
    it is the last one.
    """
    with call.open_store() as store:
        chosen = choose_run(store, run)
        config = chosen.config.to_dict()
        reasons = [] if config else [one.message for one in store.problems if one.run_id == chosen.id]
        if reasons:
            raise StoreError(reasons[0])
    if no_seed:
        config.pop("seed", None)
    sys.stdout.write(_format_json(config) if call.as_json else _format_yaml(config))
    return 0


def _format_json(config: dict[str, Any]) -> str:
    """Return it as our config files have it: Python's json, which has NaN; a tuple is a list."""
    import json

    return json.dumps(config, indent=2, default=str) + "\n"


def _format_yaml(config: dict[str, Any]) -> str:
    yaml = require("yaml", "A configuration as YAML (--json needs none)")
    if not config:
        return "{}\n"
    return str(
        yaml.safe_dump(_simplify(config), sort_keys=False, allow_unicode=True, default_flow_style=None)
    )


def _simplify(value: Any) -> Any:
    """Return a value of types that YAML has."""
    if isinstance(value, dict):
        return {_simplify(key): _simplify(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_simplify(item) for item in value]
    if isinstance(value, str | bool | int | float | bytes) or value is None:
        return value
    if hasattr(value, "tolist"):  # numpy's
        return value.tolist()
    return str(value)
