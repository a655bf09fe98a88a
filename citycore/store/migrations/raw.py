"""Run SQL text as it stands, on Alembic's own connection and in its transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from alembic import op


def execute(text: str) -> None:
    """Many statements at once; without parameters the driver leaves percent signs alone."""
    connection = op.get_bind().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    cursor: psycopg.Cursor[Any] = connection.cursor()
    cursor.execute(text.encode())


def execute_file_beside(revision_file: str) -> None:
    """The ``.sql`` file with the revision's own name."""
    execute(Path(revision_file).with_suffix(".sql").read_text("utf-8"))
