"""What stands against a step of a hackathon, or against what is written about one."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal


class HackathonRefusal(Refusal):
    package: ClassVar[str] = "hackathon.contest.hackathons"


class NotDescribed(HackathonRefusal):
    slug = "not_described"


class DatesMissing(HackathonRefusal):
    slug = "dates_missing"


class NoChallenge(HackathonRefusal):
    slug = "no_challenge"


class NoFurtherRound(HackathonRefusal):
    slug = "no_further_round"


class RoundsLeft(HackathonRefusal):
    slug = "rounds_left"


class NoResults(HackathonRefusal):
    slug = "no_results"


class AppealsOpen(HackathonRefusal):
    """``appeals`` are not answered, or were upheld and the results not told anew since."""

    slug = "appeals_open"


class CodeTaken(HackathonRefusal):
    slug = "code_taken"


class NoLongerEditable(HackathonRefusal):
    slug = "no_longer_editable"
