"""What goes through all nouns finds of ambassadors."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised, kept
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from hackathon.outreach.ambassadors.machine import AMBASSADOR, APPLYING, OVER, SELF, STAFF
from hackathon.outreach.ambassadors.notices import AMBASSADORS
from hackathon.outreach.ambassadors.repository import QUERIES

HOLDER = Holder(
    QUERIES,
    {"ambassador": "export", "ambassador_papers": "export_commitments"},
    (
        anonymised("ambassadors", "erase"),
        kept("ambassador_papers", "count_published", "noted_by"),
        kept("ambassador_commitments", "count_noted", "noted_by"),
    ),
    values=lambda _connection, _person_id: {"over": sorted(OVER)},
)
NOUN = Noun(
    "ambassadors",
    "hackathon.outreach.ambassadors",
    bindings=(AMBASSADORS,),
    holder=HOLDER,
    tasks=Tasks(
        "hackathon.outreach.ambassadors",
        waits=(
            Wait(AMBASSADOR, "consider", APPLYING, STAFF),
            Wait(AMBASSADOR, "release", APPLYING, STAFF),
            Wait(AMBASSADOR, "take_on", ("approved", "onboarded"), STAFF),
            Wait(AMBASSADOR, "renew", ("renewal_due",), STAFF),
            Wait(AMBASSADOR, "sign", ("approved", "renewal_due"), SELF),
            Wait(AMBASSADOR, "be_active", ("at_risk",), SELF),
        ),
        rests=(
            Rest(AMBASSADOR, ("active", "on_leave"), "Who serves does so, and the clock watches the term."),
            Rest(
                AMBASSADOR,
                ("lapsed", "emeritus"),
                "It is over; taking somebody on again is a wish, not a task.",
            ),
            Rest(AMBASSADOR, ("suspended",), "It stays so until a coordinator has looked into it."),
        ),
    ),
    findables=(
        Findable(
            "ambassador",
            "hackathon.outreach.ambassadors",
            machines=frozenset({"ambassador"}),
            # Whose account is erased is no ambassador to be found.
            follows=frozenset({"account"}),
        ),
    ),
)
