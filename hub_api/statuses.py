"""Which error has which HTTP status; nothing else knows."""

from __future__ import annotations

from citycore.errors import BrokerUnavailable, FalajError, NotFound, StoreUnavailable
from citycore.letters.errors import LetterNotReplayable, NoSubscriber
from hackathon.access_tokens import errors as tokens
from hackathon.activities import errors as activities
from hackathon.ambassadors import errors as ambassadors
from hackathon.applications import errors as applications
from hackathon.awards import errors as awards
from hackathon.calls import errors as calls
from hackathon.certificates.errors import MissingPackage, NamesMissing, UnusableKey
from hackathon.challenges.errors import UnknownData
from hackathon.challenges.errors import WrongField as WrongChallengeField
from hackathon.files.errors import FileAway, FileRefused
from hackathon.hackathons.errors import WrongField as WrongHackathonField
from hackathon.introductions.errors import WrongIntroductionField
from hackathon.judging.errors import FaultyError, JudgingError
from hackathon.jury import errors as jury
from hackathon.money.errors import AmountRefusal
from hackathon.needs import errors as needs
from hackathon.offerings.errors import WrongOfferingField
from hackathon.organisations.errors import DomainRefused, InvitationNotFound, OrganisationNotFound
from hackathon.people.errors import (
    Forbidden,
    GrantNotFound,
    InvalidInput,
    LinkInvalid,
    NotSignedIn,
    PeopleError,
    PersonNotFound,
    ProviderUnavailable,
    SignInRefused,
    TooOften,
    WrongPassword,
)
from hackathon.pilots.errors import OutsideNamespace, WrongPilotField
from hackathon.responses import errors as responses
from hackathon.results.errors import TextMissing
from hackathon.reviewing import errors as reviewing
from hackathon.sealing.errors import KeyUnreadable
from hackathon.searches import errors as searches
from hackathon.submissions import errors as submissions
from hackathon.teams import errors as teams
from hackathon.vendors import errors as vendors
from hackathon.workflow.errors import Busy, NoSuchObject, NotAllowed, Refusal
from hub_api.admin.errors import AdminKeyMissing, AdminKeyWrong
from hub_api.bulk.errors import BulkFileAway, PreconditionFailed, RangeNotSatisfiable
from hub_api.errors import (
    ExportsBusy,
    InvalidParameters,
    QueryTooDear,
    QueryTooLong,
    TooManyRequests,
    UnknownHost,
)
from hub_api.exports.errors import TooManyExports
from hub_api.keys.errors import ApiKeyExpired, ApiKeyRevoked, ApiKeyUnknown
from hub_api.limits.errors import LimitReached
from hub_api.participation import errors as participation
from hub_api.portal.errors import FormForeign, FormTooLarge, PortalError, SignInNeeded, UploadTooLarge
from hub_api.stream.errors import TooManyListeners, TooManyStreams

UNAUTHORIZED = 401
FORBIDDEN = 403
PRECONDITION_FAILED = 412
TOO_LARGE = 413
MISDIRECTED = 421
UNSATISFIABLE = 416
UNPROCESSABLE = 422
LIMITED = 429
INTERNAL = 500
UNAVAILABLE = 503

