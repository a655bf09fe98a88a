"""A programme with something to hide: whatever is not public has SECRET in its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.programme import Session
from citycore.store.connections import Connection
from hackathon.contest.challenges.repository import CHALLENGES
from hackathon.contest.hackathons import service as hackathons
from hackathon.contest.hackathons.repository import HACKATHONS
from tests.hackathon.calling import programme_for
from tests.hackathon.heat import AGENCY, CHIEF, DATES, NOW, at, describe, propose, publish, step
from tests.hub_api.conftest import Api, City, open_city, standing

LINKS = {"datasets": ("simulator",), "things": ("air-01", "weather-01")}
IDENTIFIER_CHARACTERS = 36
SECRET = {"title_en": "SECRET", "title_ar": "SECRET"}


@dataclass(frozen=True, slots=True)
class Programme:
    """Identifiers of what is public, and every word and identifier that is not."""

    database: Any
    open_challenge: UUID
    hidden: tuple[str, ...]

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Of hidden objects."""
        return tuple(word for word in self.hidden if len(word) == IDENTIFIER_CHARACTERS)


def hackathon(portal: Connection, code: str, **changes: Any) -> UUID:
    """A draft with all its dates."""
    hackathon_id = programme_for(portal, at(NOW)).call(
        CHIEF, hackathons.create, describe(code=code, **changes)
    )
    programme_for(portal, at(NOW)).call(CHIEF, Session.plan, HACKATHONS, hackathon_id, DATES)
    return hackathon_id


def organisation(owner: Connection, organisation_id: UUID, name: str, state: str) -> None:
    owner.execute(
        "INSERT INTO innovation.organisations (organisation_id, kind, name_en, state, state_changed_at,"
        " registered_at) VALUES (%s, 'agency', %s, %s, %s, %s)",
        [organisation_id, name, state, NOW, NOW],
    )


def build(portal: Connection, owner: Connection) -> tuple[UUID, tuple[str, ...]]:
    organisation(owner, AGENCY, "Water; Works, \\ Office", "verified")
    hidden = [uuid4() for _ in range(2)]
    organisation(owner, hidden[0], "SECRET founders", "registered")
    organisation(owner, hidden[1], "SECRET suspects", "suspended")
    # Announced, with one challenge that is published and three that are not.
    heat = hackathon(portal, "heat-wave", title_en="Heat, waves; and \\ more", title_ar="موجة حر")
    step(portal, heat, "announce")
    shown = propose(portal, heat, **LINKS)
    publish(portal, shown)
    proposed = propose(portal, heat, **LINKS, **SECRET)
    withdrawn = propose(portal, heat, **LINKS, **SECRET)
    programme_for(portal, at(NOW)).call(CHIEF, Session.apply, CHALLENGES, withdrawn, "withdraw", 2, "merged")
    # A draft whose challenge is published already, and one that was given up before anybody heard of it.
    draft = hackathon(portal, "heat-wave-secret", **SECRET)
    early = propose(portal, heat, **LINKS, **SECRET)
    publish(portal, early)
    owner.execute(
        "UPDATE innovation.challenges SET hackathon_id = %s WHERE challenge_id = %s", [draft, early]
    )
    given_up = hackathon(portal, "heat-wave-secret-too", **SECRET)
    step(portal, given_up, "cancel", reason="no_venue")
    # Called off after it was announced, and postponed: both are public, their dates are not.
    for code, event in (("called-off", "cancel"), ("postponed", "postpone")):
        known = hackathon(portal, code)
        step(portal, known, "announce")
        step(portal, known, event, reason="no_venue")
    hidden += [proposed, withdrawn, draft, early, given_up]
    return shown, (
        "SECRET",
        "UNLISTED",
        "unlisted@",
        "-000000000005",
        "heat-wave-secret",
        *(str(one) for one in hidden),
    )


@pytest.fixture(scope="module")
def programme_city(postgres: Any, city_template: Any) -> Iterator[tuple[City, Programme]]:
    with open_city(postgres, city_template) as city:
        database = city.database
        with database.connect("portal") as portal, database.connect() as owner:
            shown, hidden = build(portal, owner)
        yield city, Programme(database, shown, hidden)


@pytest.fixture(scope="module")
def programme(programme_city: tuple[City, Programme]) -> Programme:
    return programme_city[1]


@pytest.fixture(scope="module")
def hub(programme_city: tuple[City, Programme]) -> Iterator[Api]:
    """The API over the programme, for tests that only read."""
    with standing(programme_city[0]) as api:
        yield api
