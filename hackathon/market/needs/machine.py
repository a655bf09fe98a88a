"""The way of a need from an agency's draft to what came of it."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.handing_in import HandingIn
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.market.needs import errors
from hackathon.market.needs.model import Facts

QUESTIONS_CLOSE, RESPONSES_CLOSE, STANDSTILL_ENDS = "questions_close", "responses_close", "standstill_ends"
#: The step from which on vendors rely on who holds the keys.
PUBLISH = "publish"
WEIGHTS_SUM = 100
#: A response is opened by two.
KEYS_MIN = 2


def is_written(facts: Facts) -> Refusal | None:
    """Title and problem are there in both languages, and what it asks for."""
    text = facts.description
    parts = (text.title_ar, text.title_en, text.problem_ar, text.problem_en)
    return None if all(part.strip() for part in parts) and text.required else errors.NeedNotWritten()


def is_weighed(facts: Facts) -> Refusal | None:
    """The weights of the criteria of sealed responses sum to 100."""
    total = sum(one.weight for one in facts.description.criteria)
    if not facts.description.is_sealed or total == WEIGHTS_SUM:
        return None
    return errors.NeedWeightsWrong(sum=f"{total.normalize():f}" if total else "0")


def has_dates(facts: Facts) -> Refusal | None:
    """It says until when to ask and until when to answer."""
    return None if {QUESTIONS_CLOSE, RESPONSES_CLOSE} <= facts.planned else errors.NeedDatesMissing()


def has_keys(facts: Facts) -> Refusal | None:
    """Two openers have keys, where responses are sealed."""
    is_ready = not facts.description.is_sealed or facts.keys >= KEYS_MIN
    return None if is_ready else errors.NeedKeysMissing(needed=KEYS_MIN)


def is_opened(facts: Facts) -> Refusal | None:
    """Every response that was handed in has been opened."""
    return None if facts.handed_in and not facts.waiting else errors.NeedNotOpened()


def has_no_response(facts: Facts) -> Refusal | None:
    """Nobody has handed anything in."""
    return errors.NeedHasResponses() if facts.handed_in else None


def is_intended(facts: Facts) -> Refusal | None:
    """It is prepared who is to win, and what all are told."""
    return None if facts.has_intended else errors.NeedNothingIntended()


def is_not_sealed(facts: Facts) -> Refusal | None:
    """Vendors are found for it by matching, not by responses."""
    return errors.NeedIsSealed() if facts.description.is_sealed else None


AGENCY = frozenset({Role.OFFICER})
PROGRAMME = frozenset({Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
_CLOCK = frozenset({Role.SYSTEM})
_SOUND = (is_written, is_weighed, has_dates)
#: Vendors ask, begin and hand in.
ANSWERED_IN = frozenset({"published", "qa_closed"})
EDITABLE = frozenset({"draft", "returned"})
UNPUBLISHED = frozenset({"draft", "under_review", "returned"})
#: States that everybody can look for.
FOUND_BY = (
    "published",
    "qa_closed",
    "closed",
    "evaluating",
    "standstill",
    "awarded",
    "matched",
    "none_suitable",
    "cancelled",
)
#: Vendors are told how theirs stands.
TOLD = frozenset({"standstill", "awarded", "none_suitable", "cancelled"})
_PUBLISHED = ("published", "qa_closed", "suspended", "closed", "evaluating", "standstill")

NEED: Machine[Facts] = Machine(
    "need",
    "hackathon.market.needs",
    states=(
        State("draft", public="unpublished"),
        State("under_review", public="unpublished"),
        State(
            "returned",
            public="unpublished",
            reasons=("unclear", "similar_need", "criteria", "dates", "openers"),
        ),
        State("published"),
        State("qa_closed"),
        State("suspended", reasons=("correction", "complaint", "budget")),
        State("closed"),
        State("evaluating"),
        State("standstill"),
        State("awarded", reasons=("standstill_over",), is_terminal=True),
        State("matched", reasons=("introduced", "pilot", "contract"), is_terminal=True),
        State(
            "none_suitable",
            reasons=("no_responses", "none_compliant", "over_budget", "not_good_enough"),
            is_terminal=True,
        ),
        State("cancelled", reasons=("not_needed", "budget", "merged", "rules"), is_terminal=True),
    ),
    handing_in=HandingIn(frozenset({"submit"}), "/needs/{}"),
    looks=Looks(
        waiting="draft returned",
        open="published qa_closed",
        at_work="under_review closed evaluating standstill",
        good_end="awarded matched",
        bad_end="none_suitable cancelled",
        paused="suspended",
    ),
    transitions=(
        *from_each(("draft", "returned"), Transition("", "submit", "under_review", AGENCY, _SOUND)),
        Transition("under_review", "return", "returned", PROGRAMME),
        Transition(
            "under_review",
            PUBLISH,
            "published",
            PROGRAMME,
            (*_SOUND, has_keys),
            Window(until=QUESTIONS_CLOSE),
        ),
        *from_each(("published", "qa_closed"), Transition("", "suspend", "suspended", PROGRAMME)),
        # The clock then brings it to where its dates say.
        Transition("suspended", "resume", "published", PROGRAMME),
        Transition("published", "close_questions", "qa_closed", _CLOCK, window=Window(QUESTIONS_CLOSE)),
        Transition("qa_closed", "close", "closed", _CLOCK, window=Window(RESPONSES_CLOSE)),
        Transition("closed", "evaluate", "evaluating", AGENCY | PROGRAMME, (is_opened,)),
        Transition("closed", "match", "matched", AGENCY, (is_not_sealed,)),
        Transition("closed", "find_none", "none_suitable", AGENCY, (has_no_response,)),
        Transition("evaluating", "announce", "standstill", AGENCY, (is_intended,)),
        Transition("evaluating", "find_none", "none_suitable", AGENCY),
        Transition("standstill", "evaluate_again", "evaluating", AGENCY | PROGRAMME),
        Transition(
            "standstill",
            "award",
            "awarded",
            AGENCY,
            (is_intended,),
            Window(STANDSTILL_ENDS),
            reason="standstill_over",
        ),
        *from_each(
            ("draft", "under_review", "returned", *_PUBLISHED),
            Transition("", "cancel", "cancelled", AGENCY | PROGRAMME),
        ),
    ),
    deadlines=(QUESTIONS_CLOSE, RESPONSES_CLOSE, STANDSTILL_ENDS),
    planned_in=EDITABLE | {"under_review"},
    planners=AGENCY | PROGRAMME,
    explained=frozenset({"return"}),
    undoable={"return": 10},
)
