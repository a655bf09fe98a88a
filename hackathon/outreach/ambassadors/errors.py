"""What stands against a step of an ambassador, or against what is written about one."""

from __future__ import annotations

from casework.workflow.errors import Refusal


class AmbassadorRefusal(Refusal):
    package = "hackathon.outreach.ambassadors"


class OwnCase(AmbassadorRefusal):
    """Nobody decides about themselves."""


class NotTrained(AmbassadorRefusal):
    pass


class ConductNotSigned(AmbassadorRefusal):
    pass


class ReportsWaiting(AmbassadorRefusal):
    """Whoever has reported is not quiet, however long it takes others to look at it."""


class AlreadyApplied(AmbassadorRefusal):
    pass


class OldPaper(AmbassadorRefusal):
    """There is a newer version than the one that was read."""
