"""What goes through all nouns finds of ambassadors."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised, kept
from hackathon.outreach.ambassadors.machine import OVER
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
)
