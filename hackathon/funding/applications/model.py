"""Applications for funding, and who applies, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from casework.attachments.model import StoredFile
from casework.workflow.model import PreparedStep
from citycore.language import Language


@dataclass(frozen=True, slots=True)
class Content:
    """What is written in one round.

    ``answers`` by the codes of the round's fields, ``confirmed`` the codes of statements of eligibility,
    ``amount_minor`` in minor units of the call's currency, ``organisation_id`` on whose behalf (None: one's own).
    """

    title: str = ""
    summary: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    confirmed: tuple[str, ...] = ()
    amount_minor: int | None = None
    organisation_id: UUID | None = None
    governorate: str = "OM-MA"
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class Version:
    """What was handed in, for good. ``digest`` is SHA-256 over its canonical content, digests of files included."""

    number: int
    round: int
    content: Content
    files: tuple[StoredFile, ...]
    digest: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Application:
    """``draft`` is what is being written in its ``round``; ``versions`` counts what was handed in.

    ``frozen_digest`` is that of the version which counts since the close. While ``clock_stopped_at`` is set
    its clock stands still; ``stopped_seconds`` is for how long it has before.
    """

    application_id: UUID
    call_id: UUID
    reference: str
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    round: int
    submission_id: UUID | None
    draft: Content
    versions: int
    frozen_digest: str | None
    late_until: datetime | None
    clock_stopped_at: datetime | None
    stopped_seconds: int


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who applies, or an address that was invited and that nobody has answered from."""

    applicant_id: UUID
    application_id: UUID
    person_id: UUID | None
    email: str | None
    is_lead: bool
    state: str
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewApplication:
    """``submission_id`` is what it came out of in a hackathon."""

    application_id: UUID
    call_id: UUID
    reference: str
    submission_id: UUID | None
    content: Content


@dataclass(frozen=True, slots=True)
class Writing:
    """Who wrote a draft, as which version of it, and when."""

    application_id: UUID
    person_id: UUID | None
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The next version as it is kept: ``document`` is what ``digest`` is over."""

    application_id: UUID
    number: int
    round: int
    document: Mapping[str, object]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """One field as it was and as it became; ``version`` is the application's since then.

    ``person_id`` is None once the person is erased; ``field`` is a name of :class:`Content`, or
    ``answer:<round>:<code>``.
    """

    change_id: int
    person_id: UUID | None
    at: datetime
    version: int
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the programme asks while the clock of an application stands still."""

    question_id: UUID
    application_id: UUID
    question: str
    asked_at: datetime
    due_at: datetime
    answer: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Appeal:
    """Why applicants think that a rejection is wrong, and what is answered."""

    application_id: UUID
    text: str
    filed_at: datetime
    answer: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class LateCode:
    """A code for late access that was given, as officers see it; ``application_id`` is who redeemed it."""

    late_code_id: UUID
    until: datetime
    created_at: datetime
    used_at: datetime | None
    application_id: UUID | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards of an application look at.

    ``reviews_open`` counts sheets that are assigned and not handed in, ``reviews_in`` those that are.
    ``is_own`` says that the actor applies with it, ``has_decided`` that the actor made the decision that is
    appealed against.
    """

    call_state: str
    rounds: int
    round: int
    is_filled: bool
    is_confirmed: bool
    is_amount_fit: bool
    is_kind_fit: bool
    is_place_fit: bool
    is_verified: bool
    has_late_access: bool
    is_answered: bool
    reviews_open: int
    reviews_in: int
    has_appealed: bool
    is_own: bool
    has_decided: bool


@dataclass(frozen=True, slots=True)
class ApplicantFacts:
    """What the guards about somebody who applies look at; ``applications`` are those of who joins in this call."""

    application_state: str
    applicants: int
    applicants_max: int
    applications: int
    applications_max: int
    is_lead: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was decided about an application and not told, with what people know it by."""

    decision: PreparedStep
    reference: str
    title: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """``what`` applicants have to do or to wait for next, as a code, and the instant by which it is over."""

    what: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """An application, all that was handed in (the newest first), what was asked and answered, and its appeal."""

    application: Application
    versions: list[Version]
    questions: list[Question]
    appeal: Appeal | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for among the applications of a call, and which part of the list."""

    words: str = ""
    state: str | None = None
    after: UUID | None = None
    rows: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; ``after`` is what to ask for to go on, None at the end."""

    applications: list[Application]
    after: UUID | None
