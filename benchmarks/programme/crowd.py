"""Filling a hub with so many of everything, and signing people in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import md5
from uuid import UUID

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.governorates.model import Governorate
from hackathon.hackathons.machine import DEADLINES

QUERIES = load_queries("benchmarks.programme", "fill.sql")
TEAM_PEOPLE = 4
#: Who asks for a page: everything that can be granted, a judge, an ambassador, who speaks for an organisation, a captain.
VISITORS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Size:
    """How many; there are at least three hackathons and three teams, one for each point of the way."""

    people: int
    teams: int
    organisations: int
    hackathons: int
    judges: int
    ambassadors: int


#: As good as empty: one of everything, so that every page opens.
EMPTY = Size(people=20, teams=3, organisations=1, hackathons=3, judges=1, ambassadors=1)
FULL = Size(people=5_000, teams=1_000, organisations=300, hackathons=40, judges=60, ambassadors=400)


def fill(owner: Connection, size: Size, at: datetime) -> None:
    """All of it in one transaction, and statistics for the planner."""
    values = asdict(size) | {
        "at": at, "team_people": TEAM_PEOPLE, "deadlines": list(DEADLINES),
        "governorates": [one.value for one in Governorate],
    }  # fmt: skip
    with owner.transaction():
        for query in QUERIES.values():
            owner.execute(query, values)
    owner.execute("ANALYZE")


def id_of(name: str) -> UUID:
    """As ``fill.sql`` makes them, such as that of ``team 1``."""
    return UUID(md5(name.encode(), usedforsecurity=False).hexdigest())


def objects() -> dict[str, list[str]]:
    """What stands in the paths of routes: the object of every point of the way."""
    hackathons = [str(id_of(f"hackathon {number}")) for number in (1, 2, 3)]
    single = {
        "team_id": "team 1", "submission_id": "submission 1", "challenge_id": "challenge 1",
        "organisation_id": "organisation 1", "person_id": "person 5", "judge_id": "judge 1 1",
        "ambassador_id": "ambassador 1", "activity_id": "activity 2", "member_id": "member 1 0",
        "membership_id": "membership 4",
    }  # fmt: skip
    known = {name: [str(id_of(value))] for name, value in single.items()}
    return known | {"hackathon_id": hackathons, "round_number": ["1"], "governorate": ["OM-MA"]}
