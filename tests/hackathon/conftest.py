"""One database a module for the innovation programme, and connections with its role's rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from citycore.store.connections import Connection
from stack.postgres import PrivatePostgres
from tests.conftest import Database, open_database
from tests.hackathon.permits import TABLE


@pytest.fixture(scope="module")
def programme(postgres: PrivatePostgres) -> Iterator[Database]:
    """A database that the tests of a module share; it also has the table of permits."""
    with open_database(postgres) as database:
        with database.connect() as owner:
            owner.execute(TABLE.encode())
        yield database


@pytest.fixture
def portal(programme: Database) -> Iterator[Connection]:
    with programme.connect("portal") as connection:
        yield connection
