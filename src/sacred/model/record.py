"""A run as every store gives it, whatever it is kept in: a document, its series of points, its files.

A *document* is what JSON can hold: the keys of ``run.json`` (``experiment, command, host, meta, status,
start_time, heartbeat, stop_time, result, fail_trace, resources, artifacts …``, moments as ISO text in UTC
without an offset), and beside them

====================  =================================================================================
``id``                the run's id in its store, always text
``config``, ``info``  what ``config.json`` and ``info.json`` say
``tags``, ``notes``   a list of texts, and a text: what people added afterwards
``metrics``           a summary of each metric where it was asked for: ``{name: {"count": …, "last": …}}``
``origin``            of a run that was copied: ``{"store": …, "id": …, "fingerprint": …}``
====================  =================================================================================

``status`` is the true one: ``DEAD`` is worked out. What a run does not have is missing or null.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Document = dict[str, Any]
"""One run; see the module."""

FileKind = Literal["artifact", "source", "resource", "record"]
"""What a file is to its run: made by it, its code, read by it, or part of its record (``git.patch``)."""

FILE_KINDS: tuple[FileKind, ...] = ("artifact", "source", "resource", "record")

_IDENTITY = ("command", "start_time", "config", "meta")
_IDENTITY_OF_EXPERIMENT = ("name", "base_dir", "mainfile")  # sources are added while a run is under way


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that a store keeps for a run.

    Attributes:
        kind: what it is to the run.
        name: as the record calls it: an artifact's name (``plots/loss.png`` in a folder that is one), a
            source's path relative to the experiment's folder, a resource's absolute path, a file's name.
        key: by which its store finds it; it means nothing to anybody else.
        size_bytes: None if only opening it would tell.
        digests: recorded checksums in hexadecimal, by algorithm: ``md5``, ``sha256``.
        notes: what else was recorded about it: ``content_type``, ``metadata``, ``version`` …
    """

    kind: FileKind
    name: str
    key: Any = None
    size_bytes: int | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)


def compute_fingerprint(document: Document) -> str:
    """Return what tells a run from all others, wherever it is copied to: 32 hexadecimal digits.

    It is made of what is fixed once a run has started, and of the id that it had where it was recorded. A
    copy carries it in its ``origin``.
    """
    origin = document.get("origin")
    if isinstance(origin, dict) and isinstance(origin.get("fingerprint"), str):
        return str(origin["fingerprint"])
    host, experiment = document.get("host"), document.get("experiment")
    facts = {key: document.get(key) for key in _IDENTITY}
    if isinstance(experiment, dict):
        facts["experiment"] = {key: experiment.get(key) for key in _IDENTITY_OF_EXPERIMENT}
    facts["hostname"] = host.get("hostname") if isinstance(host, dict) else None
    facts["id"] = str(document.get("id"))
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    import hashlib  # takes 3 ms, for OpenSSL: a list of runs does without

    return hashlib.sha256(text.encode()).hexdigest()[:32]
