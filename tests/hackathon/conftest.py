"""One database a module for the innovation programme, and connections with its role's rights."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from casework.programme import Session
from citycore.store.connections import Connection
from hackathon.contest.hackathons import service as hackathons
from hackathon.contest.hackathons.repository import HACKATHONS
from stack.postgres import PrivatePostgres
from tests.conftest import Database, open_database
from tests.hackathon.calling import programme_for
from tests.hackathon.heat import AGENCY, CHIEF, DATES, NOW, at, call, describe, step
from tests.hackathon.machines import store_agency
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


@pytest.fixture(scope="module")
def city_data(programme: Database) -> None:
    """An agency, a dataset and a thing to link."""
    with programme.connect() as owner:
        store_agency(owner, AGENCY)
        owner.execute(
            "INSERT INTO sources (code, kind, name_en, name_ar) VALUES ('air', 'device', 'Air', 'هواء')"
        )
        owner.execute(
            "INSERT INTO things (code, source_id, kind, name_en, name_ar)"
            " SELECT 'air-01', source_id, 'station', 'Ruwi', 'روي' FROM sources"
        )


@pytest.fixture
def heat(portal: Connection, city_data: None) -> UUID:
    """A hackathon with dates, still a draft."""
    hackathon_id = call(portal, CHIEF, hackathons.create, describe())
    programme_for(portal, at(NOW)).call(CHIEF, Session.plan, HACKATHONS, hackathon_id, DATES)
    return hackathon_id


@pytest.fixture
def announced(portal: Connection, heat: UUID) -> UUID:
    step(portal, heat, "announce")
    return heat
