"""What goes through all nouns finds of responses to needs."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised, kept
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
)
