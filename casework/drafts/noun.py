"""What goes through all nouns finds of drafts. Programs have none: there is nothing of them in an interface."""

from __future__ import annotations

from casework.drafts.model import PACKAGE
from casework.drafts.repository import QUERIES
from casework.drafts.service import JOB, tidy
from casework.noun import Job, Noun
from casework.people.holders import Holder, deleted

HOLDER = Holder(QUERIES, {"form_drafts": "export"}, (deleted("form_drafts", "erase"),))
NOUN = Noun("drafts", PACKAGE, holder=HOLDER, sweeps=(Job(JOB, tidy),))
