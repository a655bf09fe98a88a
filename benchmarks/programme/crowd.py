"""Filling a hub with so many of everything, and signing people in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import md5
from uuid import UUID

from benchmarks.programme.surveys import values_of_surveys
from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, PriceBand, Sector, Standard
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.contest.hackathons.machine import DEADLINES
from hackathon.funding.calls.machine import DEADLINES as CALL_DEADLINES
from hackathon.funding.calls.machine import needed_deadlines

#: In this order: what comes later refers to what was there before.
QUERIES = [
    query
    for file in ("fill.sql", "funding.sql", "market.sql", "decisions.sql", "voices.sql", "surveys.sql")
    for query in load_queries("benchmarks.programme", file).values()
]
TEAM_PEOPLE = 4
#: Who asks for a page: everything that can be granted, a judge, an ambassador, who speaks for a vendor, a captain, who
#: leads applications, who speaks for an agency, a reviewer.
VISITORS = (1, 2, 3, 4, 5, 6, 14, 18)


@dataclass(frozen=True, slots=True)
class Size:
    """How many; there are at least three hackathons, teams, calls, applications, organisations and needs, one for each
    point of the way, and twenty people.
    """

    people: int
    teams: int
    organisations: int
    hackathons: int
    judges: int
    ambassadors: int
    calls: int = 3
    applications: int = 3
    reviewers: int = 1
    vendors: int = 1
    offerings: int = 1
    needs: int = 3
    introductions: int = 1
    decisions: int = 100
    voices: int = 100
    surveys: int = 60
    #: Of each of three surveys: one that is read, one that is published, and one that is open.
    answers: int = 100


#: As good as empty: one of everything, so that every page opens; a hundred decisions and voices, which fill their page, and
#: surveys with a hundred answers.
EMPTY = Size(people=20, teams=3, organisations=3, hackathons=3, judges=1, ambassadors=1)
FULL = Size(
    people=5_000,
    teams=1_000,
    organisations=300,
    hackathons=40,
    judges=60,
    ambassadors=400,
    calls=100,
    applications=2_000,
    reviewers=60,
    vendors=500,
    offerings=2_000,
    needs=500,
    introductions=1_000,
    decisions=10_000,
    voices=10_000,
    answers=50_000,
)


def fill(owner: Connection, size: Size, at: datetime) -> None:
    """All of it in one transaction, and statistics for the planner."""
    values = asdict(size) | {
        "at": at,
        "team_people": TEAM_PEOPLE,
        "deadlines": list(DEADLINES),
        "call_deadlines": sorted(needed_deadlines(rounds=1), key=CALL_DEADLINES.index),
        "governorates": _codes(Governorate),
        "sectors": _codes(Sector),
        "capabilities": _codes(Capability),
        "standards": _codes(Standard),
        "price_bands": _codes(PriceBand),
        **values_of_surveys(at),
    }
    with owner.transaction():
        for query in QUERIES:
            owner.execute(query, values)
    owner.execute("ANALYZE")


def _codes(vocabulary: Iterable[StrEnum]) -> list[str]:
    return [one.value for one in vocabulary]


def id_of(name: str) -> UUID:
    """As ``fill.sql`` makes them, such as that of ``team 1``."""
    return UUID(md5(name.encode(), usedforsecurity=False).hexdigest())


def objects() -> dict[str, list[str]]:
    """What stands in the paths of routes: the object of every point of the way."""
    several = {
        f"{noun}_id": [str(id_of(f"{noun} {number}")) for number in (1, 2, 3)]
        for noun in ("hackathon", "call", "application", "need", "survey")
    }
    single = {
        "team_id": "team 1",
        "submission_id": "submission 1",
        "challenge_id": "challenge 1",
        "organisation_id": "organisation 1",
        "person_id": "person 5",
        "judge_id": "judge 1 1",
        "ambassador_id": "ambassador 1",
        "activity_id": "activity 2",
        "member_id": "member 1 0",
        "decision_id": "decision 1",
        "voice_id": "voice 1",
        "membership_id": "membership 4",
        "reviewer_id": "reviewer 1 1",
        "copy_id": "copy 1",
        "review_id": "review 1 0",
        "award_id": "award 2",
        "vendor_id": "vendor 1",
        "offering_id": "offering 1",
        "response_id": "response 1",
        "introduction_id": "introduction 1",
        "pilot_id": f"pilot {id_of('introduction 1')}",
        "challenge": "challenge 1",
        "opportunity": "call 1",
        "funding_award": "award 2",
    }
    known = {name: [str(id_of(value))] for name, value in single.items()}
    codes = {
        "hackathon": "bench-1",
        "call": "bench-call-1",
        "need": "bench-need-1",
        "pilot": f"b{id_of('introduction 1').hex[:15]}",
        "round_number": "1",
        "number": "1",
        "version": "1",
        "governorate": "OM-MA",
        "voice_kind": "complaint",
        "question": "note",
    }
    return known | several | {name: [code] for name, code in codes.items()}
