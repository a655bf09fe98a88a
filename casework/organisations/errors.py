"""What speaks against what people want with organisations."""

from __future__ import annotations

from casework.people.errors import PeopleError
from casework.workflow.errors import Refusal
from citycore.errors import Kind


class OrganisationError(PeopleError):
    """Root of this noun's errors besides refused steps."""

    package = "casework.organisations"


class OrganisationNotFound(OrganisationError):
    kind = Kind.NOT_FOUND


class InvitationNotFound(OrganisationError):
    """There is none, or it is somebody else's."""

    kind = Kind.NOT_FOUND


class DomainRefused(OrganisationError):
    """``reason``: public (anybody gets addresses there), shared (by many organisations), form, many."""

    kind = Kind.INVALID


class TooManyOpen(OrganisationError):
    """``reason``: registrations or invitations."""


class AlreadyMember(OrganisationError):
    """The person belongs to it, or has asked to."""


class OrganisationRefusal(Refusal):
    """Root of what guards say."""

    package = "casework.organisations"


class LastAdmin(OrganisationRefusal):
    """Members would be left whom nobody could add to."""


class NotVerified(OrganisationRefusal):
    """The organisation has not been verified, or is suspended."""


class AlreadyFounded(OrganisationRefusal):
    """It was registered by somebody, and has been looked at since."""
