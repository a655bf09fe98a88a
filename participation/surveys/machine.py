"""The way of a survey: written, read by somebody else, asked, closed, counted, published, decided about."""

from __future__ import annotations

from typing import Final

from casework.access.model import Role
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from casework.workflow.rules import guard
from participation.surveys import errors
from participation.surveys.model import PACKAGE, Facts

has_form = guard("has_form", errors.SurveyWithoutForm)
is_fixed = guard("is_fixed", errors.SurveyNotFixed)
has_decider = guard("has_decider", errors.SurveyWithoutDecider)
is_timely = guard("is_timely", errors.SurveyNotTimely)
is_by_another = guard("is_by_another", errors.SurveyReviewedByAuthor)
is_read_by_another = guard("is_read_by_another", errors.SurveyPublishedByReader)
is_counted_out = guard("is_counted_out", errors.SurveyBeingCounted)
has_figures = guard("has_figures", errors.SurveyWithoutFigures)
is_answered = guard("is_answered", errors.SurveyNotDecided)

OPENS, CLOSES = DEADLINES = ("opens", "closes")
#: Those who ask for their agency, and the programme for any.
AUTHORS: Final = frozenset({Role.OFFICER, Role.PROGRAMME_OFFICER})
PROGRAMME: Final = frozenset({Role.PROGRAMME_OFFICER})
_CLOCK: Final = frozenset({Role.SYSTEM})
EDITABLE: Final = frozenset({"draft"})
#: What is asked is fixed, and nobody knows an answer.
WEIGHTABLE: Final = ("scheduled", "open")
#: What everybody may know of, and where figures can be.
PUBLIC: Final = ("scheduled", "open", "closed", "counted", "published", "decided")
OVER: Final = ("closed", "counted", "published", "decided")
#: Whoever wants to be told what is found can say so.
BEFORE: Final = ("scheduled", "open", "closed", "counted")
TOLD: Final = ("published", "decided")

SURVEY: Machine[Facts] = Machine(
    "survey",
    PACKAGE,
    states=(
        State("draft"),
        State("in_review"),
        State("scheduled"),
        State("open"),
        State("closed"),
        State("counted", public="closed"),
        State("published"),
        State("decided", reasons=("answered",), is_terminal=True),
        State("withdrawn", reasons=("not_needed", "mistaken"), is_terminal=True),
    ),
    looks=Looks(
        waiting="draft in_review counted published",
        at_work="scheduled closed",
        open="open",
        good_end="decided",
        bad_end="withdrawn",
    ),
    transitions=(
        Transition("draft", "submit", "in_review", AUTHORS, (has_form, has_decider, is_timely)),
        Transition("in_review", "return", "draft", PROGRAMME),
        Transition(
            "in_review",
            "schedule",
            "scheduled",
            PROGRAMME,
            (is_by_another, is_fixed, has_decider, is_timely),
            Window(until=OPENS),
        ),
        *from_each(("draft", "in_review", "scheduled"), Transition("", "withdraw", "withdrawn", AUTHORS)),
        Transition("scheduled", "open", "open", _CLOCK, (is_fixed,), Window(OPENS)),
        Transition("open", "close", "closed", _CLOCK, window=Window(CLOSES)),
        Transition("closed", "count", "counted", _CLOCK, (has_figures,), Window(CLOSES)),
        Transition(
            "counted",
            "publish",
            "published",
            PROGRAMME,
            (has_figures, is_counted_out, is_by_another, is_read_by_another),
        ),
        Transition("published", "decide", "decided", _CLOCK, (is_answered,), Window(CLOSES), "answered"),
    ),
    deadlines=DEADLINES,
    planned_in=EDITABLE,
    planners=AUTHORS,
    irrevocable=frozenset({"publish"}),
    explained=frozenset({"return"}),
)
