"""What goes through all nouns finds of needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from casework.access.model import Role
from casework.following.model import Found, Kind, Wanted
from casework.noun import Noun
from casework.people.holders import Holder, anonymised, kept
from casework.people.model import Names
from casework.programme import Session
from casework.search.model import Findable
from casework.tasks.model import Tasks, Wait
from casework.taxonomy.model import Sector
from casework.workflow.wording import Label
from hackathon.market.needs.machine import AGENCY, NEED, PROGRAMME, UNPUBLISHED
from hackathon.market.needs.model import Search
from hackathon.market.needs.passage import PASSAGE
from hackathon.market.needs.repository import NEEDS, QUERIES
from hackathon.market.needs.rules import FILTER_NAMES, search_of
from hackathon.market.needs.service import list_new


def _wanted(wanted: Wanted) -> Search:
    return search_of(wanted.words, wanted.filters)


def _find_new(
    session: Session, wanted: Wanted, since: datetime, until: datetime, rows: int
) -> Sequence[Found]:
    found = list_new(session, _wanted(wanted), since, until, rows)
    return [
        Found(Names(one.description.title_ar, one.description.title_en), f"/needs/{one.need_id}")
        for one in found
    ]


HOLDER = Holder(
    QUERIES,
    {
        "needs": "export_written",
        "need_questions": "export_questions",
        "need_addenda": "export_addenda",
        "need_openers": "export_openers",
    },
    (
        anonymised("needs", "erase_written"),
        anonymised("need_questions", "erase_questions"),
        anonymised("need_addenda", "erase_addenda"),
        kept("need_openers", "count_openers", "opened"),
    ),
    {"holds_keys": Label("hackathon.market.needs", "hindrance.holds_keys")},
)
NOUN = Noun(
    "needs",
    "hackathon.market.needs",
    bindings=(NEEDS,),
    holder=HOLDER,
    kinds=(Kind("needs", "/needs", FILTER_NAMES, _wanted, _find_new),),
    tasks=Tasks(
        "hackathon.market.needs",
        waits=(
            Wait(NEED, "submit", ("draft", "returned"), AGENCY),
            Wait(NEED, "review", ("under_review",), PROGRAMME),
            Wait(NEED, "answer", ("published", "qa_closed", "suspended"), AGENCY),
            Wait(NEED, "resume", ("suspended",), PROGRAMME),
            Wait(NEED, "conclude", ("closed",), AGENCY),
            Wait(NEED, "evaluate", ("evaluating",), AGENCY),
            Wait(NEED, "award", ("standstill",), AGENCY),
            Wait(NEED, "make_key", tuple(sorted(UNPUBLISHED)), AGENCY | {Role.PROGRAMME_OFFICER}),
            Wait(NEED, "bring_key", ("closed",), AGENCY | {Role.PROGRAMME_OFFICER}),
        ),
    ),
    passages=(PASSAGE,),
    findables=(
        Findable(
            "need",
            "hackathon.market.needs",
            machines=frozenset({"need"}),
            label=lambda code: Sector(code).label,
            weight=1.2,
        ),
    ),
)
