"""What stands against a step of a submission, or against what is put into one."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class SubmissionRefusal(Refusal):
    package = "hackathon.contest.submissions"


class NotTakingPart(SubmissionRefusal):
    """The team is not, or not any more, in the hackathon."""


class NotHandingIn(SubmissionRefusal):
    """The hackathon is not at the stage at which teams hand in."""


class SubmissionNotFilled(SubmissionRefusal):
    """Title, summary and every required field come first."""


class NoLateAccess(SubmissionRefusal):
    pass


class LateCodeUnknown(SubmissionRefusal):
    """No such code, or used, or over."""

    kind = Kind.NOT_FOUND


class LateAccessTooEarly(SubmissionRefusal):
    """Late access ends after the deadline for all, and in the future."""


class NotScreening(SubmissionRefusal):
    """The hackathon is not at the stage at which submissions are screened."""


class NoNextRound(SubmissionRefusal):
    """The last round of judging has begun, or there is only one."""


class SubmissionNotEditable(SubmissionRefusal):
    """It has been handed in: it has to be reopened first."""


class FormFixed(SubmissionRefusal):
    """Teams have begun to fill it in."""


class TooManyVersions(SubmissionRefusal):
    pass
