"""What stands against a step of an award, or against money that is asked for."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal


class AwardRefusal(Refusal):
    package: ClassVar[str] = "hackathon.funding.awards"


class NotApproved(AwardRefusal):
    """The application was not approved, or has an award already."""

    slug = "application_not_approved"


class NotContracted(AwardRefusal):
    """The contract's reference and day come first."""

    slug = "contract_missing"


class AwardNotRunning(AwardRefusal):
    """The award is suspended, or not running yet, or over."""

    slug = "award_not_running"


class MilestonesOpen(AwardRefusal):
    """``milestones`` are neither accepted nor dropped."""

    slug = "milestones_open"


class ClaimsOpen(AwardRefusal):
    """``claims`` are neither paid, refused nor withdrawn."""

    slug = "claims_open"


class NoReport(AwardRefusal):
    """A report and at least one file come first."""

    slug = "milestone_not_reported"


class MilestoneNotAccepted(AwardRefusal):
    slug = "milestone_not_accepted"


class OwnAward(AwardRefusal):
    """Nobody decides about an award of an application that they belong, or belonged, to."""

    slug = "own_award"


class OwnReport(AwardRefusal):
    """Whoever reported it, or belongs to who applied, does not decide about it."""

    slug = "own_report"


class SamePerson(AwardRefusal):
    """Finance is approved by somebody else than the work was."""

    slug = "same_person"


class OverAward(AwardRefusal):
    """``left`` of the award is not claimed yet."""

    slug = "over_award"


class OverMilestone(AwardRefusal):
    """``left`` of what the milestone is worth is not claimed yet."""

    slug = "over_milestone"


class BelowClaims(AwardRefusal):
    """``claimed`` is claimed already."""

    slug = "below_claims"


class OverBudget(AwardRefusal):
    """``left`` of the call's budget is not granted yet."""

    slug = "over_budget"


class MilestonesOverAward(AwardRefusal):
    """All milestones together are worth no more than the award; ``left`` is."""

    slug = "milestones_over_award"


class NotPlannedNow(AwardRefusal):
    """Milestones are planned before the award runs, and changed by those who run the programme."""

    slug = "milestones_fixed"


class NotReportedNow(AwardRefusal):
    """It is not, or not any more, for its recipient to report."""

    slug = "not_reported_now"
