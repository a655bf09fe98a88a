"""One database a module for what programmes are made of; what a test writes is rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from citycore.store.connections import Connection
from stack.postgres import PrivatePostgres
from tests.conftest import Database, open_database


@pytest.fixture(scope="module")
def casework(postgres: PrivatePostgres) -> Iterator[Database]:
    with open_database(postgres) as database:
        yield database


@pytest.fixture
def owner(casework: Database) -> Iterator[Connection]:
    """The owner of the tables, in a transaction that is rolled back."""
    with casework.connect() as connection, connection.transaction(force_rollback=True):
        yield connection
