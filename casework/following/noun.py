"""What goes through all nouns finds of kept searches."""

from __future__ import annotations

from casework.following.holding import HOLDER
from casework.following.news import JOB, mail_due
from casework.noun import Job, Noun

NOUN = Noun(
    "following",
    "casework.following",
    holder=HOLDER,
    jobs=(Job(JOB, mail_due),),
)
