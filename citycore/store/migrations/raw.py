"""Run SQL text as it stands, on Alembic's own connection and in its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from alembic import op

VERSIONS = Path(__file__).parent / "versions"


def execute(text: str) -> None:
    """Many statements at once; without parameters the driver leaves percent signs alone."""
    connection = op.get_bind().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    cursor: psycopg.Cursor[Any] = connection.cursor()
    cursor.execute(text.encode())


def execute_files(revision: str, names: Sequence[str]) -> None:
    """All ``.sql`` files in the folder of a revision, in this order, each named by its wing and itself."""
    folder = VERSIONS / revision
    lying = {file.relative_to(folder).with_suffix("").as_posix() for file in folder.rglob("*.sql")}
    if lying != set(names) or len(names) != len(lying):
        raise ValueError(f"{revision} names other files than lie in {folder}")
    for name in names:
        execute((folder / f"{name}.sql").read_text("utf-8"))
