"""What stands against a step of a submission, or against what is put into one."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class SubmissionRefusal(Refusal):
    package: ClassVar[str] = "hackathon.contest.submissions"


class NotTakingPart(SubmissionRefusal):
    """The team is not, or not any more, in the hackathon."""

    slug = "not_taking_part"


class NotHandingIn(SubmissionRefusal):
    """The hackathon is not at the stage at which teams hand in."""

    slug = "not_handing_in"


class NotFilled(SubmissionRefusal):
    """Title, summary and every required field come first."""

    slug = "submission_not_filled"


class NoLateAccess(SubmissionRefusal):
    slug = "no_late_access"


class LateCodeUnknown(SubmissionRefusal):
    """No such code, or used, or over."""

    slug = "late_code_unknown"
    kind = Kind.NOT_FOUND


class LateTooEarly(SubmissionRefusal):
    """Late access ends after the deadline for all, and in the future."""

    slug = "late_access_too_early"


class NotScreenedYet(SubmissionRefusal):
    """The hackathon is not at the stage at which submissions are screened."""

    slug = "not_screening"


class NoNextRound(SubmissionRefusal):
    """The last round of judging has begun, or there is only one."""

    slug = "no_next_round"


class SubmissionNotEditable(SubmissionRefusal):
    """It has been handed in: it has to be reopened first."""

    slug = "submission_not_editable"


class FormFixed(SubmissionRefusal):
    """Teams have begun to fill it in."""

    slug = "form_fixed"


class TooManyVersions(SubmissionRefusal):
    slug = "too_many_versions"
