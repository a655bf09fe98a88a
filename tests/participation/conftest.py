"""One database a module for participation; what a test writes is rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from citycore.store.connections import Connection
from stack.postgres import PrivatePostgres
from tests.conftest import Database, open_database


@pytest.fixture(scope="module")
def participation(postgres: PrivatePostgres) -> Iterator[Database]:
    with open_database(postgres) as database:
        yield database


@pytest.fixture
def owner(participation: Database) -> Iterator[Connection]:
    """The owner of the tables, in a transaction that is rolled back."""
    with participation.connect() as connection, connection.transaction(force_rollback=True):
        yield connection
