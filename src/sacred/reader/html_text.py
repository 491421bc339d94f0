"""Pieces of HTML that pages of runs are made of. What comes from a record is always escaped."""

import html
from typing import Any

from sacred.reader.texts import format_value
from sacred.support.printable import make_lines_printable, make_printable

COLOURS = {
    "COMPLETED": "#2e9e5b",
    "RUNNING": "#2f7de1",
    "QUEUED": "#8a8f98",
    "FAILED": "#d64545",
    "DEAD": "#a04fd0",
    "INTERRUPTED": "#d08700",
    "TIMED_OUT": "#d08700",
}
OTHER_COLOUR = "#8a8f98"

STYLE = """<style>
.sacred{font:13px/1.45 system-ui,-apple-system,'Segoe UI',sans-serif;text-align:left}
.sacred .s-box{border:1px solid rgba(127,127,127,.28);border-radius:8px;overflow:hidden}
.sacred .s-head{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 14px;padding:10px 14px;
background:rgba(127,127,127,.08);border-left:4px solid var(--s)}
.sacred .s-id{font-size:16px;font-weight:600}
.sacred .s-pill{color:#fff;background:var(--s);border-radius:9px;padding:1px 9px;font-size:11px;
font-weight:600;letter-spacing:.03em}
.sacred .s-faint{opacity:.65}
.sacred .s-result{margin-left:auto;text-align:right}
.sacred .s-result b{font-size:16px}
.sacred .s-body{display:flex;flex-wrap:wrap;gap:6px 32px;padding:10px 14px}
.sacred .s-part{flex:1 1 320px;min-width:0;overflow-x:auto}
.sacred .s-wide{flex:2 1 460px}
.sacred th{font-size:11px;font-weight:600;opacity:.65}
.sacred .s-name{font-size:11px;font-weight:600;text-transform:uppercase;letter-spacing:.06em;
opacity:.6;margin:4px 0}
.sacred table{border-collapse:collapse;border:0;margin:0;font-size:13px}
.sacred td,.sacred th{border:0;padding:2px 14px 2px 0;text-align:left;vertical-align:middle;background:none;
white-space:nowrap;max-width:360px;overflow:hidden;text-overflow:ellipsis}
.sacred tr{background:none!important;border:0}
.sacred .s-num{text-align:right;font-variant-numeric:tabular-nums}
.sacred .s-code{font:12px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.sacred .s-on td{font-weight:600}
.sacred .s-on td:first-child:before{content:'';display:inline-block;width:6px;height:6px;border-radius:3px;
background:#d08700;margin-right:6px;vertical-align:2px}
.sacred .s-off td:first-child:before{content:'';display:inline-block;width:12px}
.sacred details{padding:0 14px 10px}
.sacred summary{cursor:pointer;font-size:12px}
.sacred pre{margin:6px 0 0;padding:8px 10px;background:rgba(127,127,127,.1);border-radius:6px;
max-height:260px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
.sacred .s-tag{background:rgba(127,127,127,.18);border-radius:9px;padding:1px 8px;font-size:11px}
.sacred .s-list td,.sacred .s-list th{padding:4px 14px}
.sacred .s-list th{border-bottom:1px solid rgba(127,127,127,.28)}
.sacred .s-list tr+tr td{border-top:1px solid rgba(127,127,127,.13)}
.sacred .s-dot{display:inline-block;width:8px;height:8px;border-radius:4px;margin-right:7px;
background:var(--s)}
</style>"""


def escape(text: str) -> str:
    """Return text of a record for HTML, as one line."""
    return html.escape(make_printable(text))


def escape_lines(text: str) -> str:
    """Return output of a program for HTML, without its escape sequences."""
    return html.escape(make_lines_printable(text))


def show(value: Any, width: int = 60) -> str:
    """Return a value of a record for HTML, cut to a width."""
    return html.escape(format_value(value, width))


def get_colour(status: str) -> str:
    """Return the colour of a status."""
    return COLOURS.get(status, OTHER_COLOUR)


def wrap(body: str, width: str = "980px") -> str:
    """Return a page with its style."""
    return f'{STYLE}<div class="sacred"><div class="s-box" style="max-width:{width}">{body}</div></div>'


def make_part(name: str, body: str, kind: str = "") -> str:
    """Return a named part of a page; nothing without a body."""
    return f'<div class="s-part {kind}"><div class="s-name">{escape(name)}</div>{body}</div>' if body else ""


def make_fold(name: str, text: str, *, is_open: bool) -> str:
    """Return a text that can be folded; nothing without one."""
    if not text.strip():
        return ""
    state = " open" if is_open else ""
    body = f'<pre class="s-code">{escape_lines(text)}</pre>'
    return f"<details{state}><summary>{escape(name)}</summary>{body}</details>"
