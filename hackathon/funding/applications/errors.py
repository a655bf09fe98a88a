"""What stands against a step of an application, or against what is put into one."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ApplicationRefusal(Refusal):
    package: ClassVar[str] = "hackathon.funding.applications"


class CallNotOpen(ApplicationRefusal):
    """The call takes no applications: not yet, no longer, or it was cancelled."""

    slug = "call_not_open"


class NotFilled(ApplicationRefusal):
    """Title, summary and every required field come first."""

    slug = "application_not_filled"


class NotConfirmed(ApplicationRefusal):
    """Every statement of eligibility has to be confirmed."""

    slug = "eligibility_not_confirmed"


class AmountUnfit(ApplicationRefusal):
    """No amount, or one that the call does not give."""

    slug = "amount_unfit"


class KindUnfit(ApplicationRefusal):
    """The call is not for applicants of this kind."""

    slug = "kind_unfit"


class GovernorateUnfit(ApplicationRefusal):
    """The call is not for this governorate."""

    slug = "governorate_unfit"


class OrganisationUnverified(ApplicationRefusal):
    """The organisation is not verified, or the lead does not belong to it."""

    slug = "applicant_unverified"


class NoLateAccess(ApplicationRefusal):
    slug = "no_late_application"


class LateCodeUnknown(ApplicationRefusal):
    """No such code, or used, or over."""

    slug = "late_application_code_unknown"
    kind = Kind.NOT_FOUND


class LateTooEarly(ApplicationRefusal):
    """Late access ends after the close for all, and in the future."""

    slug = "late_application_too_early"


class ApplicationNotEditable(ApplicationRefusal):
    """It has been handed in: it has to be reopened first."""

    slug = "application_not_editable"


class TooManyVersions(ApplicationRefusal):
    slug = "too_many_application_versions"


class NotAnswered(ApplicationRefusal):
    """The question of the programme comes first."""

    slug = "question_not_answered"


class DueTooEarly(ApplicationRefusal):
    """An answer is due in the future, and not later than ``days_max`` days from now."""

    slug = "answer_due_unfit"
    kind = Kind.INVALID


class ReviewsOpen(ApplicationRefusal):
    """``reviews`` are assigned and not handed in, or there are none."""

    slug = "reviews_open"


class RoundsLeft(ApplicationRefusal):
    """The second round decides."""

    slug = "funding_round_left"


class NoSecondRound(ApplicationRefusal):
    slug = "no_second_round"


class AppealedBefore(ApplicationRefusal):
    """One appeal an application."""

    slug = "appealed_before"


class OwnApplication(ApplicationRefusal):
    """Nobody decides about an application of their own."""

    slug = "own_application"


class OwnDecision(ApplicationRefusal):
    """An appeal is answered by somebody who did not make the decision."""

    slug = "own_funding_decision"


class ApplicationClosed(ApplicationRefusal):
    """Who applies is settled."""

    slug = "application_closed"


class ApplicationFull(ApplicationRefusal):
    """``applicants_max`` apply together."""

    slug = "application_full"


class TooManyApplications(ApplicationRefusal):
    """A person takes part in ``applications_max`` of a call."""

    slug = "too_many_applications"


class LeadNeeded(ApplicationRefusal):
    """Whoever leads hands over first, or withdraws."""

    slug = "lead_needed"


class NotAnApplicant(ApplicationRefusal):
    slug = "not_an_applicant"


class AlreadyInvited(ApplicationRefusal):
    """The person applies already, or the address is invited."""

    slug = "already_invited"


class InvitationGone(ApplicationRefusal):
    """There is none, or it is somebody else's."""

    slug = "application_invitation_gone"
    kind = Kind.NOT_FOUND


class TooManyInvited(ApplicationRefusal):
    """``invitations_max`` wait for an answer."""

    slug = "too_many_invited"


class NotYourSubmission(ApplicationRefusal):
    """Only the members of a team that won or reached the final go on with what it handed in."""

    slug = "not_your_submission"
