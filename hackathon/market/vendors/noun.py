"""What goes through all nouns finds of vendors and their papers."""

from __future__ import annotations

from casework.noun import Job, Noun
from casework.people.holders import Holder, kept
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from hackathon.market.vendors.documents import SWEEP
from hackathon.market.vendors.machine import SPEAKERS, STAFF, VENDOR
from hackathon.market.vendors.notices import VENDORS
from hackathon.market.vendors.reminders import JOB, remind_due
from hackathon.market.vendors.repository import QUERIES

HOLDER = Holder(
    QUERIES,
    {"vendor_documents_accepted": "export_accepted"},
    # Who looked at a paper stays as a key, since a company relies on it.
    (kept("vendor_documents", "count_accepted", "noted_by"),),
)
NOUN = Noun(
    "vendors",
    "hackathon.market.vendors",
    bindings=(VENDORS,),
    holder=HOLDER,
    jobs=(Job(JOB, remind_due),),
    stores=(SWEEP,),
    tasks=Tasks(
        "hackathon.market.vendors",
        waits=(
            Wait(VENDOR, "hand_in", ("registered", "rejected"), SPEAKERS),
            Wait(VENDOR, "renew", ("documents_expired",), SPEAKERS),
            Wait(VENDOR, "verify", ("verifying",), STAFF),
            Wait(VENDOR, "look_at_papers", ("verified", "documents_expired"), STAFF),
        ),
        rests=(
            Rest(
                VENDOR,
                ("suspended", "blacklisted"),
                "The clock ends it, or the programme for a reason of its own.",
            ),
        ),
    ),
    findables=(
        Findable(
            "vendor",
            "hackathon.market.vendors",
            machines=frozenset({"vendor"}),
            follows=frozenset({"organisation"}),
        ),
    ),
)
