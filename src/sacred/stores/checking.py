"""Whether what a database has is a run's document at all: anybody can write into a database."""

from sacred.folder.silence import is_silent
from sacred.model import status as statuses
from sacred.model.record import Document

OBJECTS = ("config", "info")
"""Keys whose values are objects in every run's document, or null, or missing.

Others may be anything: a run folder can say so, and its copy is to say the same.
"""


class DamagedDocumentError(Exception):
    """A document that is no run's, or not any more: says in what way."""


def check_document(document: Document) -> None:
    """Make sure that a document is a run's, and say that a run is dead if it is.

    Raises:
        DamagedDocumentError: it is no run's.
    """
    if not isinstance(document.get("id"), str):
        raise DamagedDocumentError("its _id is neither a number nor a text")
    if not isinstance(document.get("status"), str) and not isinstance(document.get("experiment"), dict):
        raise DamagedDocumentError("it is no run's: it has neither status nor experiment")
    for key in OBJECTS:
        if not isinstance(document.get(key, {}), dict | None):
            raise DamagedDocumentError(f"its {key} is no object")
    if document.get("status") == statuses.RUNNING and is_silent(document):
        document["status"] = statuses.DEAD
