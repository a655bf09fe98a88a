"""Voices as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from casework.cases.mails import Matter
from casework.cases.model import NOBODY, Asker, Case, CaseFacts, Channel
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.workflow.wording import Labelled
from citycore.language import Language

PACKAGE: Final = "participation.voices"
#: Of its passage.
KIND: Final = "voice"
#: In figures, the place of what came without one, as by e-mail.
UNKNOWN: Final = "unknown"


class Kind(Labelled, package=PACKAGE, table="kind"):
    """What somebody wants: something put right, something done, or nothing but to say how it was."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    QUALITY_NOTE = "quality_note"


class Topic(Labelled, package=PACKAGE, table="topic"):
    """What it is about. The first are problems of public places, which programs may report too."""

    STREET_LIGHT = "street_light"
    ROAD = "road"
    WASTE = "waste"
    WATER = "water"
    PARK = "park"
    NOISE = "noise"
    SERVICE = "service"
    STAFF = "staff"
    WAITING = "waiting"
    WEBSITE = "website"
    FEES = "fees"
    OTHER = "other"


#: Those that are somewhere for everybody to see.
OF_PLACES: Final = frozenset(
    {Topic.STREET_LIGHT, Topic.ROAD, Topic.WASTE, Topic.WATER, Topic.PARK, Topic.NOISE}
)

#: Those of which a point may be published: where there is noise, somebody may live.
OF_POINTS: Final = OF_PLACES - {Topic.NOISE}


class Outcome(Labelled, package=PACKAGE, table="outcome"):
    """How it ended: "closed" alone says nothing."""

    RESOLVED = "resolved"
    ANSWERED_NOT_DONE = "answered_not_done"
    NOT_OURS = "not_ours"
    WITH_MAIN = "with_main"
    WITHDRAWN = "withdrawn"
    NO_REPLY = "no_reply"


@dataclass(frozen=True, slots=True)
class Place:
    """``longitude`` and ``latitude`` in degrees (WGS 84), or neither; ``wilayat`` as people call it. Mails say no place."""

    governorate: Governorate | None
    wilayat: str = ""
    longitude: float | None = None
    latitude: float | None = None
    is_public: bool = False


NOWHERE: Final = Place(None)


@dataclass(frozen=True, slots=True)
class NewVoice:
    """What somebody says. ``unit`` is the office of the organisation that it is about, if it is about one;
    ``mail_id`` the Message-ID of the mail that it came by, ``kiosk_id`` the device at which it was said, ``once`` the mark
    of the page that was sent.
    """

    kind: Kind
    organisation_id: UUID
    topic: Topic
    subject: str
    body: str
    place: Place
    channel: Channel
    language: Language
    asker: Asker = NOBODY
    unit: str | None = None
    mail_id: str | None = None
    kiosk_id: UUID | None = None
    once: UUID | None = None


@dataclass(frozen=True, slots=True)
class Voice(Case):
    """One of them with its case; who asked is no part of it."""

    kind: Kind
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    topic: Topic
    subject: str
    body: str
    place: Place
    outcome: Outcome | None
    answer: str | None
    evidence: str | None
    answered_at: datetime | None
    disputed_at: datetime | None
    #: How the device is called at which it was said, and where it stands.
    kiosk: str | None
    kiosk_governorate: Governorate | None

    @property
    def voice_id(self) -> UUID:
        return self.case_id

    @property
    def titles(self) -> Names:
        """As it was written, in its own language."""
        return Names(self.subject, None) if self.language == "ar" else Names(None, self.subject)

    @property
    def matter(self) -> Matter:
        """For mails about it."""
        path = f"/desk/voices/{self.voice_id}"
        return Matter(
            PACKAGE,
            KIND,
            self.voice_id,
            self.organisation_id,
            self.handler_id,
            self.subject,
            self.language,
            path,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the organisation says in the end: what was put right, with evidence, or why not."""

    outcome: Outcome
    text: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Facts(CaseFacts):
    kind: Kind
    has_answer: bool
    has_decision: bool
