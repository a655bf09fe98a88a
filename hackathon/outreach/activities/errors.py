"""What stands against a step of an activity, or against what is written in one."""

from __future__ import annotations

from casework.workflow.errors import Refusal, WrongField


class ActivityRefusal(Refusal):
    package = "hackathon.outreach.activities"


class OwnActivity(ActivityRefusal):
    """Whoever reports an event verifies no report of it."""


class NotTold(ActivityRefusal):
    pass


class NoEvidence(ActivityRefusal):
    pass


class NotServing(ActivityRefusal):
    pass


class ReportedAlready(ActivityRefusal):
    """The ambassador has a part in that event already."""


class ActivityNotEditable(ActivityRefusal):
    pass


class EventEndsBeforeItBegins(WrongField):
    """``field`` is its end, which is its beginning or lies before that."""

    package = ActivityRefusal.package


class TooMuchEvidence(ActivityRefusal):
    pass
