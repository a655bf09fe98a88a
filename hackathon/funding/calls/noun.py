"""What goes through all nouns finds of calls for applications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from casework.following.model import Found, Kind, Wanted
from casework.noun import Noun
from casework.people.model import Names
from casework.programme import Session
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from hackathon.funding.calls.machine import CALL, STAFF
from hackathon.funding.calls.model import Wanted as WantedCalls
from hackathon.funding.calls.repository import CALLS
from hackathon.funding.calls.rules import FILTER_NAMES, wanted_of
from hackathon.funding.calls.service import list_new


def _wanted(wanted: Wanted) -> WantedCalls:
    return wanted_of(wanted.words, wanted.filters)


def _find_new(
    session: Session, wanted: Wanted, since: datetime, until: datetime, rows: int
) -> Sequence[Found]:
    found = list_new(session, _wanted(wanted), since, until, rows)
    return [
        Found(Names(one.description.texts.title_ar, one.description.texts.title_en), f"/calls/{one.call_id}")
        for one in found
    ]


NOUN = Noun(
    "calls",
    "hackathon.funding.calls",
    bindings=(CALLS,),
    holds_nothing="No person stands in a call: who runs it has a role.",
    kinds=(Kind("calls", "/calls", FILTER_NAMES, _wanted, _find_new),),
    tasks=Tasks(
        "hackathon.funding.calls",
        waits=(
            Wait(CALL, "approve", ("draft",), STAFF),
            Wait(CALL, "lead_on", ("closed", "second_closed", "decided"), STAFF),
        ),
        rests=(
            Rest(CALL, ("approved", "forecasted", "open", "second_open"), "The clock moves it on."),
            Rest(CALL, ("reviewing",), "Its reviews and applications wait, not the call."),
            Rest(CALL, ("announced",), "It is over; it can be put away once nobody can appeal."),
        ),
    ),
    findables=(Findable("call", "hackathon.funding.calls", machines=frozenset({"call"}), weight=1.2),),
)
