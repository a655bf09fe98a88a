"""What goes through all nouns finds of decisions and what was promised with them."""

from __future__ import annotations

from casework.decisions import owing, reminding
from casework.decisions.machine import ACTION, AGENCY, DECISION, PROGRAMME, STAFF, VERIFIERS
from casework.decisions.passage import PASSAGE
from casework.decisions.repository import ACTIONS, DECISIONS, QUERIES
from casework.noun import Noun
from casework.people.holders import Holder, anonymised, deleted, kept
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait

HOLDER = Holder(
    QUERIES,
    {
        "decisions_entered": "export_entered",
        "decisions_disputed": "export_disputes",
        "decision_actions": "export_actions",
        "decision_notices": "export_notices",
    },
    (
        anonymised("decisions", "erase_entered"),
        kept("decision_actions", "count_actions", "answered_for"),
        deleted("decision_notices", "erase_notices"),
    ),
)
NOUN = Noun(
    "decisions",
    "casework.decisions",
    bindings=(DECISIONS, ACTIONS),
    holder=HOLDER,
    jobs=(reminding.JOB, owing.JOB),
    tasks=Tasks(
        "casework.decisions",
        waits=(
            Wait(DECISION, "recommend", ("heard",), STAFF),
            Wait(DECISION, "assign", ("recommended",), PROGRAMME),
            Wait(DECISION, "answer", ("with_owner",), AGENCY),
            Wait(ACTION, "claim", ("promised",), AGENCY),
            Wait(ACTION, "verify", ("claimed",), VERIFIERS),
        ),
        rests=(
            Rest(DECISION, ("accepted", "partly", "disputed"), "What was promised waits for its owners."),
            Rest(DECISION, ("rejected",), "It is answered, and only a new decision drops it."),
            Rest(DECISION, ("done",), "Those who were heard may dispute it, and the clock settles it."),
            Rest(ACTION, ("verified",), "It is done unless those who were heard say that it is not."),
        ),
    ),
    passages=(PASSAGE,),
    findables=(
        Findable(
            "decision",
            "casework.decisions",
            machines=frozenset({"decision"}),
        ),
    ),
)
