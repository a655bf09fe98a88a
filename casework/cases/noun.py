"""What goes through all nouns finds of cases: who asked, who answered, and the bytes of files."""

from __future__ import annotations

from casework.cases.pictures import OLD_PICTURES, SWEEP, of_person
from casework.cases.repository import QUERIES
from casework.noun import Noun
from casework.people.holders import Holder, anonymised, deleted

HOLDER = Holder(
    QUERIES,
    {"cases": "export_asked", "case_messages": "export_messages", "case_handlers": "export_handled"},
    (
        deleted("case_files", "erase_pictures"),
        anonymised("case_askers", "erase_asked"),
        anonymised("case_messages", "erase_sent"),
        deleted("case_handlers", "erase_handled"),
        deleted("case_bars", "erase_bars"),
        anonymised("cases", "erase_given"),
    ),
    files=of_person,
)
NOUN = Noun("cases", "casework.cases", holder=HOLDER, sweeps=(OLD_PICTURES,), stores=(SWEEP,))
