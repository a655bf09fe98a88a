"""What stands against a step of a hackathon, or against what is written about one."""

from __future__ import annotations

from casework.workflow.errors import DeadlineNotSet, Refusal


class HackathonRefusal(Refusal):
    package = "hackathon.contest.hackathons"


class NotDescribed(HackathonRefusal):
    """``parts`` are not written."""


class DatesMissing(HackathonRefusal, DeadlineNotSet):
    """``dates`` are not planned."""


class NoChallenge(HackathonRefusal):
    pass


class NoFurtherRound(HackathonRefusal):
    pass


class RoundsLeft(HackathonRefusal):
    pass


class NoResults(HackathonRefusal):
    pass


class AppealsOpen(HackathonRefusal):
    """``appeals`` are not answered, or were upheld and the results not told anew since."""


class CodeTaken(HackathonRefusal):
    pass


class NoLongerEditable(HackathonRefusal):
    pass
