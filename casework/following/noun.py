"""What goes through all nouns finds of kept searches."""

from __future__ import annotations

from casework.following.news import JOB, mail_due
from casework.following.repository import QUERIES
from casework.noun import Job, Noun
from casework.people.holders import Holder, deleted

HOLDER = Holder(
    QUERIES,
    {"kept_searches": "export"},
    (deleted("kept_searches", "erase_searches"), deleted("search_readers", "erase_reader")),
)
NOUN = Noun(
    "following",
    "casework.following",
    holder=HOLDER,
    jobs=(Job(JOB, mail_due),),
)
