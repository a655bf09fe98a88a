"""The ways of a team, and of a person into one and out of it."""

from __future__ import annotations

from dataclasses import replace

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.contest.hackathons.machine import DEADLINES
from hackathon.contest.teams import errors
from hackathon.contest.teams.model import MemberFacts, TeamFacts

#: The clock moves a hackathon into registration, so a team may be a little ahead of it.
FORMING_IN = frozenset({"announced", "registration_open"})
#: The team takes people in.
OPEN = frozenset({"forming", "eligible"})
#: Takes part, or did.
STANDING = frozenset({"forming", "eligible", "locked"})


def is_forming_time(facts: TeamFacts | MemberFacts) -> Refusal | None:
    """Its hackathon is at the stage at which teams form."""
    return None if facts.hackathon_state in FORMING_IN else errors.NotTakingTeams()


def has_enough(facts: TeamFacts) -> Refusal | None:
    """It has as many members as its hackathon asks for."""
    too_few = facts.members < facts.members_min
    return errors.TooFewMembers(members_min=facts.members_min) if too_few else None


def is_short(facts: TeamFacts) -> Refusal | None:
    """It has fewer."""
    return None if facts.members < facts.members_min else errors.EnoughMembers()


def has_challenge(facts: TeamFacts) -> Refusal | None:
    """It has chosen a challenge that is published."""
    return None if facts.has_challenge else errors.NoChallengeChosen()


def begins_early(facts: TeamFacts) -> Refusal | None:
    """Its hackathon starts while teams still form, so that each begins as it is complete."""
    return None if facts.begins_early else errors.TeamsBeginTogether()


def is_open(facts: MemberFacts) -> Refusal | None:
    """The team takes people in."""
    return None if facts.team_state in OPEN else errors.TeamClosed()


def is_unsettled(facts: MemberFacts) -> Refusal | None:
    """The team has not begun: who belongs to it is its captain's to say."""
    return None if facts.team_state in OPEN else errors.MembersSettled()


def has_room(facts: MemberFacts) -> Refusal | None:
    """One more may belong to it."""
    full = facts.members >= facts.members_max
    return errors.TeamFull(members_max=facts.members_max) if full else None


def is_free(facts: MemberFacts) -> Refusal | None:
    """The person belongs to no other team of this hackathon."""
    return errors.AlreadyInATeam() if facts.has_other_team else None


def may_go(facts: MemberFacts) -> Refusal | None:
    """A captain goes last, or hands over first."""
    return errors.CaptainNeeded() if facts.is_captain and facts.members > 1 else None


STAFF = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})
CAPTAIN = frozenset({Role.CAPTAIN})
MEMBERS = frozenset({Role.CAPTAIN, Role.TEAM_MEMBER})
_SELF = frozenset({Role.PERSON})
_CLOCK = frozenset({Role.SYSTEM})
_FREEZE = Window("team_formation_closes")
_BEFORE_FREEZE = Window(until="team_formation_closes")
#: What organisers decide about a team.
DECIDED = frozenset({"admit", "reopen", "remove", "disqualify", "reinstate"})
#: The deadline of an invitation.
INVITATION = "invitation"

