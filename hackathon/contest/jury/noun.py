"""What goes through all nouns finds of judges and their sheets."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.contest.jury.holding import HOLDER
from hackathon.contest.jury.repository import JUDGES, SHEETS
from hackathon.contest.jury.tasks import TASKS

NOUN = Noun(
    "jury",
    "hackathon.contest.jury",
    bindings=(JUDGES, SHEETS),
    holder=HOLDER,
    tasks=TASKS,
)
