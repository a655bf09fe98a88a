"""The way of a decision from what was heard to what was done, and of each thing that was promised."""

from __future__ import annotations

from casework.access.model import Role
from casework.decisions import errors
from casework.decisions.model import PACKAGE, ActionFacts, Facts
from casework.workflow.errors import Refusal
from casework.workflow.model import Guard, Looks, Machine, State, Transition, Window, from_each

ANSWER_DUE, DISPUTE_ENDS = "answer_due", "dispute_ends"
STAFF = frozenset({Role.FACILITATOR, Role.PROGRAMME_OFFICER})
PROGRAMME = frozenset({Role.PROGRAMME_OFFICER})
#: Speaks for the organisation that answers, or that has promised something.
AGENCY = frozenset({Role.OFFICER})
#: None of the owner's: see :func:`is_by_another`.
VERIFIERS = STAFF
HEARD = frozenset({Role.FOLLOWER, Role.PERSON})
CLOCKWORK = frozenset({Role.SYSTEM})
#: Still without an answer.
OPEN = ("heard", "recommended", "with_owner")
#: Answered: all of one rank, whatever the answer is.
ANSWERED = ("accepted", "partly", "rejected")
UNDER_WAY = ("accepted", "partly")


def has_ground(facts: Facts) -> Refusal | None:
    """It stands on something."""
    return None if facts.grounds else errors.NoGround()


def is_recommended(facts: Facts) -> Refusal | None:
    """Both languages say what is recommended."""
    return None if facts.has_recommendation else errors.NotRecommended()


def has_owner(facts: Facts) -> Refusal | None:
    """A verified agency owes the answer."""
    return None if facts.has_owner else errors.NoOwner()


def is_answered(facts: Facts) -> Refusal | None:
    """Both languages say what is decided."""
    return None if facts.has_answer else errors.NotAnswered()


def is_reasoned(facts: Facts) -> Refusal | None:
    """And why not all of it."""
    return None if facts.has_reason else errors.NotReasoned()


def is_promised(facts: Facts) -> Refusal | None:
    """Somebody does something until a day."""
    return None if facts.actions else errors.NothingPromised()


def is_released_by_another(facts: Facts) -> Refusal | None:
    """Somebody else than who prepared it."""
    return errors.ReleasedBySame() if facts.is_prepared_by_them else None


def is_done(facts: Facts) -> Refusal | None:
    """All that was promised is verified."""
    return None if facts.actions and not facts.open_actions else errors.NotAllVerified()


def is_by_another(facts: Facts | ActionFacts) -> Refusal | None:
    """Somebody who neither did it nor belongs to those who did."""
    return errors.VerifiedByOwner() if facts.is_own else None


def was_heard(facts: Facts) -> Refusal | None:
    """Whoever was told of it."""
    return None if facts.was_heard else errors.NotHeard()


def is_replaced(facts: Facts) -> Refusal | None:
    """A new decision says so."""
    return None if facts.is_replaced else errors.NotReplaced()


def has_evidence(facts: ActionFacts) -> Refusal | None:
    """Something shows it."""
    return None if facts.has_evidence else errors.NoEvidence()


def is_decided(facts: ActionFacts) -> Refusal | None:
    """What it belongs to was released."""
    return None if facts.decision_state in (*UNDER_WAY, "disputed") else errors.NotAnswered()


def is_disputed(facts: ActionFacts) -> Refusal | None:
    """Somebody who was heard says that it is not so."""
    return None if facts.decision_state == "disputed" else errors.NotDisputed()


def is_dropped(facts: ActionFacts) -> Refusal | None:
    """What it belonged to is replaced."""
    return None if facts.decision_state == "superseded" else errors.NotReplaced()


def _decided(event: str, target: str, *guards: Guard[Facts]) -> Transition[Facts]:
    checks = (is_answered, *guards, is_released_by_another)
    return Transition("with_owner", event, target, AGENCY, checks, prepared_by=AGENCY)


DECISION: Machine[Facts] = Machine(
    "decision",
    PACKAGE,
    states=(
        State("heard"),
        State("recommended"),
        State("with_owner"),
        State("accepted"),
        State("partly"),
        State("rejected"),
        State("done"),
        State("disputed"),
        State("settled", reasons=("undisputed", "done_again"), is_terminal=True),
        State("superseded", reasons=("new_decision",), is_terminal=True),
        State("withdrawn", reasons=("duplicate", "mistaken"), is_terminal=True),
    ),
    looks=Looks(
        waiting="heard recommended with_owner disputed",
        open="accepted partly rejected",
        good_end="done settled",
        bad_end="superseded withdrawn",
    ),
    transitions=(
        Transition("heard", "recommend", "recommended", STAFF, (has_ground, is_recommended)),
        Transition("heard", "withdraw", "withdrawn", STAFF),
        Transition("recommended", "assign", "with_owner", PROGRAMME, (has_owner,)),
        Transition("with_owner", "return", "recommended", AGENCY),
        _decided("accept", "accepted", is_promised),
        _decided("accept_partly", "partly", is_reasoned, is_promised),
        _decided("reject", "rejected", is_reasoned),
        *from_each(UNDER_WAY, Transition("", "complete", "done", VERIFIERS, (is_by_another, is_done))),
        Transition("done", "dispute", "disputed", HEARD, (was_heard,), Window(until=DISPUTE_ENDS)),
        Transition(
            "disputed", "complete", "settled", VERIFIERS, (is_by_another, is_done), reason="done_again"
        ),
        Transition("done", "settle", "settled", CLOCKWORK, window=Window(DISPUTE_ENDS), reason="undisputed"),
        *from_each(
            (*ANSWERED, "done", "disputed"),
            Transition("", "supersede", "superseded", AGENCY, (is_replaced,), reason="new_decision"),
        ),
    ),
    deadlines=(ANSWER_DUE, DISPUTE_ENDS),
    in_working_time=frozenset({ANSWER_DUE}),
    explained=frozenset({"return"}),
)

ACTION: Machine[ActionFacts] = Machine(
    "decision_action",
    PACKAGE,
    states=(
        State("promised"),
        State("claimed"),
        State("verified"),
        State("dropped", reasons=("new_decision",), is_terminal=True),
    ),
    looks=Looks(waiting="promised", at_work="claimed", good_end="verified", bad_end="dropped"),
    transitions=(
        Transition("promised", "claim", "claimed", AGENCY, (is_decided, has_evidence)),
        Transition("claimed", "verify", "verified", VERIFIERS, (is_by_another,)),
        Transition("claimed", "send_back", "promised", VERIFIERS, (is_by_another,)),
        Transition("verified", "reopen", "promised", HEARD, (is_disputed,)),
        *from_each(
            ("promised", "claimed"),
            Transition("", "drop", "dropped", AGENCY, (is_dropped,), reason="new_decision"),
        ),
    ),
    explained=frozenset({"send_back"}),
)