TEAM: Machine[TeamFacts] = Machine(
    "team",
    "hackathon.contest.teams",
    states=(
        State("forming"),
        State("eligible"),
        State("locked"),
        State("expired", reasons=("incomplete",), is_terminal=True),
        State("withdrawn", reasons=("by_team", "by_organiser"), is_terminal=True),
        State("disqualified", public="out", reasons=("rules", "plagiarism", "conduct", "identity")),
    ),
    looks=Looks(
        waiting="forming", open="eligible", at_work="locked", bad_end="expired withdrawn disqualified"
    ),
    transitions=(
        Transition(
            "forming",
            "complete",
            "eligible",
            CAPTAIN,
            (is_forming_time, has_enough, has_challenge),
            _BEFORE_FREEZE,
        ),
        *from_each(
            ("forming", "eligible"),
            Transition(
                "",
                "begin",
                "locked",
                CAPTAIN,
                (begins_early, is_forming_time, has_enough, has_challenge),
                _BEFORE_FREEZE,
            ),
        ),
        Transition("eligible", "fall_short", "forming", MEMBERS | STAFF, (is_short,)),
        # Whoever began with enough people goes on with enough, as long as others can still come in.
        Transition(
            "locked", "fall_short", "forming", MEMBERS | STAFF, (is_forming_time, is_short), _BEFORE_FREEZE
        ),
        Transition("locked", "reopen", "eligible", STAFF, (is_forming_time, has_enough), _BEFORE_FREEZE),
        # Organisers may let a small team take part; that it is small stays visible.
        Transition("forming", "admit", "locked", STAFF, (has_challenge,), Window(until="submissions_close")),
        Transition("eligible", "lock", "locked", _CLOCK, (has_enough,), _FREEZE),
        Transition("eligible", "expire", "expired", _CLOCK, (is_short,), _FREEZE, reason="incomplete"),
        Transition("forming", "expire", "expired", _CLOCK, window=_FREEZE, reason="incomplete"),
        *from_each(
            ("forming", "eligible", "locked"),
            Transition("", "withdraw", "withdrawn", CAPTAIN, reason="by_team"),
        ),
        *from_each(
            ("forming", "eligible", "locked", "disqualified"),
            Transition("", "remove", "withdrawn", STAFF, reason="by_organiser"),
        ),
        *from_each(("eligible", "locked"), Transition("", "disqualify", "disqualified", STAFF)),
        Transition("disqualified", "reinstate", "locked", STAFF),
    ),
    deadlines=DEADLINES,
    irrevocable=frozenset({"begin"}),
)

_TAKEN_IN = (is_forming_time, is_open, has_room, is_free)
_JOIN: Transition[MemberFacts] = Transition("", "", "member", _SELF, _TAKEN_IN, _BEFORE_FREEZE)

MEMBER: Machine[MemberFacts] = Machine(
    "team_member",
    "hackathon.contest.teams",
    states=(
        State("new"),
        State("invited"),
        State("requested"),
        State("member"),
        State("declined", reasons=("by_person", "by_team"), is_terminal=True),
        State("withdrawn", reasons=("by_person", "by_team"), is_terminal=True),
        State("expired", reasons=("unanswered",), is_terminal=True),
        State("left", reasons=("by_person",), is_terminal=True),
        State("removed", reasons=("inactive", "agreed", "conduct", "mistake"), is_terminal=True),
    ),
    looks=Looks(
        waiting="new invited requested", open="member", bad_end="declined withdrawn expired left removed"
    ),
    transitions=(
        replace(
            _JOIN, source="new", event="found", window=Window("registration_opens", "registration_closes")
        ),
        replace(_JOIN, source="new", event="use_code"),
        Transition("new", "invite", "invited", CAPTAIN, (is_forming_time, is_open, has_room), _BEFORE_FREEZE),
        Transition("new", "ask", "requested", _SELF, _TAKEN_IN, _BEFORE_FREEZE),
        replace(_JOIN, source="invited", event="accept", window=Window(until=INVITATION)),
        Transition("invited", "decline", "declined", _SELF, reason="by_person"),
        Transition("invited", "withdraw", "withdrawn", CAPTAIN, reason="by_team"),
        Transition("invited", "expire", "expired", _CLOCK, window=Window(INVITATION), reason="unanswered"),
        replace(_JOIN, source="requested", event="approve", roles=CAPTAIN),
        Transition("requested", "refuse", "declined", CAPTAIN, reason="by_team"),
        Transition("requested", "take_back", "withdrawn", _SELF, reason="by_person"),
        Transition("requested", "expire", "expired", _CLOCK, window=_FREEZE, reason="unanswered"),
        Transition("member", "leave", "left", _SELF, (may_go,), reason="by_person"),
        Transition("member", "remove", "removed", CAPTAIN, (is_unsettled, may_go), _BEFORE_FREEZE),
        # Once it has begun, or after the freeze, who is in a team is no longer the captain's alone.
        Transition("member", "take_out", "removed", STAFF, (may_go,)),
    ),
    deadlines=(*DEADLINES, INVITATION),
)
