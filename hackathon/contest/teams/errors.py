"""What stands against a step of a team, or against what is written about one."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class TeamRefusal(Refusal):
    package = "hackathon.contest.teams"


class NotTakingTeams(TeamRefusal):
    """The hackathon is not at the stage at which teams form."""


class TeamFull(TeamRefusal):
    """``members_max`` belong to it."""


class TooFewMembers(TeamRefusal):
    """A team has at least ``members_min``."""


class EnoughMembers(TeamRefusal):
    pass


class NoChallengeChosen(TeamRefusal):
    pass


class ChallengeNotOpen(TeamRefusal):
    """It is not published in this hackathon."""


class AlreadyInATeam(TeamRefusal):
    """One person, one team in a hackathon."""


class AlreadyAsked(TeamRefusal):
    """The person has asked, or the address is invited."""


class TeamClosed(TeamRefusal):
    """It takes nobody in any more."""


class CaptainNeeded(TeamRefusal):
    """Others belong to the team: somebody has to be its captain."""


class TeamsBeginTogether(TeamRefusal):
    """The hackathon starts after team formation has closed."""


class MembersSettled(TeamRefusal):
    """The team has begun, or is out."""


class NotAMember(TeamRefusal):
    pass


class TeamNameTaken(TeamRefusal):
    pass


class TeamCodeUnknown(TeamRefusal):
    """No team has this code, or not any more."""

    kind = Kind.NOT_FOUND


class TeamInvitationGone(TeamRefusal):
    """There is none, or it is somebody else's."""

    kind = Kind.NOT_FOUND


class TooManyWaiting(TeamRefusal):
    """``waiting_max`` wait for an answer."""


class TeamNotEditable(TeamRefusal):
    pass


class NotAMentor(TeamRefusal):
    """The person is no mentor of this hackathon."""


class NoAccount(TeamRefusal):
    """Nobody has an account with the address."""
