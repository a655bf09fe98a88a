"""Which error has which HTTP status; nothing else knows."""

from __future__ import annotations

from casework.access_tokens import errors as tokens
from casework.files.errors import FileAway, FileRefused
from casework.following import errors as searches
from casework.money.errors import AmountRefusal
from casework.organisations.errors import DomainRefused, InvitationNotFound, OrganisationNotFound
from casework.people.errors import (
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
from casework.sealing.errors import KeyUnreadable
from casework.workflow.errors import Busy, NoSuchObject, NotAllowed, Refusal
from citycore.errors import BrokerUnavailable, FalajError, NotFound, StoreUnavailable
from citycore.letters.errors import LetterNotReplayable, NoSubscriber
from hackathon.contest.challenges.errors import UnknownData
from hackathon.contest.challenges.errors import WrongField as WrongChallengeField
from hackathon.contest.hackathons.errors import WrongField as WrongHackathonField
from hackathon.contest.judging.errors import FaultyError, JudgingError
from hackathon.contest.jury import errors as jury
from hackathon.contest.results.errors import TextMissing
from hackathon.contest.submissions import errors as submissions
from hackathon.contest.teams import errors as teams
from hackathon.funding.applications import errors as applications
from hackathon.funding.awards import errors as awards
from hackathon.funding.calls import errors as calls
from hackathon.funding.reviewing import errors as reviewing
from hackathon.market.introductions.errors import WrongIntroductionField
from hackathon.market.needs import errors as needs
from hackathon.market.offerings.errors import WrongOfferingField
from hackathon.market.pilots.errors import OutsideNamespace, WrongPilotField
from hackathon.market.responses import errors as responses
from hackathon.market.vendors import errors as vendors
from hackathon.outreach.activities import errors as activities
from hackathon.outreach.ambassadors import errors as ambassadors
from hackathon.outreach.certificates.errors import MissingPackage, NamesMissing, UnusableKey
from hub_api.city.bulk.errors import BulkFileAway, PreconditionFailed, RangeNotSatisfiable
from hub_api.city.stream.errors import TooManyListeners, TooManyStreams
from hub_api.operations.admin.errors import AdminKeyMissing, AdminKeyWrong
from hub_api.programme.kit.errors import FormForeign, FormTooLarge, PortalError, SignInNeeded, UploadTooLarge
from hub_api.programme.programs import errors as participation
from hub_api.serving.errors import (
    ExportsBusy,
    InvalidParameters,
    QueryTooDear,
    QueryTooLong,
    TooManyRequests,
    UnknownHost,
)
from hub_api.serving.exports.errors import TooManyExports
from hub_api.serving.keys.errors import ApiKeyExpired, ApiKeyRevoked, ApiKeyUnknown
from hub_api.serving.limits.errors import LimitReached

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
