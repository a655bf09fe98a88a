"""What stands against a step of an application, or against what is put into one."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ApplicationRefusal(Refusal):
    package = "hackathon.funding.applications"


class CallNotOpen(ApplicationRefusal):
    """The call takes no applications: not yet, no longer, or it was cancelled."""


class ApplicationNotFilled(ApplicationRefusal):
    """Title, summary and every required field come first."""


class EligibilityNotConfirmed(ApplicationRefusal):
    """Every statement of eligibility has to be confirmed."""


class AmountUnfit(ApplicationRefusal):
    """No amount, or one that the call does not give."""


class KindUnfit(ApplicationRefusal):
    """The call is not for applicants of this kind."""


class GovernorateUnfit(ApplicationRefusal):
    """The call is not for this governorate."""


class ApplicantUnverified(ApplicationRefusal):
    """The organisation is not verified, or the lead does not belong to it."""


class NoLateApplication(ApplicationRefusal):
    pass


class LateApplicationCodeUnknown(ApplicationRefusal):
    """No such code, or used, or over."""

    kind = Kind.NOT_FOUND


class LateApplicationTooEarly(ApplicationRefusal):
    """Late access ends after the close for all, and in the future."""


class ApplicationNotEditable(ApplicationRefusal):
    """It has been handed in: it has to be reopened first."""


class TooManyApplicationVersions(ApplicationRefusal):
    pass


class QuestionNotAnswered(ApplicationRefusal):
    """The question of the programme comes first."""


class AnswerDueUnfit(ApplicationRefusal):
    """An answer is due in the future, and not later than ``days_max`` days from now."""

    kind = Kind.INVALID


class ReviewsOpen(ApplicationRefusal):
    """``reviews`` are assigned and not handed in, or there are none."""


class FundingRoundLeft(ApplicationRefusal):
    """The second round decides."""


class NoSecondRound(ApplicationRefusal):
    pass


class AppealedBefore(ApplicationRefusal):
    """One appeal an application."""


class OwnApplication(ApplicationRefusal):
    """Nobody decides about an application of their own."""


class OwnFundingDecision(ApplicationRefusal):
    """An appeal is answered by somebody who did not make the decision."""


class ApplicationClosed(ApplicationRefusal):
    """Who applies is settled."""


class ApplicationFull(ApplicationRefusal):
    """``applicants_max`` apply together."""


class TooManyApplications(ApplicationRefusal):
    """A person takes part in ``applications_max`` of a call."""


class LeadNeeded(ApplicationRefusal):
    """Whoever leads hands over first, or withdraws."""


class NotAnApplicant(ApplicationRefusal):
    pass


class AlreadyInvited(ApplicationRefusal):
    """The person applies already, or the address is invited."""


class ApplicationInvitationGone(ApplicationRefusal):
    """There is none, or it is somebody else's."""

    kind = Kind.NOT_FOUND


class TooManyInvited(ApplicationRefusal):
    """``invitations_max`` wait for an answer."""


class NotYourSubmission(ApplicationRefusal):
    """Only the members of a team that won or reached the final go on with what it handed in."""
