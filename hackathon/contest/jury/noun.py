"""What goes through all nouns finds of judges and their sheets."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, deleted, kept
from hackathon.contest.jury.repository import JUDGES, QUERIES, SHEETS

HOLDER = Holder(
    QUERIES,
    {"judging": "export_judging", "score_sheets": "export_sheets"},
    (deleted("declarations", "erase_declarations"), kept("judges", "count_judging", "judged")),
)
NOUN = Noun(
    "jury",
    "hackathon.contest.jury",
    bindings=(JUDGES, SHEETS),
    holder=HOLDER,
)
