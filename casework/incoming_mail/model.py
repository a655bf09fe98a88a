"""Mails as values, and what a noun makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from casework.cases.handling import Desk
from casework.incoming_mail.settings import IncomingMailSettings
from casework.programme import Session
from citycore.language import Language

PACKAGE: Final = "casework.incoming_mail"
_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_LATIN: Final = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, as far as it matters; ``mail_id`` is its Message-ID."""

    mail_id: str
    sender: str
    name: str
    subject: str
    body: str

    @property
    def language(self) -> Language:
        """That of most of its letters."""
        text = f"{self.subject} {self.body}"
        return "ar" if len(_ARABIC.findall(text)) >= len(_LATIN.findall(text)) else "en"


@dataclass(frozen=True, slots=True)
class Box:
    """Where mail of one kind for one organisation lies."""

    organisation_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that waits, wherever it lies: how large it is, what it says, and what is done once it is stored."""

    key: str
    box: Box
    size_bytes: Callable[[], int]
    read: Callable[[], bytes]
    finish: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Intake:
    """What a noun with cases makes of mail. ``job`` names it on ``/status``, ``passage`` is the kind of its passage,
    ``kinds`` are the names of the boxes of an organisation.

    ``submit`` stores what is new, as a case with the mail's ``mail_id``, and gives its identifier; a reply goes to the ``desk``.
    Neither gets more of a mail than is kept: the text ``mail.cut`` of the noun says so to its sender.
    """

    job: str
    passage: str
    kinds: frozenset[str]
    settings: type[IncomingMailSettings]
    desk: Desk[Any]
    submit: Callable[[Session, Box, Mail], UUID]