STATUS: dict[type[FalajError], int] = {
    InvalidParameters: UNPROCESSABLE,
    NotFound: 404,
    UnknownHost: MISDIRECTED,
    StoreUnavailable: UNAVAILABLE,
    QueryTooLong: UNAVAILABLE,
    QueryTooDear: TOO_LARGE,
    TooManyRequests: UNAVAILABLE,
    ExportsBusy: UNAVAILABLE,
    TooManyExports: LIMITED,
    AdminKeyMissing: UNAUTHORIZED,
    AdminKeyWrong: 403,
    ApiKeyUnknown: UNAUTHORIZED,
    ApiKeyExpired: UNAUTHORIZED,
    ApiKeyRevoked: UNAUTHORIZED,
    LimitReached: LIMITED,
    TooManyListeners: UNAVAILABLE,
    TooManyStreams: LIMITED,
    RangeNotSatisfiable: UNSATISFIABLE,
    PreconditionFailed: PRECONDITION_FAILED,
    BulkFileAway: UNAVAILABLE,
    LetterNotReplayable: 409,
    BrokerUnavailable: UNAVAILABLE,
    NoSubscriber: UNAVAILABLE,
}
#: What stands against people's own doings, on pages and in the programme's interface; the special before the general.
PEOPLE_STATUS: dict[type[FalajError], int] = {
    **dict.fromkeys((FormTooLarge, UploadTooLarge, participation.BodyTooLarge), TOO_LARGE),
    participation.VersionMissing: 428,
    participation.VersionOutdated: PRECONDITION_FAILED,
    participation.ParticipationError: UNPROCESSABLE,
    FormForeign: FORBIDDEN,
    SignInNeeded: FORBIDDEN,
    PortalError: UNPROCESSABLE,
    InvalidInput: UNPROCESSABLE,
    SignInRefused: UNPROCESSABLE,
    WrongPassword: UNPROCESSABLE,
    DomainRefused: UNPROCESSABLE,
    WrongHackathonField: UNPROCESSABLE,
    WrongChallengeField: UNPROCESSABLE,
    **dict.fromkeys((teams.WrongField, submissions.WrongField, FileRefused), UNPROCESSABLE),
    **dict.fromkeys((FaultyError, jury.JuryInputRefused, TextMissing), UNPROCESSABLE),
    awards.WrongField: UNPROCESSABLE,
    reviewing.ReviewingInputRefused: UNPROCESSABLE,
    **dict.fromkeys((ambassadors.WrongField, activities.WrongField), UNPROCESSABLE),
    **dict.fromkeys((applications.WrongField, applications.DueTooEarly), UNPROCESSABLE),
    **dict.fromkeys(
        (calls.WrongCallField, calls.WrongAmount, calls.FunderUnknown, AmountRefusal), UNPROCESSABLE
    ),
    **dict.fromkeys((tokens.WrongTokenField, tokens.NoScope), UNPROCESSABLE),
    **dict.fromkeys((tokens.TokenMissing, tokens.TokenInvalid), UNAUTHORIZED),
    tokens.ScopeMissing: FORBIDDEN,
    **dict.fromkeys(
        (needs.WrongField, responses.WrongField, responses.WrongKey, KeyUnreadable), UNPROCESSABLE
    ),
    **dict.fromkeys((needs.NoOpener, needs.NotVerifiedVendor, responses.VendorNotVerified), FORBIDDEN),
    responses.OwnInterest: FORBIDDEN,
    **dict.fromkeys((vendors.WrongVendorField, vendors.UntilMissing, WrongOfferingField), UNPROCESSABLE),
    **dict.fromkeys(
        (searches.WrongSearchField, searches.UnknownSearch, searches.NothingWanted), UNPROCESSABLE
    ),
    searches.StopLinkUnknown: 404,
    vendors.DocumentEnded: UNPROCESSABLE,
    **dict.fromkeys((WrongIntroductionField, WrongPilotField, OutsideNamespace), UNPROCESSABLE),
    UnknownData: UNPROCESSABLE,
    LinkInvalid: 410,
    TooOften: LIMITED,
    NotSignedIn: FORBIDDEN,
    Forbidden: FORBIDDEN,
    NotAllowed: FORBIDDEN,
    PersonNotFound: 404,
    GrantNotFound: 404,
    OrganisationNotFound: 404,
    InvitationNotFound: 404,
    **dict.fromkeys((applications.InvitationGone, applications.LateCodeUnknown), 404),
    **dict.fromkeys((teams.CodeUnknown, teams.InvitationGone, submissions.LateCodeUnknown), 404),
    NoSuchObject: 404,
    NamesMissing: UNPROCESSABLE,
    **dict.fromkeys((MissingPackage, UnusableKey, FileAway), UNAVAILABLE),
    ProviderUnavailable: UNAVAILABLE,
    Busy: UNAVAILABLE,
    JudgingError: 409,
    PeopleError: 409,
    Refusal: 409,
}


def status_of(error: FalajError) -> int:
    """The HTTP status of one of our errors."""
    known = (*STATUS.items(), *PEOPLE_STATUS.items())
    return next((number for kind, number in known if isinstance(error, kind)), INTERNAL)
