"""What stands against a step of a challenge, or against what is written in one."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ChallengeRefusal(Refusal):
    package: ClassVar[str] = "hackathon.contest.challenges"


class NotWritten(ChallengeRefusal):
    slug = "challenge_not_written"


class NoTerms(ChallengeRefusal):
    slug = "challenge_without_terms"


class NoData(ChallengeRefusal):
    slug = "challenge_without_data"


class HackathonPast(ChallengeRefusal):
    slug = "hackathon_past"


class UnknownData(ChallengeRefusal):
    """``codes`` name no dataset or thing of the hub."""

    slug = "unknown_data"
    kind = Kind.INVALID


class NotEditableNow(ChallengeRefusal):
    slug = "challenge_not_editable"
