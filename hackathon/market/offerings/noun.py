"""What goes through all nouns finds of offerings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from casework.following.model import Found, Kind, Wanted
from casework.noun import Noun
from casework.programme import Session
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from casework.taxonomy.model import Sector
from hackathon.market.offerings.catalogue import list_new
from hackathon.market.offerings.machine import IN_REVIEW, OFFERING, SPEAKERS, STAFF
from hackathon.market.offerings.model import Filters
from hackathon.market.offerings.passage import PASSAGE
from hackathon.market.offerings.repository import OFFERINGS
from hackathon.market.offerings.rules import FILTER_NAMES, filters_of


def _wanted(wanted: Wanted) -> Filters:
    return filters_of(wanted.words, wanted.filters)


def _find_new(
    session: Session, wanted: Wanted, since: datetime, until: datetime, rows: int
) -> Sequence[Found]:
    listed = list_new(session, _wanted(wanted), since, until, rows)
    return [Found(one.version.content.titles, f"/offerings/{one.offering_id}") for one in listed]


NOUN = Noun(
    "offerings",
    "hackathon.market.offerings",
    bindings=(OFFERINGS,),
    holds_nothing="An offering is a vendor's: nothing says who wrote it.",
    kinds=(Kind("offerings", "/offerings", FILTER_NAMES, _wanted, _find_new),),
    tasks=Tasks(
        "hackathon.market.offerings",
        waits=(
            Wait(OFFERING, "finish", ("draft", "returned", "update_returned"), SPEAKERS),
            Wait(OFFERING, "review", IN_REVIEW, STAFF),
        ),
        rests=(
            Rest(OFFERING, ("published", "paused"), "It is as its vendor wants it."),
            Rest(OFFERING, ("disabled",), "It stays so until the programme has looked into it."),
        ),
    ),
    passages=(PASSAGE,),
    findables=(
        Findable(
            "offering",
            "hackathon.market.offerings",
            machines=frozenset({"offering"}),
            follows=frozenset({"vendor", "organisation"}),
            label=lambda code: Sector(code).label,
        ),
    ),
)
