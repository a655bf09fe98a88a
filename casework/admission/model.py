"""Rolls, tokens, kiosks and seats as values."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from casework.access.model import Scope
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.workflow.wording import Label
from citycore.language import Language

PACKAGE: Final = "casework.admission"


class Admits(StrEnum):
    #: Whoever comes.
    ALL = "all"
    #: Whoever brings a token, which counts once.
    TOKEN = "token"  # noqa: S105 (a kind of admission)


@dataclass(frozen=True, slots=True)
class NewRoll:
    """Who may take part in an object of a noun.

    ``kind`` is that of the noun's passage; in ``scope`` staff have their roles. Of an ``is_unlinked`` roll nobody learns
    how many have taken part before it is closed. With ``seats`` there is a place for so many, others wait, and
    whoever has not come by ``ends_at`` is absent. ``closes_at`` is None where the noun closes the roll itself.
    """

    kind: str
    titles: Names
    scope: Scope
    _: KW_ONLY
    admits: Admits = Admits.ALL
    is_unlinked: bool = False
    seats: int | None = None
    closes_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Roll:
    """``scope`` is the kind of the object's scope."""

    object_id: UUID
    kind: str
    titles: Names
    scope: str
    admits: Admits
    is_unlinked: bool
    seats: int | None
    opened_at: datetime
    closes_at: datetime | None
    ends_at: datetime | None
    closed_at: datetime | None

    def is_open(self, at: datetime) -> bool:
        return self.closed_at is None and (self.closes_at is None or at < self.closes_at)


@dataclass(frozen=True, slots=True)
class TokenCount:
    """How many tokens a channel had, and how many of them were used."""

    channel: str
    issued: int
    used: int


class Channel(StrEnum):
    """By which way somebody answers. What came by one is never added to what came by another."""

    #: Asked by name, with an address or a code that counts once.
    TOKEN = "token"  # noqa: S105 (no password)
    #: Open to all who find the page.
    WEB = "web"
    #: A device that stands in an office.
    KIOSK = "kiosk"

    @property
    def label(self) -> Label:
        return Label(PACKAGE, f"channel.{self.value}")

    @property
    def names(self) -> Names:
        return channel_names(self.value)


def channel_names(code: str) -> Names:
    """Of the channel of a figure, which may be that of answers that are counted apart."""
    label = Label(PACKAGE, f"channel.{code}")
    return Names(label.text("ar"), label.text("en"))


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a browser has shown a token for, until the answer is sent: the token itself is not in it."""

    object_id: UUID
    digest: bytes


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A device on which anybody answers. It is in use once a browser has been paired with it and until it is revoked."""

    kiosk_id: UUID
    object_id: UUID
    name: str
    governorate: Governorate
    is_paired: bool
    is_revoked: bool

    @property
    def is_in_use(self) -> bool:
        return self.is_paired and not self.is_revoked


@dataclass(frozen=True, slots=True)
class IssuedKiosk:
    """``token`` is shown once; it is typed into the browser of the device."""

    kiosk_id: UUID
    token: str


@dataclass(frozen=True, slots=True)
class Taker:
    """Whose a seat is: somebody with an account, or whoever gives a name. Without an address nobody writes to them."""

    name: str
    language: Language
    _: KW_ONLY
    person_id: UUID | None = None
    email: str = ""
    governorate: Governorate | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """``place`` is the order among those who wait, not how many are before them."""

    seat_id: UUID
    object_id: UUID
    titles: Names
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    asked_at: datetime
    place: int | None
    offers: int
    taker: Taker


@dataclass(frozen=True, slots=True)
class Facts:
    """``free`` seats are nobody's and offered to nobody; ``waiting`` counts all in the line, ``is_first`` is of this one."""

    free: int
    waiting: int
    is_first: bool
    has_offers_left: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whoever can be drawn. ``key`` is known to those who repeat the draw; ``group`` has a quota."""

    key: str
    group: str = ""
