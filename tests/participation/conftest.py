"""One database a module for participation; what a test writes is rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from citycore.store.connections import Connection
from stack.postgres import PrivatePostgres
from tests.conftest import Database, open_database
from tests.participation.dialogue_stage import Scene


@pytest.fixture(scope="module")
def participation(postgres: PrivatePostgres) -> Iterator[Database]:
    with open_database(postgres) as database:
        yield database


@pytest.fixture
def owner(participation: Database) -> Iterator[Connection]:
    """The owner of the tables, in a transaction that is rolled back."""
    with participation.connect() as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture
def scene(owner: Connection) -> Scene:
    """A hub with dialogue."""
    return Scene(owner)
