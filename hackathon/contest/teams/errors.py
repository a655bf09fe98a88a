"""What stands against a step of a team, or against what is written about one."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class TeamRefusal(Refusal):
    package: ClassVar[str] = "hackathon.contest.teams"


class NotTakingTeams(TeamRefusal):
    """The hackathon is not at the stage at which teams form."""

    slug = "not_taking_teams"


class TeamFull(TeamRefusal):
    """``members_max`` belong to it."""

    slug = "team_full"


class TooFewMembers(TeamRefusal):
    """A team has at least ``members_min``."""

    slug = "too_few_members"


class EnoughMembers(TeamRefusal):
    slug = "enough_members"


class NoChallengeChosen(TeamRefusal):
    slug = "no_challenge_chosen"


class ChallengeNotOpen(TeamRefusal):
    """It is not published in this hackathon."""

    slug = "challenge_not_open"


class AlreadyInATeam(TeamRefusal):
    """One person, one team in a hackathon."""

    slug = "already_in_a_team"


class AlreadyAsked(TeamRefusal):
    """The person has asked, or the address is invited."""

    slug = "already_asked"


class TeamClosed(TeamRefusal):
    """It takes nobody in any more."""

    slug = "team_closed"


class CaptainNeeded(TeamRefusal):
    """Others belong to the team: somebody has to be its captain."""

    slug = "captain_needed"


class NotAMember(TeamRefusal):
    slug = "not_a_member"


class TeamNameTaken(TeamRefusal):
    slug = "team_name_taken"


class CodeUnknown(TeamRefusal):
    """No team has this code, or not any more."""

    slug = "team_code_unknown"
    kind = Kind.NOT_FOUND


class InvitationGone(TeamRefusal):
    """There is none, or it is somebody else's."""

    slug = "team_invitation_gone"
    kind = Kind.NOT_FOUND


class TooManyWaiting(TeamRefusal):
    """``waiting_max`` wait for an answer."""

    slug = "too_many_waiting"


class TeamNotEditable(TeamRefusal):
    slug = "team_not_editable"


class NotAMentor(TeamRefusal):
    """The person is no mentor of this hackathon."""

    slug = "not_a_mentor"


class NoAccount(TeamRefusal):
    """Nobody has an account with the address."""

    slug = "no_account"
