"""Taking in what people write by e-mail. What fails is set aside, shown, and tried again, while the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from casework.access.model import SYSTEM
from casework.cases import service as cases
from casework.cases.mails import to_asker
from casework.cases.model import Channel, NewMessage, Sender, Visibility, Way
from casework.follow_up.model import Followed
from casework.incoming_mail.errors import MailTooLarge
from casework.incoming_mail.imap import Account, Rounds
from casework.incoming_mail.maildir import letters_in
from casework.incoming_mail.model import PACKAGE, Intake, Letter, Mail
from casework.incoming_mail.rules import numbers_in, read
from casework.incoming_mail.settings import IncomingMailSettings
from casework.noun import Job, Stopping
from casework.people.addresses import parse_address
from casework.programme import Programme, Session
from citycore.failures.service import Attempts
from citycore.language import catalogue
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of

QUERIES = load_queries(PACKAGE)
log = structlog.get_logger()
_TURN: Final = timedelta(hours=1)


def job_of(intake: Intake) -> Job:
    return Job(intake.job, lambda programme, stopping: take_in(programme, intake, stopping))


def take_in(programme: Programme, intake: Intake, stopping: Stopping = lambda: False) -> int:
    """Read the mail that has come; how many were taken in. Without a folder and an account there is none."""
    settings = programme.of(intake.settings)
    if settings.mail_folder is None and settings.imap_host is None:
        return 0
    done = 0
    with programme.connect() as connection:
        attempts = Attempts(connection, intake.job, programme.clock)
        for letter in _letters(programme, intake, attempts):
            # Mails that have to wait do not count: a folder full of them would hold up everybody else's.
            if stopping() or done >= settings.mails_at_once:
                break
            work = partial(_take, programme.within(connection, SYSTEM), intake, letter)
            # What the error says may quote the mail.
            done += attempts.attempt(letter.key, work, hidden=True) or 0
    return done


def _take(session: Session, intake: Intake, letter: Letter) -> int:
    """One mail, in a transaction of its own: kept first and moved afterwards, so that a mail that comes twice counts once."""
    settings = session.of(intake.settings)
    if letter.size_bytes() > settings.mail_bytes_max:
        raise MailTooLarge(bytes_max=settings.mail_bytes_max)
    found = read(letter.read())
    with session.connection.transaction():
        if found is not None and not _is_too_many(session, found, settings):
            _keep(session, intake, letter, found)
        elif found is not None:
            return 0  # it has its turn when the hour is over
    letter.finish()
    if found is None:
        log.info("mail_ignored", job=intake.job, reason="automatic")
    return int(found is not None)


def _keep(session: Session, intake: Intake, letter: Letter, found: Mail) -> None:
    """What is longer than the hub keeps is cut, and the thread says so to both sides."""
    most = session.of(intake.settings).body_characters_max
    mail, is_cut = replace(found, body=found.body[:most]), len(found.body) > most
    case_id = _answered(session, intake, found)
    if case_id is not None:
        follower = session.programme.within(session.connection, Followed(intake.passage, case_id).actor)
        way = Way(Channel.EMAIL, found.mail_id)
        is_cut = intake.desk.reply(follower, case_id, mail.body, way) and is_cut
    elif only_row(session.connection, bool, QUERIES["is_known"], {"mail_id": found.mail_id}):
        return
    else:
        case_id = intake.submit(session, letter.box, mail)
    if is_cut:
        language = cases.get_case(session, case_id).language
        fields = {"characters": len(found.body), "characters_max": most}
        text = catalogue(PACKAGE).text("thread.cut", language, **fields)
        new = NewMessage(Visibility.ASKER, Sender.STAFF, text, language, Channel.EMAIL)
        cases.say(session, case_id, new)
        session.send(to_asker(session, intake.desk.matter(session, case_id), "cut", text=text), session.now())


def _answered(session: Session, intake: Intake, found: Mail) -> UUID | None:
    """What a mail answers to: its subject has the number, and it comes from the address that was left there.

    What is over is not gone on with: somebody who writes again opens another.
    """
    values: dict[str, object] = {"kind": intake.passage, "email_key": parse_address(found.sender).key}
    key, numbers = parse_address(found.sender).key, sorted(numbers_in(found.subject))
    values = {"kind": intake.passage, "email_key": key, "numbers": numbers}
    return row_of(session.connection, UUID, QUERIES["followed"], values)


def _is_too_many(session: Session, found: Mail, settings: IncomingMailSettings) -> bool:
    values = {"email_key": parse_address(found.sender).key, "since": session.now() - _TURN}
    return only_row(session.connection, int, QUERIES["mails_since"], values) >= settings.mails_per_hour


def _letters(programme: Programme, intake: Intake, attempts: Attempts) -> Iterator[Letter]:
    settings = programme.of(intake.settings)
    if settings.mail_folder is not None:
        yield from letters_in(settings.mail_folder, intake)
    rounds = programme.of(Rounds)
    if settings.imap_host is not None and rounds.is_due(
        intake.job, programme.clock, settings.imap_pause_seconds
    ):
        yield from _in_account(settings, intake, attempts)


def _in_account(settings: IncomingMailSettings, intake: Intake, attempts: Attempts) -> Iterator[Letter]:
    """A mailbox that cannot be read stands for itself; a connection that broke ends the round."""
    subject = f"imap/{settings.imap_host}"
    account = attempts.attempt(subject, lambda: Account(settings, intake))
    if account is None:
        return
    with closing(account):
        for box, name in attempts.attempt(f"{subject}/list", account.boxes) or ():
            work = partial(account.letters, box, name)
            for letter in attempts.attempt(f"imap/{box.organisation_id}/{box.kind}", work) or ():
                if account.is_broken:
                    return
                yield letter
