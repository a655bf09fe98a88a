"""The way of a hackathon from its announcement to its final results."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from casework.workflow.wording import Label
from hackathon.contest.hackathons.errors import (
    AppealsOpen,
    DatesMissing,
    NoChallenge,
    NoFurtherRound,
    NoResults,
    NotDescribed,
    RoundsLeft,
)
from hackathon.contest.hackathons.model import Facts, Mode

#: In the order of time, but for the start (``may_precede``). Challenges, teams and submissions open and close by them as well.
DEADLINES = (
    "challenges_close",
    "registration_opens",
    "registration_closes",
    "team_formation_closes",
    "starts",
    "submissions_close",
    "appeals_close",
)
CALLED_OFF = ("too_few_participants", "no_venue", "force_majeure", "organisational")


def _said(table: str, name: str) -> Label:
    return Label("hackathon.contest.hackathons", f"hackathon.{table}.{name}")


def is_described(facts: Facts) -> Refusal | None:
    """Both languages say what it is about, and where it is."""
    text = facts.description
    needed = ["title_ar", "title_en", "summary_ar", "summary_en"]
    if text.mode is not Mode.ONLINE:
        needed += ["place_ar", "place_en"]
    missing = [name for name in needed if not getattr(text, name).strip()]
    return NotDescribed(parts=tuple(_said("part", name) for name in missing)) if missing else None


def is_dated(facts: Facts) -> Refusal | None:
    """Every deadline is planned."""
    missing = [name for name in DEADLINES if name not in facts.planned]
    return DatesMissing(dates=tuple(_said("deadline", name) for name in missing)) if missing else None


def has_challenge(facts: Facts) -> Refusal | None:
    """There is something to work on."""
    return None if facts.published_challenges else NoChallenge()


def has_further_round(facts: Facts) -> Refusal | None:
    """Not all rounds of judging have begun."""
    return None if facts.round < facts.description.rounds else NoFurtherRound()


def is_last_round(facts: Facts) -> Refusal | None:
    """All rounds of judging have begun."""
    return None if facts.round >= facts.description.rounds else RoundsLeft()


def has_results(facts: Facts) -> Refusal | None:
    """Results are prepared."""
    return None if facts.has_results else NoResults()


def has_no_open_appeal(facts: Facts) -> Refusal | None:
    """Every appeal is answered, and what was upheld has been told."""
    return AppealsOpen(appeals=facts.open_appeals) if facts.open_appeals else None


STAFF = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})
BY_THE_CLOCK = STAFF | {Role.SYSTEM}
ANNOUNCED = ("announced", "registration_open", "team_formation_closed", "running")
JUDGED = ("submissions_closed", "screening", "judging", "deliberation", "results_provisional")

HACKATHON: Machine[Facts] = Machine(
    "hackathon",
    "hackathon.contest.hackathons",
    states=(
        State("draft", public="unpublished"),
        State("announced"),
        State("registration_open"),
        State("team_formation_closed"),
        State("running"),
        State("submissions_closed", public="being_judged"),
        State("screening", public="being_judged"),
        State("judging", public="being_judged"),
        State("deliberation", public="being_judged"),
        State("results_provisional"),
        State("results_final"),
        State("archived", reasons=("completed",), is_terminal=True),
        State("postponed", reasons=CALLED_OFF),
        State("cancelled", reasons=CALLED_OFF, is_terminal=True),
    ),
    looks=Looks(
        waiting="draft announced",
        open="registration_open team_formation_closed running",
        at_work="submissions_closed screening judging deliberation results_provisional",
        good_end="results_final archived",
        bad_end="cancelled",
        paused="postponed",
    ),
    transitions=(
        Transition(
            "draft",
            "announce",
            "announced",
            STAFF,
            (is_described, is_dated),
            Window(until="registration_opens"),
        ),
        Transition(
            "announced",
            "open_registration",
            "registration_open",
            BY_THE_CLOCK,
            (has_challenge,),
            Window("registration_opens"),
        ),
        Transition(
            "registration_open",
            "close_team_formation",
            "team_formation_closed",
            BY_THE_CLOCK,
            window=Window("team_formation_closes"),
        ),
        Transition("team_formation_closed", "start", "running", BY_THE_CLOCK, window=Window("starts")),
        Transition(
            "running",
            "close_submissions",
            "submissions_closed",
            BY_THE_CLOCK,
            window=Window("submissions_close"),
        ),
        Transition("submissions_closed", "begin_screening", "screening", STAFF),
        Transition("screening", "begin_judging", "judging", STAFF),
        Transition("judging", "begin_next_round", "judging", STAFF, (has_further_round,)),
        Transition("judging", "begin_deliberation", "deliberation", STAFF, (is_last_round,)),
        Transition(
            "deliberation",
            "publish_provisional",
            "results_provisional",
            STAFF,
            (has_results,),
            Window(until="appeals_close"),
        ),
        Transition(
            "results_provisional",
            "finalise",
            "results_final",
            STAFF,
            (has_no_open_appeal,),
            Window("appeals_close"),
        ),
        Transition("results_final", "archive", "archived", STAFF, reason="completed"),
        *from_each(ANNOUNCED, Transition("", "postpone", "postponed", STAFF)),
        Transition(
            "postponed",
            "resume",
            "announced",
            STAFF,
            (is_described, is_dated),
            Window(until="registration_opens"),
        ),
        *from_each(("draft", *ANNOUNCED, *JUDGED, "postponed"), Transition("", "cancel", "cancelled", STAFF)),
    ),
    deadlines=DEADLINES,
    planned_in=frozenset({"draft", "postponed"}),
    planners=STAFF,
    # Everybody reads of them at once.
    irrevocable=frozenset({"announce", "postpone", "resume", "publish_provisional", "finalise"}),
    # Where it starts while teams still form, each begins as soon as it is complete.
    may_precede={"starts": frozenset({"registration_closes", "team_formation_closes"})},
)
#: Its results do not change any more.
CONCLUDED = frozenset({"results_final", "archived"})
#: From a hackathon's first public moment; before it, it is its organisers' own.
UNPUBLISHED = frozenset({"draft"})
#: What is written about it can be changed; afterwards people rely on it.
EDITABLE = frozenset({"draft", "announced", "postponed"})
#: Its dates do not count.
UNDATED = frozenset({"draft", "postponed", "cancelled"})
