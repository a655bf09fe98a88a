"""What goes through all nouns finds of unlinked answers. Nothing here is about anybody."""

from __future__ import annotations

from casework.noun import Job, Noun
from casework.unlinked_answers.model import PACKAGE
from casework.unlinked_answers.service import JOB, mix_due

NOUN = Noun(
    "unlinked_answers",
    PACKAGE,
    jobs=(Job(JOB, mix_due),),
)
