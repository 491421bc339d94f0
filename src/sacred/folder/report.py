"""The report of a run: a mako template of the user's, rendered at the end."""

import os
from collections.abc import Mapping
from typing import Any

from sacred.folder import layout
from sacred.folder.store import is_on_network
from sacred.plugins.extras import require

FEATURE = "A report template"


def find_template(basedir: str, given: str | bytes | os.PathLike[str] | None = None) -> str | None:
    """Return the path of the template to use: the given one, else ``basedir/template.html`` if it exists.

    Raises:
        FileNotFoundError: the given one does not exist.
        MissingExtraError: one is given, and mako is not installed.
        StoreError: ``basedir`` is on a network, and its server does not answer.
    """
    if not given:
        default = os.path.join(basedir, layout.TEMPLATE)
        if is_on_network(os.path.abspath(basedir)):
            from sacred.folder.server import await_server

            await_server(os.path.abspath(basedir))
        return default if os.path.exists(default) else None
    path = os.fsdecode(given)
    if not os.path.exists(path):
        raise FileNotFoundError(f"Couldn't find template file '{path}'")
    require("mako", FEATURE)
    return path


def make_report_name(template: str) -> str:
    """Return the name of the report: ``report`` with the template's extension."""
    return layout.REPORT_STEM + os.path.splitext(template)[1]


def render_report(template: str, values: Mapping[str, Any]) -> str:
    """Return the text of a report.

    Args:
        template: path of the template.
        values: what the template can name.

    Raises:
        MissingExtraError: mako is not installed.
    """
    require("mako", FEATURE)
    from mako.template import Template

    compiled = Template(filename=template, input_encoding="utf-8")  # noqa: S702 - it says itself what it escapes
    return str(compiled.render(**values))
