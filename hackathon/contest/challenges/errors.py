"""What stands against a step of a challenge, or against what is written in one."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ChallengeRefusal(Refusal):
    package = "hackathon.contest.challenges"


class ChallengeNotWritten(ChallengeRefusal):
    pass


class ChallengeWithoutTerms(ChallengeRefusal):
    pass


class ChallengeWithoutData(ChallengeRefusal):
    pass


class HackathonPast(ChallengeRefusal):
    pass


class UnknownData(ChallengeRefusal):
    """``codes`` name no dataset or thing of the hub."""

    kind = Kind.INVALID


class ChallengeNotEditable(ChallengeRefusal):
    pass
