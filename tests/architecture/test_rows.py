"""Every statement that is read by name has a column for each field and a field for each column, whether or not another
test happens to run it.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from psycopg import pq

from citycore.store.connections import Connection
from citycore.store.rows import make_of
from tests.conftest import Database

ROOT = Path(__file__).parents[2]
READERS = frozenset({"rows_of", "row_of", "only_row"})
_PARAMETER = re.compile(r"%\((\w+)\)s")


def readings() -> Iterator[tuple[str, type, str]]:
    """Where, as what, and which statement: those that are named where they are read."""
    for folder in ("casework", "hackathon", "participation", "hub_api"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text("utf-8")
            if "citycore.store.rows" not in text:
                continue
            module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            for node in ast.walk(ast.parse(text)):
                match node:
                    case ast.Call(
                        func=ast.Name(id=reader),
                        args=[
                            _,
                            ast.Name(id=kind),
                            ast.Subscript(value=ast.Name(id=queries), slice=ast.Constant(value=str(name))),
                            *_,
                        ],
                    ) if reader in READERS:
                        known = vars(builtins) | vars(module)
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", known[kind], known[queries][name]


def columns_of(connection: Connection, query: str) -> list[str]:
    """What a statement answers, without running it."""
    names = list(dict.fromkeys(_PARAMETER.findall(query)))
    numbered = _PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", query).replace("%%", "%")
    prepared = connection.pgconn.prepare(b"", numbered.encode())
    assert prepared.status == pq.ExecStatus.COMMAND_OK, prepared.error_message.decode()
    described = connection.pgconn.describe_prepared(b"")
    return [(described.fname(column) or b"").decode() for column in range(described.nfields)]


def test_every_statement_fits_what_it_is_read_as(database: Database):
    found = list(readings())
    faults = []
    with database.connect() as connection:
        for place, kind, query in found:
            try:
                make_of(kind, query, columns_of(connection, query))
            except AssertionError as error:
                faults.append(f"{place}: {error}")
    assert faults == []
    assert len(found) > 200
