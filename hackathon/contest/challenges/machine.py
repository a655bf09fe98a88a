"""The way of a challenge from an agency's draft to what teams work on."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.handing_in import HandingIn
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.contest.challenges.errors import (
    ChallengeNotWritten,
    ChallengeWithoutData,
    ChallengeWithoutTerms,
    HackathonPast,
)
from hackathon.contest.challenges.model import Facts
from hackathon.contest.hackathons.machine import DEADLINES

#: States of the hackathon in which challenges can still be brought to it.
BEFORE_THE_START = frozenset(
    {"draft", "announced", "registration_open", "team_formation_closed", "postponed"}
)


def is_written(facts: Facts) -> Refusal | None:
    """Title and problem are there in both languages."""
    text = facts.description
    parts = (text.title_ar, text.title_en, text.problem_ar, text.problem_en)
    return None if all(part.strip() for part in parts) else ChallengeNotWritten()


def has_terms(facts: Facts) -> Refusal | None:
    """It says whom the work will belong to."""
    return ChallengeWithoutTerms() if facts.description.terms is None else None


def has_data(facts: Facts) -> Refusal | None:
    """It links a dataset or a thing of the hub."""
    return None if facts.description.datasets or facts.description.things else ChallengeWithoutData()


def is_in_time(facts: Facts) -> Refusal | None:
    """Its hackathon has not begun, and is not called off."""
    return None if facts.hackathon_state in BEFORE_THE_START else HackathonPast()


AGENCY = frozenset({Role.OFFICER})
STAFF = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})
JURY = STAFF | {Role.REVIEWER}
CLOCK = frozenset({Role.SYSTEM})
SOUND = (is_written, has_terms, has_data, is_in_time)
OPEN = ("draft", "proposed", "under_review", "returned", "approved")

CHALLENGE: Machine[Facts] = Machine(
    "challenge",
    "hackathon.contest.challenges",
    states=(
        State("draft", public="unpublished"),
        State("proposed", public="unpublished"),
        State("under_review", public="unpublished"),
        State("returned", public="unpublished", reasons=("unclear", "too_broad", "no_data", "terms")),
        State("approved", public="unpublished"),
        State(
            "rejected",
            public="unpublished",
            reasons=("out_of_scope", "duplicate", "not_feasible", "no_data"),
            is_terminal=True,
        ),
        State("published"),
        State("locked", public="published", reasons=("hackathon_started",), is_terminal=True),
        State("withdrawn", reasons=("by_agency", "merged", "no_data"), is_terminal=True),
        State(
            "expired",
            public="unpublished",
            reasons=("deadline_passed", "hackathon_started"),
            is_terminal=True,
        ),
    ),
    handing_in=HandingIn(frozenset({"propose"}), "/challenges/{}"),
    looks=Looks(
        waiting="draft returned approved",
        open="published",
        at_work="proposed under_review",
        good_end="locked",
        bad_end="rejected withdrawn expired",
    ),
    transitions=(
        Transition("draft", "propose", "proposed", AGENCY, SOUND, Window(until="challenges_close")),
        Transition("returned", "propose", "proposed", AGENCY, SOUND, Window(until="starts")),
        Transition("proposed", "take_up", "under_review", STAFF),
        Transition("under_review", "approve", "approved", STAFF, SOUND, prepared_by=JURY),
        Transition("under_review", "return", "returned", STAFF, prepared_by=JURY),
        Transition("under_review", "reject", "rejected", STAFF, prepared_by=JURY),
        Transition("approved", "publish", "published", STAFF, SOUND, Window(until="starts")),
        *from_each(OPEN, Transition("", "withdraw", "withdrawn", AGENCY | STAFF)),
        # Teams may have chosen it: no longer the agency alone.
        Transition("published", "withdraw", "withdrawn", STAFF, window=Window(until="starts")),
        Transition(
            "draft", "expire", "expired", CLOCK, window=Window("challenges_close"), reason="deadline_passed"
        ),
        *from_each(
            ("proposed", "under_review", "returned", "approved"),
            Transition("", "expire", "expired", CLOCK, window=Window("starts"), reason="hackathon_started"),
        ),
        Transition("published", "lock", "locked", CLOCK, window=Window("starts"), reason="hackathon_started"),
    ),
    deadlines=DEADLINES,
)
#: What everybody sees.
PUBLISHED = frozenset({"published", "locked"})
#: The agency can write in it; from then on it can be withdrawn, and not turned into another one.
EDITABLE = frozenset({"draft", "returned"})
#: The organisers can write in one of their own, which is approved from its beginning.
EDITABLE_BY_ORGANISERS = frozenset({"approved"})
