"""Cases as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from casework.access.model import Role
from casework.attachments.model import StoredFile
from casework.people.model import Names
from casework.workflow.wording import Labelled
from citycore.language import Language

PACKAGE: Final = "casework.cases"
#: Who may have a case in hand: those who answer for the organisation, or speak for it. Guards say which case.
HANDLERS: Final = frozenset({Role.HANDLER, Role.OFFICER})
#: Who gives cases to handlers, and looks after all of an organisation.
LEADS: Final = frozenset({Role.OFFICER})
OVERSIGHT: Final = frozenset({Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
STAFF: Final = HANDLERS | LEADS | OVERSIGHT
FOLLOWERS: Final = frozenset({Role.FOLLOWER})
#: The last to which a case can rise.
LEVEL_MAX: Final = 3


class Channel(Labelled, package=PACKAGE, table="channel"):
    """By which way something came; figures keep ways apart."""

    WEB = "web"
    KIOSK = "kiosk"
    EMAIL = "email"
    TELEPHONE = "telephone"
    PROGRAM = "program"
    #: Problems of public places by programs that speak Open311.
    OPEN311 = "open311"


class Visibility(Labelled, package=PACKAGE, table="visibility"):
    """Who reads a message of a thread."""

    #: Whoever asked and those who handle it.
    ASKER = "asker"
    STAFF = "staff"
    PUBLIC = "public"


class Sender(Labelled, package=PACKAGE, table="sender"):
    """Who wrote a message: the public never learns which person."""

    ASKER = "asker"
    STAFF = "staff"


class Alarm(Labelled, package=PACKAGE, table="alarm"):
    """What a text may be about that cannot wait for an answer in days; told before it is sent."""

    SELF_HARM = "self_harm"
    EXTORTION = "extortion"
    VIOLENCE = "violence"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is owed an answer, as far as they said; kept apart from what they said. All may be empty."""

    person_id: UUID | None = None
    name: str = ""
    email: str = ""
    telephone: str = ""

    @property
    def can_be_told(self) -> bool:
        return self.person_id is not None or bool(self.email)


#: Whoever said nothing of themselves.
NOBODY: Final = Asker()


@dataclass(frozen=True, slots=True)
class NewCase:
    """``unit`` is the office of the organisation that it is about, if it is about one."""

    organisation_id: UUID
    channel: Channel
    language: Language
    unit: str | None = None
    asker: Asker = NOBODY
    #: At which device it was said; the channel is then the kiosk.
    kiosk_id: UUID | None = None
    #: The Message-ID of the mail that it came by, which counts once.
    mail_id: str | None = None
    #: Of the page that was sent (``Submitted.once``), which counts once; its digest alone is stored.
    once: UUID | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """``main_id`` is the case that it was merged into; ``objected_at`` is when its asker took it out again."""

    case_id: UUID
    organisation_id: UUID
    organisation: Names
    unit: str | None
    level: int
    handler_id: UUID | None
    channel: Channel
    language: Language
    main_id: UUID | None
    objected_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What guards of any case look at. ``is_handler`` says whether the actor has it in hand."""

    level: int
    is_handler: bool
    has_handler: bool
    was_disputed: bool
    has_objected: bool
    is_main_closed: bool


@dataclass(frozen=True, slots=True)
class Handler:
    """Who answers cases of an organisation at a level, with how many open ones they have."""

    person_id: UUID
    level: int
    unit: str | None
    open_cases: int = 0


@dataclass(frozen=True, slots=True)
class Bars:
    """Who may not handle a case: its asker, whoever handled it before, whoever it is about; and the office that it is about."""

    people: frozenset[UUID] = frozenset()
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What is added to a thread. ``mail_id`` is the Message-ID of a mail, which counts once."""

    visibility: Visibility
    sender: Sender
    text: str
    language: Language
    channel: Channel = Channel.WEB
    mail_id: str | None = None


class Way(NamedTuple):
    """By which way a reply came; ``mail_id`` is the Message-ID of a mail, which counts once."""

    channel: Channel
    mail_id: str | None = None


ON_THE_WEB: Final = Way(Channel.WEB)


@dataclass(frozen=True, slots=True)
class Message:
    """``number`` is its place in the thread; ``person_id`` of who wrote it is for staff alone."""

    message_id: UUID
    case_id: UUID
    number: int
    visibility: Visibility
    sender: Sender
    person_id: UUID | None
    text: str
    language: Language
    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseFile:
    case_id: UUID
    file: StoredFile
    sender: Sender
    at: datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """From 1, not at all satisfied, to 5."""

    points: int
    text: str
    rated_at: datetime
