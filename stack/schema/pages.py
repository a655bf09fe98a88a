"""The pages, read from a migrated database. Each thing stands where the revisions say that they create it:
``b001/market/needs.sql`` leads to ``docs/schema/market.sql``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from citycore.store.connections import Connection
from citycore.store.migrations.raw import VERSIONS
from citycore.store.queries import load_queries
from stack.processes import ROOT

QUERIES = load_queries("stack.schema")
FOLDER = ROOT / "docs" / "schema"
HEAD = """-- The schema of `{wing}` as the newest revision leaves it, for readers: no hub runs this file. Written from a migrated
-- database by `python -m stack.schema`; a test keeps it true. Why things are as they are is said where each is created.
"""
CREATED = re.compile(
    r"^CREATE (?:UNLOGGED |OR REPLACE )?(?:TABLE|VIEW|FUNCTION|SEQUENCE) ([\w.]+)", re.MULTILINE
)

RENAMED = re.compile(r"^ALTER (?:TABLE|VIEW) (\w+)\.\w+ RENAME TO (\w+)", re.MULTILINE)


def pages(connection: Connection) -> dict[str, str]:
    """Each wing's page; the connection's role may see everything."""
    homes = _homes()
    shelves: dict[Path, list[tuple[int, str]]] = defaultdict(list)
    for name, text in _things(connection):
        file, place = homes[name.removeprefix("public.")]
        shelves[file].append((place, text))
    written: dict[str, list[str]] = {}
    for file in sorted(shelves):
        wing = file.parent.name
        title = f"-- {file.relative_to(ROOT).as_posix()}\n"
        parts = written.setdefault(wing, [HEAD.format(wing=wing)])
        parts += [title, *(text for _, text in sorted(shelves[file]))]
    return {wing: "\n".join(parts) for wing, parts in written.items()}


def _homes() -> dict[str, tuple[Path, int]]:
    """The file that creates each thing first, or gives it the name that it has, and where in it."""
    homes: dict[str, tuple[Path, int]] = {}
    for file in sorted(VERSIONS.glob("*/*/*.sql")):
        text = file.read_text("utf-8")
        for match in (*CREATED.finditer(text), *RENAMED.finditer(text)):
            name = ".".join(match.groups()).removeprefix("public.")
            homes.setdefault(name, (file, match.start()))
    return homes


def _things(connection: Connection) -> Iterator[tuple[str, str]]:
    rows = connection.execute(QUERIES["relations"]).fetchall()
    for name, kind, options, body, columns, constraints, chunks, following in rows:
        settings = f" WITH ({options})" if options else ""
        first = f"CREATE {kind} {name}"
        if kind == "VIEW":
            yield name, _statements([f"{first}{settings} AS\n{body.removesuffix(';')}", *following])
        elif kind == "SEQUENCE":
            yield name, _statements([first, *following])
        else:
            lines = ",\n".join(f"    {line}" for line in [*columns, *constraints])
            notes = "".join(f"-- {chunk}\n" for chunk in chunks)
            yield name, notes + _statements([f"{first} (\n{lines}\n){settings}", *following])
    for name, body, following in connection.execute(QUERIES["functions"]).fetchall():
        yield name, _statements([body, *following])


def _statements(texts: Sequence[str]) -> str:
    return "".join(f"{text};\n" for text in texts)
