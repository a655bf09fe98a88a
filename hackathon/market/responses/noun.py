"""What goes through all nouns finds of responses to needs."""

from __future__ import annotations

from casework.access.model import Role
from casework.noun import Noun
from casework.people.holders import Holder, anonymised, kept
from casework.tasks.model import Rest, Tasks, Wait
from hackathon.market.responses.machine import RESPONSE
from hackathon.market.responses.repository import QUERIES, RESPONSES

HOLDER = Holder(
    QUERIES,
    {"responses": "export_responses", "response_marks": "export_marks"},
    (anonymised("responses", "erase_responses"), kept("response_marks", "count_marks", "judged")),
)
NOUN = Noun(
    "responses",
    "hackathon.market.responses",
    bindings=(RESPONSES,),
    holder=HOLDER,
    tasks=Tasks(
        "hackathon.market.responses",
        waits=(Wait(RESPONSE, "hand_in", ("draft", "withdrawn"), frozenset({Role.VENDOR})),),
        rests=(
            Rest(RESPONSE, ("sealed",), "Nobody opens one alone: the openers of its need bring their keys."),
            Rest(
                RESPONSE,
                ("opened", "compliant", "disqualified", "scored"),
                "All of a need are evaluated together: the need waits.",
            ),
        ),
    ),
)
