"""The tables of Sacred 0.8: read, and written to only where people remove a run.

They have no points, results are numbers, and a run's id is a text. What people add to these runs is in
``sacred_old_runs``, a table of ours.
"""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from sacred.errors import StoreError
from sacred.folder.silence import is_silent
from sacred.model import status
from sacred.model.record import Document, FileKind, StoredFile
from sacred.model.serialize import flatten, load_json
from sacred.stores.base import Problem
from sacred.stores.sql import schema
from sacred.stores.sql.database import Database
from sacred.stores.sql.texts import compute_digest, is_kept_as_it_is

Row = RowMapping | Mapping[str, Any]


def _describe(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns))


_RUN = _describe(
    "run",
    *("run_id", "command", "start_time", "heartbeat", "stop_time", "queue_time", "priority", "comment"),
    *("fail_trace", "captured_out", "config", "info", "status", "host_id", "experiment_id", "result"),
)
_EXPERIMENT = _describe("experiment", "experiment_id", "name", "base_dir")
_HOST = _describe("host", "host_id", "cpu", "hostname", "os", "os_info", "python_version")
_SOURCE = _describe("source", "source_id", "filename", "md5sum", "content")
_REPOSITORY = _describe("repository", "repository_id", "url", "commit", "dirty")
_DEPENDENCY = _describe("dependency", "dependency_id", "name", "version")
_RESOURCE = _describe("resource", "resource_id", "filename", "md5sum", "content")
_ARTIFACT = _describe("artifact", "artifact_id", "filename", "content", "run_id")
_OF_SOURCE = _describe("experiments_sources", "experiment_id", "source_id")
_OF_REPOSITORY = _describe("experiments_repositories", "experiment_id", "repository_id")
_OF_DEPENDENCY = _describe("experiments_dependencies", "experiment_id", "dependency_id")
_OF_RESOURCE = _describe("runs_resources", "run_id", "resource_id")
_MOST_NAMED = 500
_TIMES = ("start_time", "heartbeat", "stop_time", "queue_time")
_CONTENTS = {
    "artifact": (_ARTIFACT, "artifact_id"),
    "resource": (_RESOURCE, "resource_id"),
    "source": (_SOURCE, "source_id"),
}


