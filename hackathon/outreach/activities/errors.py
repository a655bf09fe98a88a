"""What stands against a step of an activity, or against what is written in one."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal


class ActivityRefusal(Refusal):
    package: ClassVar[str] = "hackathon.outreach.activities"


class OwnActivity(ActivityRefusal):
    """Whoever reports an event verifies no report of it."""

    slug = "own_activity"


class NotTold(ActivityRefusal):
    slug = "not_told"


class NoEvidence(ActivityRefusal):
    slug = "no_evidence"


class NotServing(ActivityRefusal):
    slug = "not_serving"


class ReportedAlready(ActivityRefusal):
    """The ambassador has a part in that event already."""

    slug = "reported_already"


class NotEditableNow(ActivityRefusal):
    slug = "activity_not_editable"


class TooMuchEvidence(ActivityRefusal):
    slug = "too_much_evidence"
