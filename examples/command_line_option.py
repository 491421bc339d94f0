"""Command line options of your own.

Try:

    python examples/command_line_option.py --help
    python examples/command_line_option.py --tag baseline --limit 2
"""

from typing import Any

from sacred import Experiment, cli_option
from sacred.run import Run


@cli_option("t", "tag")
def tag_option(args: str, run: Run) -> None:
    """Keep this word with the record."""
    run.meta_info["tags"] = [*run.meta_info.get("tags", []), args]


@cli_option(None, "limit")
def limit_option(args: str, run: Run) -> None:
    """Stop after this many steps."""
    run.info["limit"] = int(args)


ex = Experiment("command_line_option", additional_cli_options=[tag_option, limit_option])
ex.add_config(steps=5)


@ex.option_hook
def check(options: dict[str, Any]) -> None:
    """Option hooks see all options before the configuration is worked out."""
    if options["--limit"] == "0":
        raise SystemExit("--limit 0 leaves nothing to do")


@ex.automain
def main(steps: int, _run: Run) -> int:
    for step in range(min(steps, _run.info.get("limit", steps))):
        print("step", step)
    print("tags:", _run.meta_info.get("tags", []))
    return steps
