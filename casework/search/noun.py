"""What goes through all nouns finds of the search: its limits, and what keeps it right."""

from __future__ import annotations

from casework.noun import Job, Noun
from casework.search.model import PACKAGE
from casework.search.service import JOB, take_in

NOUN = Noun("search", PACKAGE, jobs=(Job(JOB, take_in),))
