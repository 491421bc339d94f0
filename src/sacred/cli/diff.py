"""``sacred diff``: what is different between two runs."""

from typing import TYPE_CHECKING, Annotated, Any

from sacred.cli.arguments import RunArgument, choose_run
from sacred.cli.call import Call, write, write_json
from sacred.cli.parameters import Option
from sacred.cli.sections import Page
from sacred.cli.table import Column
from sacred.cli.values import NOTHING, format_entry, format_value
from sacred.support.terminal import BLUE, GREEN, RED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sacred.reader import Comparison, Difference, Store

_STYLES = {"added": GREEN, "removed": RED}
_DIGEST = 12


def compare_runs(
    call: Call,
    left: RunArgument,
    right: RunArgument,
    other: Annotated[
        str | None,
        Option("--other", metavar="PATH|URL", help="The second run is in this store."),
    ] = None,
    sources: Annotated[
        bool,
        Option("--sources", help="Show the changed lines of the sources and of uncommitted changes."),
    ] = False,
    output: Annotated[bool, Option("--output", help="Show the changed lines of what was printed.")] = False,
) -> int:
    """Show what is different between two runs.

    That is in the configuration, sources, packages, git, host, result, and metrics.
    """
    with call.open_store() as store:
        if other is None:
            return _compare(call, store, store, (left, right), (sources, output))
        with call.open_store(other) as second:
            return _compare(call, store, second, (left, right), (sources, output))


def _compare(
    call: Call, first: "Store", second: "Store", names: tuple[str, str], wishes: tuple[bool, bool]
) -> int:
    comparison = choose_run(first, names[0]).compare(choose_run(second, names[1]))
    texts = dict(_list_texts(comparison, *wishes))
    if call.as_json:
        write_json(comparison.to_dict() | ({"texts": texts} if any(wishes) else {}))
    else:
        write(_draw(call, comparison, texts))
    return 0


def _list_texts(comparison: "Comparison", sources: bool, output: bool) -> list[tuple[str, str]]:
    """Return the unified diffs that were asked for, those that are not empty."""
    texts: dict[str, str] = {}
    if sources:
        texts |= comparison.diff_sources()
        texts["git.patch"] = comparison.diff_patch()
    if output:
        texts["output"] = comparison.diff_output()
    return [(name, text) for name, text in texts.items() if text]


def _draw(call: Call, comparison: "Comparison", texts: dict[str, str]) -> list[str]:
    page = Page(call)
    page.add_title(
        f"run {comparison.left} and run {comparison.right}", "the same" if comparison.is_same else ""
    )
    for section, differences in comparison:
        if differences:
            page.add_table(section, _make_columns(section, differences, (comparison.left, comparison.right)))
    for name, text in texts.items():
        page.add_changes(name, text)
    same = [section for section, differences in comparison if not differences]
    if same and not comparison.is_same:
        page.lines.append("")
        page.add_remark(f"the same: {', '.join(same)}")
    return page.lines


def _make_columns(section: str, differences: "Sequence[Difference]", ids: tuple[str, str]) -> list[Column]:
    left = [_format(section, one.left) if one.kind != "added" else NOTHING for one in differences]
    right = [_format(section, one.right) if one.kind != "removed" else NOTHING for one in differences]
    return [
        Column(
            "", [one.path for one in differences], styles=[_STYLES.get(one.kind, BLUE) for one in differences]
        ),
        Column(f"run {ids[0]}", left, most=40),
        Column(f"run {ids[1]}", right, most=40),
    ]


def _format(section: str, value: Any) -> str:
    if section == "sources" and isinstance(value, str):
        return value[:_DIGEST]
    if section == "config":
        return format_entry(value)
    return format_value(value, is_short=section == "metrics")