class OldTables:
    """The runs of Sacred 0.8 in a database. Their documents are held in memory while they don't change.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: dict[str, tuple[Any, Document]] = {}

    def exist(self, connection: Connection) -> bool:
        """Tell whether there are such tables."""
        return self._database.has_table(connection, "run") and self._database.has_table(
            connection, "runs_resources"
        )

    def list_ids(self, connection: Connection) -> set[str]:
        """Return the ids of all runs, those in the trash as well."""
        if not self.exist(connection):
            return set()
        return {str(run_id) for run_id in connection.scalars(sa.select(_RUN.c.run_id))}

    def load(
        self, connection: Connection, problems: list[Problem], ids: Sequence[str] | None = None
    ) -> dict[str, Document]:
        """Return the documents of all runs, or of some, by id; they are not to be changed.

        Args:
            connection: for reading.
            problems: gets one for each run that can't be read.
            ids: of which runs.
        """
        if not self.exist(connection):
            return {}
        columns = _RUN.c
        query = sa.select(columns.run_id, columns.status, columns.heartbeat, columns.stop_time)
        if ids is not None and len(ids) <= _MOST_NAMED:
            query = query.where(columns.run_id.in_([one for one in ids if is_kept_as_it_is(one)]))
        stamps = {str(row.run_id): tuple(row) for row in connection.execute(query)}
        new = [run_id for run_id, stamp in stamps.items() if self._held.get(run_id, (None,))[0] != stamp]
        if new:
            self._read_new(connection, {run_id: stamps[run_id] for run_id in new}, problems)
        notes = read_annotations(self._database, connection)
        documents = {}
        for run_id in stamps.keys() & self._held.keys():
            annotations, is_trashed = notes.get(run_id, ({}, False))
            if not is_trashed:
                documents[run_id] = finish_status({**self._held[run_id][1], **annotations})
        return documents

    def has(self, connection: Connection, run_id: str) -> bool:
        """Tell whether there is a run, and not in the trash."""
        if not self.exist(connection) or not is_kept_as_it_is(run_id):
            return False
        if connection.execute(sa.select(_RUN.c.run_id).where(_RUN.c.run_id == run_id)).first() is None:
            return False
        if not self._database.has_table(connection, schema.VERSION_TABLE):
            return True
        table = schema.old_runs.c
        query = sa.select(table.id).where(table.id_digest == compute_digest(run_id))
        return connection.execute(query.where(table.trashed_us.is_not(None))).first() is None

    def read_output(self, connection: Connection, run_id: str) -> bytes:
        """Return the output of a run."""
        query = sa.select(_RUN.c.captured_out).where(_RUN.c.run_id == run_id)
        return str(connection.scalar(query) or "").encode("utf-8", "surrogateescape")

    def list_files(self, connection: Connection, run_id: str) -> list[StoredFile]:
        """Return the files of a run."""
        artifacts = sa.select(_ARTIFACT.c.artifact_id, _ARTIFACT.c.filename, sa.null())
        resources = sa.select(_RESOURCE.c.resource_id, _RESOURCE.c.filename, _RESOURCE.c.md5sum)
        resources = resources.join(_OF_RESOURCE, _OF_RESOURCE.c.resource_id == _RESOURCE.c.resource_id)
        sources = sa.select(_SOURCE.c.source_id, _SOURCE.c.filename, _SOURCE.c.md5sum)
        sources = sources.join(_OF_SOURCE, _OF_SOURCE.c.source_id == _SOURCE.c.source_id)
        sources = sources.join(_RUN, _RUN.c.experiment_id == _OF_SOURCE.c.experiment_id)
        queries: tuple[tuple[FileKind, Any], ...] = (
            ("artifact", artifacts.where(_ARTIFACT.c.run_id == run_id).order_by(_ARTIFACT.c.artifact_id)),
            ("source", sources.where(_RUN.c.run_id == run_id).order_by(_SOURCE.c.source_id)),
            ("resource", resources.where(_OF_RESOURCE.c.run_id == run_id)),
        )
        return [
            StoredFile(kind, str(name), (kind, key), digests={"md5": md5} if md5 else {})
            for kind, query in queries
            for key, name, md5 in dict.fromkeys(map(tuple, connection.execute(query)))
        ]

    def open_file(self, connection: Connection, file: StoredFile) -> BinaryIO:
        """Open a file; Sacred 0.8 keeps each whole in a row.

        Raises:
            StoreError: it is noted, but not kept.
        """
        kind, key = file.key
        table, column = _CONTENTS[kind]
        content = connection.scalar(sa.select(table.c.content).where(table.c[column] == key))
        if content is None:
            raise StoreError(f"The file {file.name!r} is noted, but not kept in {self._database.location}")
        data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else bytes(content)
        return io.BytesIO(data)

    def remove(self, connection: Connection, ids: Iterable[str]) -> None:
        """Remove runs for good; what other runs may share with them stays."""
        for run_id in ids:
            for table in (_ARTIFACT, _OF_RESOURCE, _RUN):
                connection.execute(sa.delete(table).where(table.c.run_id == run_id))

    def _read_new(self, connection: Connection, stamps: Mapping[str, Any], problems: list[Problem]) -> None:
        facts = _Facts(connection)
        known = {problem.run_id for problem in problems}
        query = sa.select(_RUN)
        if len(stamps) <= _MOST_NAMED:
            query = query.where(_RUN.c.run_id.in_(list(stamps)))
        for row in connection.execute(query).mappings():
            run_id = str(row["run_id"])
            if run_id not in stamps:
                continue
            self._held.pop(run_id, None)
            try:
                self._held[run_id] = (stamps[run_id], facts.make_document(run_id, row))
            except (ValueError, TypeError) as error:
                if run_id not in known:
                    problems.append(Problem(run_id, f"The record of run {run_id!r} is damaged: {error}"))


class _Facts:
    """What several runs share: experiments, hosts, names of files."""

    def __init__(self, connection: Connection) -> None:
        self._experiments = _group(connection, sa.select(_EXPERIMENT), "experiment_id")
        self._hosts = _group(connection, sa.select(_HOST), "host_id")
        self._sources = _join(connection, _SOURCE, _OF_SOURCE, "source_id", "experiment_id")
        self._repositories = _join(connection, _REPOSITORY, _OF_REPOSITORY, "repository_id", "experiment_id")
        self._dependencies = _join(connection, _DEPENDENCY, _OF_DEPENDENCY, "dependency_id", "experiment_id")
        self._resources = _join(connection, _RESOURCE, _OF_RESOURCE, "resource_id", "run_id")
        self._artifacts = _group(connection, sa.select(_ARTIFACT.c.run_id, _ARTIFACT.c.filename), "run_id")

    def make_document(self, run_id: str, row: Row) -> Document:
        """Return the document of a run.

        Raises:
            ValueError: it is damaged.
        """
        document: Document = {
            "id": run_id,
            "command": row["command"],
            "status": row["status"],
            "experiment": self._describe_experiment(row["experiment_id"]),
            "host": self._describe_host(row["host_id"]),
            "meta": {"comment": row["comment"]} if row["comment"] else {},
            "config": _parse(row["config"]),
            "info": _parse(row["info"]),
            "result": row["result"],
            "fail_trace": _split_trace(row["fail_trace"]),
            "resources": [[one["filename"], one["md5sum"]] for one in self._resources.get(run_id, ())],
            "artifacts": [one["filename"] for one in self._artifacts.get(run_id, ())],
            "tags": [],
            "notes": "",
        }
        document |= {key: _format_moment(row[key]) for key in _TIMES if row[key] is not None}
        if row["priority"]:
            document["meta"]["priority"] = row["priority"]
        return document

    def _describe_experiment(self, key: Any) -> Document:
        found = self._experiments.get(key)
        sources, repositories = self._sources.get(key, ()), self._repositories.get(key, ())
        return {
            "name": found[0]["name"] if found else None,
            "base_dir": found[0]["base_dir"] if found else None,
            "sources": [[one["filename"], one["md5sum"]] for one in sources],
            "dependencies": [f"{one['name']}=={one['version']}" for one in self._dependencies.get(key, ())],
            "repositories": [
                {"url": one["url"], "commit": one["commit"], "dirty": bool(one["dirty"])}
                for one in repositories
            ],
        }

    def _describe_host(self, key: Any) -> Document:
        found = self._hosts.get(key)
        if not found:
            return {}
        host = {name: found[0][name] for name in ("hostname", "cpu", "python_version")}
        return {**host, "os": [found[0]["os"], found[0]["os_info"]]}


def _group(connection: Connection, query: Any, key: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = {}
    for row in connection.execute(query).mappings():
        groups.setdefault(row[key], []).append(row)
    return groups


def _join(
    connection: Connection, table: sa.TableClause, link: sa.TableClause, key: str, owner: str
) -> dict[Any, list[Row]]:
    """Return the rows of a table by what they are linked to, without their contents."""
    columns = [column for column in table.c if column.name != "content"]
    query = sa.select(link.c[owner], *columns).join(table, link.c[key] == table.c[key])
    groups = _group(connection, query.order_by(table.c[key]), owner)
    return {one: list({row[key]: row for row in rows}.values()) for one, rows in groups.items()}


def _parse(text: str | None) -> Any:
    value = flatten(load_json(text)) if text else {}
    if not isinstance(value, dict):
        raise TypeError("its config or info is no object")
    return value


def _split_trace(text: str | None) -> list[str] | None:
    """Return the lines of a traceback: each has an end, and there is another one between two."""
    return [f"{part}\n" for part in text.removesuffix("\n").split("\n\n")] if text else None


def _format_moment(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value).replace(" ", "T", 1)


def finish_status(document: Document) -> Document:
    """Say that a run is dead if it is; returns the document."""
    if document.get("status") == status.RUNNING and is_silent(document):
        document["status"] = status.DEAD
    return document


def read_annotations(database: Database, connection: Connection) -> dict[str, tuple[dict[str, Any], bool]]:
    """Return tags and notes of runs of Sacred 0.8, and whether they are in the trash, by id."""
    if not database.has_table(connection, schema.VERSION_TABLE):
        return {}
    columns = schema.old_runs.c
    rows = connection.execute(sa.select(columns.id, columns.annotations, columns.trashed_us))
    return {run_id: (json.loads(text), trashed is not None) for run_id, text, trashed in rows}


def change_annotations(connection: Connection, ids: Sequence[str], **changes: Any) -> None:
    """Change what our table says of runs of Sacred 0.8.

    Args:
        connection: in a transaction that holds the lock.
        ids: of which runs.
        changes: columns and their values.
    """
    table = schema.old_runs
    for run_id in ids:
        digest = compute_digest(run_id)
        if connection.scalar(sa.select(table.c.id).where(table.c.id_digest == digest)) is None:
            row = {"id_digest": digest, "id": run_id, "annotations": "{}"}
            connection.execute(sa.insert(table), row)
        connection.execute(sa.update(table).where(table.c.id_digest == digest).values(changes))
