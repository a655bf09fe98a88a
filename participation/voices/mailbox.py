"""What people write by e-mail: a Maildir a kind and agency, which any mail server or fetching program fills, or such a
mailbox of an IMAP account (:mod:`participation.voices.imap`).

``FALAJ_VOICE_MAIL_FOLDER/AGENCY/KIND`` is the Maildir, with the agency's identifier and a kind such as ``complaint``. What
was read goes from its ``new`` to its ``cur``, so nothing is lost; a mail that fails is set aside, shown, and tried again.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from casework.access.model import SYSTEM
from casework.cases.model import Asker, Channel
from casework.follow_up.model import Followed
from casework.follow_up.rules import read_number
from casework.noun import Stopping
from casework.people.addresses import parse_address
from casework.people.errors import InvalidAddress
from casework.programme import Programme, Session
from citycore.failures.service import Attempts
from citycore.language import Language
from participation.voices import repository, service
from participation.voices.errors import VoiceMailTooLarge, VoiceMailUnreadable
from participation.voices.imap import Account, Rounds
from participation.voices.machine import VOICE
from participation.voices.model import NOWHERE, Kind, Letter, NewVoice, Topic
from participation.voices.passage import PASSAGE
from participation.voices.settings import VoiceSettings

JOB: Final = "voice_mail"
log = structlog.get_logger()
_NUMBER: Final = re.compile(r"\b[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]\b")
_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_LATIN: Final = re.compile(r"[A-Za-z]")
#: Where what somebody answers ends and what they answer to begins.
_QUOTED: Final = re.compile(r"^(>|On .{0,200}wrote:|-{2,} ?Original Message|في .{0,200}كتب)", re.MULTILINE)
_FINISHED: Final = ":2,S"


@dataclass(frozen=True, slots=True)
class Received:
    """A mail, as far as it matters."""

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


def take_in(programme: Programme, stopping: Stopping = lambda: False) -> int:
    """Read the mail that has come; how many were taken in. Without a folder and an account there is none."""
    settings = programme.of(VoiceSettings)
    if settings.mail_folder is None and settings.imap_host is None:
        return 0
    done = 0
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB, programme.clock)
        for letter in _letters(programme, attempts):
            # Mails that have to wait do not count: a folder full of them would hold up everybody else's.
            if stopping() or done >= settings.mails_at_once:
                break
            work = partial(_take, programme.within(connection, SYSTEM), letter)
            # What the error says may quote the mail.
            done += attempts.attempt(letter.key, work, hidden=True) or 0
    return done


def read(content: bytes) -> Received | None:
    """What a mail says; None for what a program has sent by itself, which nobody answers.

    :class:`VoiceMailUnreadable` for one without a sender or without words.
    """
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if _is_automatic(message):
        return None
    name, address = parseaddr(str(message.get("From", "")))
    try:
        sender = parse_address(address).written
        part = message.get_body(("plain",))
        body = "" if part is None else str(part.get_content())
    except (InvalidAddress, LookupError, UnicodeError, AttributeError, KeyError):
        raise VoiceMailUnreadable from None  # its cause would quote the mail
    body = _QUOTED.split(body.replace("\r\n", "\n").replace("\x00", ""))[0].strip()
    mail_id = str(message.get("Message-ID", "")).strip()
    if not body or not mail_id:
        raise VoiceMailUnreadable
    subject = " ".join(str(message.get("Subject", "")).split())
    return Received(mail_id[:500], sender, name.strip(), subject, body)


def _take(session: Session, letter: Letter) -> int:
    """One mail, in a transaction of its own: kept first and moved afterwards, so that a mail that comes twice counts once."""
    settings = session.of(VoiceSettings)
    if letter.size_bytes() > settings.mail_bytes_max:
        raise VoiceMailTooLarge(bytes_max=settings.mail_bytes_max)
    found = read(letter.read())
    with session.connection.transaction():
        if found is not None and not _is_too_many(session, found, settings):
            _keep(session, letter, found, settings)
        elif found is not None:
            return 0  # it has its turn when the hour is over
    letter.finish()
    if found is None:
        log.info("voice_mail_ignored", reason="automatic")
    return int(found is not None)


def _keep(session: Session, letter: Letter, found: Received, settings: VoiceSettings) -> None:
    """What is longer than the hub keeps is cut, and the thread says so to both sides."""
    most = settings.body_characters_max
    body, is_cut = found.body[:most], len(found.body) > most
    voice_id = _answered(session, found)
    if voice_id is not None:
        follower = session.programme.within(session.connection, Followed(PASSAGE.kind, voice_id).actor)
        way = service.Way(Channel.EMAIL, found.mail_id)
        is_cut = service.reply(follower, voice_id, body, way) and is_cut
    elif repository.is_mail_known(session.connection, found.mail_id):
        return
    else:
        new = NewVoice(
            letter.kind,
            letter.agency_id,
            Topic.OTHER,
            (found.subject or found.body)[: settings.subject_characters_max],
            body,
            NOWHERE,
            Channel.EMAIL,
            found.language,
            Asker(name=found.name[:100], email=found.sender),
            mail_id=found.mail_id,
        )
        voice_id = service.submit(session, new).voice_id
    if is_cut:
        service.say_cut(session, voice_id, len(found.body), most)


def _answered(session: Session, found: Received) -> UUID | None:
    """What a mail answers to: its subject has the number, and it comes from the address that was left there.

    What is over is not gone on with: somebody who writes again opens another.
    """
    numbers = {read_number(text) for text in _NUMBER.findall(found.subject)} - {None}
    for number in numbers:
        voice_id = repository.find_followed(session.connection, str(number), parse_address(found.sender).key)
        voice = None if voice_id is None else repository.find_voice(session.connection, voice_id)
        if voice is not None and not VOICE.state(voice.state).is_terminal:
            return voice.voice_id
    return None


def _is_automatic(message: EmailMessage) -> bool:
    """Out-of-office notes, lists, and what mail servers and hubs send: answering them would never end."""
    said = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    is_bounce = str(message.get("Return-Path", "")).strip() == "<>"
    has_list = any(
        message.get(name) is not None for name in ("List-Id", "X-Autoreply", "X-Auto-Response-Suppress")
    )
    return said != "no" or precedence in {"bulk", "junk", "list", "auto_reply"} or is_bounce or has_list


def _is_too_many(session: Session, found: Received, settings: VoiceSettings) -> bool:
    key = parse_address(found.sender).key
    return repository.count_mails(session.connection, key, session.now()) >= settings.mails_per_hour


def _letters(programme: Programme, attempts: Attempts) -> Iterator[Letter]:
    settings = programme.of(VoiceSettings)
    if settings.mail_folder is not None:
        yield from _in_maildirs(settings.mail_folder)
    if settings.imap_host is not None and programme.of(Rounds).is_due(
        programme.clock, settings.imap_pause_seconds
    ):
        yield from _in_account(settings, attempts)


def _in_account(settings: VoiceSettings, attempts: Attempts) -> Iterator[Letter]:
    """A mailbox that cannot be read stands for itself; a connection that broke ends the round."""
    subject = f"imap/{settings.imap_host}"
    account = attempts.attempt(subject, lambda: Account(settings))
    if account is None:
        return
    with closing(account):
        for agency_id, kind, box in attempts.attempt(f"{subject}/list", account.boxes) or ():
            waiting = account.letters(agency_id, kind, box)
            for letter in attempts.attempt(f"imap/{agency_id}/{kind}", partial(_all, waiting)) or ():
                if account.is_broken:
                    return
                yield letter


def _all(letters: Iterator[Letter]) -> list[Letter]:
    return list(letters)


def _in_maildirs(root: Path) -> Iterator[Letter]:
    """What waits, the oldest first in each Maildir; folders of another shape are no Maildirs of ours."""
    for folder in sorted(root.glob("*/*/new")):
        try:
            agency_id, kind = UUID(folder.parts[-3]), Kind(folder.parts[-2])
        except ValueError:
            continue
        for file in sorted(folder.iterdir(), key=lambda one: one.name):
            if file.is_file() and not file.name.startswith("."):
                yield _letter_in(file, agency_id, kind)


def _letter_in(file: Path, agency_id: UUID, kind: Kind) -> Letter:
    target = file.parent.parent / "cur" / f"{file.name}{_FINISHED}"
    return Letter(
        f"{agency_id}/{kind}/{file.name}",
        agency_id,
        kind,
        lambda: file.stat().st_size,
        file.read_bytes,
        lambda: _rename(file, target),
    )


def _rename(file: Path, target: Path) -> None:
    file.rename(target)
