"""The ways of a judge and of a score sheet."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, from_each
from hackathon.contest.jury import errors
from hackathon.contest.jury.model import JudgeFacts, SheetFacts

#: Judges are asked until the last marks are given.
JURY_FORMS_IN = frozenset(
    {
        "draft",
        "announced",
        "registration_open",
        "team_formation_closed",
        "running",
        "submissions_closed",
        "screening",
        "judging",
        "postponed",
    }
)


MENDED_IN = frozenset({"judging", "deliberation", "results_provisional"})


def takes_judges(facts: JudgeFacts) -> Refusal | None:
    """The jury of its hackathon can still change."""
    return None if facts.hackathon_state in JURY_FORMS_IN else errors.JuryClosed()


def is_judging(facts: SheetFacts) -> Refusal | None:
    """Its hackathon is being judged."""
    return None if facts.hackathon_state == "judging" else errors.NotJudging()


def may_mend(facts: SheetFacts) -> Refusal | None:
    """A sheet that was reopened can be mended until results are final: an appeal may have been upheld."""
    return None if facts.hackathon_state in MENDED_IN else errors.NotJudging()


def is_complete(facts: SheetFacts) -> Refusal | None:
    """Every criterion has a mark that the rubric knows."""
    return None if facts.is_complete else errors.SheetIncomplete()


STAFF = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})
_SELF = frozenset({Role.PERSON})
_WHY_NOT = ("conflict", "no_time", "other")

JUDGE: Machine[JudgeFacts] = Machine(
    "judge",
    "hackathon.contest.jury",
    states=(
        State("invited"),
        State("accepted"),
        State("declined", reasons=("no_time", "conflict", "other"), is_terminal=True),
        State("withdrawn", reasons=("by_organiser",), is_terminal=True),
        State("resigned", reasons=("by_judge",), is_terminal=True),
    ),
    looks=Looks(waiting="invited", open="accepted", bad_end="declined withdrawn resigned"),
    transitions=(
        Transition("invited", "accept", "accepted", _SELF, (takes_judges,)),
        Transition("invited", "decline", "declined", _SELF),
        Transition("invited", "withdraw", "withdrawn", STAFF, reason="by_organiser"),
        Transition("accepted", "withdraw", "withdrawn", STAFF, reason="by_organiser"),
        Transition("accepted", "resign", "resigned", _SELF, reason="by_judge"),
    ),
)

#: A judge has it before them.
OPEN = ("offered", "accepted", "in_progress", "reopened")
#: Nobody judges by it.
GONE = frozenset({"declined", "recused"})
WRITABLE = frozenset({"accepted", "in_progress", "reopened"})

SHEET: Machine[SheetFacts] = Machine(
    "sheet",
    "hackathon.contest.jury",
    states=(
        State("offered"),
        State("accepted"),
        State("in_progress"),
        State("submitted"),
        State("locked"),
        State("reopened", reasons=("asked_by_judge", "mistake", "appeal_upheld")),
        State("declined", reasons=_WHY_NOT, is_terminal=True),
        State("recused", reasons=(*_WHY_NOT, "by_organiser"), is_terminal=True),
    ),
    looks=Looks(
        waiting="offered reopened",
        open="accepted",
        at_work="in_progress",
        good_end="submitted locked",
        bad_end="declined recused",
    ),
    implied=frozenset({"by_organiser"}),
    transitions=(
        Transition("offered", "accept", "accepted", _SELF, (is_judging,)),
        Transition("offered", "decline", "declined", _SELF),
        Transition("accepted", "begin", "in_progress", _SELF, (is_judging,)),
        Transition("in_progress", "submit", "submitted", _SELF, (is_judging, is_complete)),
        Transition("reopened", "submit", "submitted", _SELF, (may_mend, is_complete)),
        *from_each(("accepted", "in_progress", "reopened"), Transition("", "recuse", "recused", _SELF)),
        Transition("submitted", "lock", "locked", STAFF),
        *from_each(("submitted", "locked"), Transition("", "reopen", "reopened", STAFF)),
        *from_each((*OPEN, "submitted"), Transition("", "take_out", "recused", STAFF, reason="by_organiser")),
    ),
)
