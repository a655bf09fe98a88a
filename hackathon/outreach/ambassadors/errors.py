"""What stands against a step of an ambassador, or against what is written about one."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal


class AmbassadorRefusal(Refusal):
    package: ClassVar[str] = "hackathon.outreach.ambassadors"


class OwnCase(AmbassadorRefusal):
    """Nobody decides about themselves."""

    slug = "own_case"


class NotTrained(AmbassadorRefusal):
    slug = "not_trained"


class NotSigned(AmbassadorRefusal):
    slug = "conduct_not_signed"


class ReportsWaiting(AmbassadorRefusal):
    """Whoever has reported is not quiet, however long it takes others to look at it."""

    slug = "reports_waiting"


class AlreadyApplied(AmbassadorRefusal):
    slug = "already_applied"


class OldPaper(AmbassadorRefusal):
    """There is a newer version than the one that was read."""

    slug = "old_paper"
