"""The way of a voice: received, in somebody's hands, answered, and closed by whoever asked or by time."""

from __future__ import annotations

from typing import Final

from casework.access.model import Role
from casework.cases.course import (
    ACKNOWLEDGE_DUE,
    ANSWER_DUE,
    ASKER_DUE,
    DEADLINES,
    RATE_DUE,
    SETTLE_DUE,
)
from casework.cases.model import FOLLOWERS, HANDLERS, LEADS, OVERSIGHT, STAFF
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from participation.voices import errors
from participation.voices.errors import GUARDS
from participation.voices.model import PACKAGE, Facts, Kind


def says_how_it_ended(facts: Facts) -> Refusal | None:
    return None if facts.has_answer else errors.VoiceWithoutAnswer()


def suggestion_is_decided(facts: Facts) -> Refusal | None:
    """What a decision says of it is the answer to a suggestion."""
    return None if facts.kind is not Kind.SUGGESTION or facts.has_decision else errors.VoiceWithoutDecision()


def is_note(facts: Facts) -> Refusal | None:
    return None if facts.kind is Kind.QUALITY_NOTE else errors.VoiceNoNote()


def is_no_note(facts: Facts) -> Refusal | None:
    return errors.VoiceIsNote() if facts.kind is Kind.QUALITY_NOTE else None


_CLOCK: Final = frozenset({Role.SYSTEM})

COUNT_DUE: Final = "count_due"
#: Somebody of the agency has to do something, or whoever asked.
OPEN: Final = ("received", "acknowledged", "in_work", "waiting")
_PAUSED: Final = frozenset({ANSWER_DUE})

VOICE: Machine[Facts] = Machine(
    "voice",
    PACKAGE,
    states=(
        State("received"),
        State("acknowledged"),
        State("in_work"),
        State("waiting", public="waiting_for_you", pauses=_PAUSED),
        State("answered", reasons=("resolved", "answered_not_done", "not_ours")),
        State("merged", pauses=_PAUSED),
        State(
            "closed",
            reasons=("rated", "not_rated", "no_reply", "withdrawn", "with_main"),
            is_terminal=True,
        ),
        State("refused", reasons=("abuse", "empty", "not_ours", "judicial"), is_terminal=True),
        State("noted", reasons=("counted", "became_suggestion"), is_terminal=True),
    ),
    looks=Looks(
        waiting="received waiting",
        at_work="acknowledged in_work",
        open="answered",
        good_end="closed noted",
        bad_end="refused",
        paused="merged",
    ),
    transitions=(
        Transition("received", "acknowledge", "acknowledged", STAFF, (is_no_note,)),
        Transition("received", "refuse", "refused", STAFF),
        Transition("received", "note", "noted", STAFF, (is_note,)),
        Transition("received", "count", "noted", _CLOCK, (is_note,), Window(COUNT_DUE), "counted"),
        Transition("acknowledged", "assign", "in_work", LEADS | OVERSIGHT, (GUARDS.somebody_has_it,)),
        Transition("acknowledged", "take", "in_work", HANDLERS, (GUARDS.in_hand,)),
        Transition("in_work", "ask", "waiting", HANDLERS, (GUARDS.in_hand,)),
        Transition("in_work", "forward", "acknowledged", STAFF),
        Transition(
            "in_work",
            "answer",
            "answered",
            HANDLERS,
            (GUARDS.in_hand, says_how_it_ended, suggestion_is_decided),
        ),
        Transition("waiting", "reply", "in_work", FOLLOWERS | HANDLERS),
        Transition("waiting", "lapse", "closed", _CLOCK, window=Window(ASKER_DUE), reason="no_reply"),
        Transition("answered", "rate", "closed", FOLLOWERS, window=Window(until=RATE_DUE), reason="rated"),
        Transition(
            "answered", "dispute", "in_work", FOLLOWERS, (GUARDS.not_disputed_before,), Window(until=RATE_DUE)
        ),
        Transition("answered", "lapse", "closed", _CLOCK, window=Window(RATE_DUE), reason="not_rated"),
        # Whoever finds their matter among the open ones follows that one, before anybody has looked at theirs.
        Transition("received", "follow", "merged", FOLLOWERS, (is_no_note,)),
        *from_each(OPEN, Transition("", "merge", "merged", STAFF, (is_no_note,))),
        *from_each(OPEN, Transition("", "withdraw", "closed", FOLLOWERS, reason="withdrawn")),
        Transition("received", "escalate", "received", _CLOCK, (GUARDS.can_rise,), Window(ACKNOWLEDGE_DUE)),
        *from_each(
            ("acknowledged", "in_work"),
            Transition("", "escalate", "in_work", _CLOCK, (GUARDS.can_rise,), Window(ANSWER_DUE)),
        ),
        Transition("merged", "object", "acknowledged", FOLLOWERS, (GUARDS.not_objected_before,)),
        Transition(
            "merged", "settle", "closed", _CLOCK, (GUARDS.main_is_closed,), Window(SETTLE_DUE), "with_main"
        ),
    ),
    deadlines=(*DEADLINES, COUNT_DUE),
    in_working_time=frozenset({ACKNOWLEDGE_DUE, ANSWER_DUE, ASKER_DUE}),
    explained=frozenset({"refuse"}),
)
