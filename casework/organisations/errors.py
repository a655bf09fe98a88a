"""What speaks against what people want with organisations."""

from __future__ import annotations

from typing import ClassVar

from casework.people.errors import PeopleError
from casework.workflow.errors import Refusal
from citycore.errors import Kind


class OrganisationError(PeopleError):
    """Root of this noun's errors besides refused steps."""

    package: ClassVar[str] = "casework.organisations"


class OrganisationNotFound(OrganisationError):
    slug = "organisation_not_found"
    kind = Kind.NOT_FOUND


class InvitationNotFound(OrganisationError):
    """There is none, or it is somebody else's."""

    slug = "invitation_not_found"
    kind = Kind.NOT_FOUND


class DomainRefused(OrganisationError):
    """``reason``: public (anybody gets addresses there), shared (by many organisations), form, many."""

    slug = "domain_refused"
    kind = Kind.INVALID


class TooManyOpen(OrganisationError):
    """``reason``: registrations or invitations."""

    slug = "too_many_open"


class AlreadyMember(OrganisationError):
    """The person belongs to it, or has asked to."""

    slug = "already_member"


class OrganisationRefusal(Refusal):
    """Root of what guards say."""

    package: ClassVar[str] = "casework.organisations"


class LastAdmin(OrganisationRefusal):
    """Members would be left whom nobody could add to."""

    slug = "last_admin"


class NotVerified(OrganisationRefusal):
    """The organisation has not been verified, or is suspended."""

    slug = "not_verified"


class AlreadyFounded(OrganisationRefusal):
    """It was registered by somebody, and has been looked at since."""

    slug = "already_founded"
