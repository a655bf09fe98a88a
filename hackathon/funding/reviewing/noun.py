"""What goes through all nouns finds of reviewers and their reviews."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.funding.reviewing.copies.service import SWEEP
from hackathon.funding.reviewing.holding import HOLDER
from hackathon.funding.reviewing.repository import REVIEWERS, REVIEWS
from hackathon.funding.reviewing.tasks import TASKS

NOUN = Noun(
    "reviewing",
    "hackathon.funding.reviewing",
    bindings=(REVIEWERS, REVIEWS),
    holder=HOLDER,
    stores=(SWEEP,),
    tasks=TASKS,
)
