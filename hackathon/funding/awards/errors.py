"""What stands against a step of an award, or against money that is asked for."""

from __future__ import annotations

from casework.workflow.errors import Refusal


class AwardRefusal(Refusal):
    package = "hackathon.funding.awards"


class ApplicationNotApproved(AwardRefusal):
    """The application was not approved, or has an award already."""


class ContractMissing(AwardRefusal):
    """The contract's reference and day come first."""


class AwardNotRunning(AwardRefusal):
    """The award is suspended, or not running yet, or over."""


class MilestonesOpen(AwardRefusal):
    """``milestones`` are neither accepted nor dropped."""


class ClaimsOpen(AwardRefusal):
    """``claims`` are neither paid, refused nor withdrawn."""


class MilestoneNotReported(AwardRefusal):
    """A report and at least one file come first."""


class MilestoneNotAccepted(AwardRefusal):
    pass


class OwnAward(AwardRefusal):
    """Nobody decides about an award of an application that they belong, or belonged, to."""


class OwnReport(AwardRefusal):
    """Whoever reported it, or belongs to who applied, does not decide about it."""


class SamePerson(AwardRefusal):
    """Finance is approved by somebody else than the work was."""


class SecondLookNeeded(AwardRefusal):
    """More than ``limit`` is paid by somebody else of finance than approved it."""


class SecondSignatureNeeded(AwardRefusal):
    """An award of more than ``limit`` is contracted by somebody else than offered it, or changed its amount."""


class OverAward(AwardRefusal):
    """``left`` of the award is not claimed yet."""


class OverMilestone(AwardRefusal):
    """``left`` of what the milestone is worth is not claimed yet."""


class BelowClaims(AwardRefusal):
    """``claimed`` is claimed already."""


class OverBudget(AwardRefusal):
    """``left`` of the call's budget is not granted yet."""


class MilestonesOverAward(AwardRefusal):
    """All milestones together are worth no more than the award; ``left`` is."""


class MilestonesFixed(AwardRefusal):
    """Milestones are planned before the award runs, and changed by those who run the programme."""


class NotReportedNow(AwardRefusal):
    """It is not, or not any more, for its recipient to report."""
