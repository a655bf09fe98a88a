"""Keeping what mails say: administrators alone, and each change stands in the log of the hub."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from casework.access.model import Role
from casework.audit.model import HUB_CHAIN, Line
from casework.mail_texts import repository
from casework.mail_texts.model import MailText, Written
from casework.mail_texts.rules import shipped, templates_of, why_wrong, wordings
from casework.mail_texts.settings import MailTextSettings
from casework.noun import Nouns
from casework.outbox.model import Template
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, check
from citycore.language import LANGUAGES

#: Of the codes of mails, for the log.
_CODES: Final = UUID("1b0f5f0e-6f0b-4d1e-9d5f-2f5a6c1f7a10")


def list_all(session: Session) -> list[MailText]:
    """Every mail of the hub, in the order of their codes, with the texts that are shipped."""
    _require(session)
    changed = frozenset(repository.find_changed(session.connection))
    return [
        MailText(one.code, shipped(one, "ar"), shipped(one, "en"), one.code in changed)
        for one in templates_of(session.of(Nouns).packages)
    ]


def get(session: Session, code: str) -> MailText:
    """As it is mailed now; :class:`NoSuchObject`."""
    template = _template(session, code)
    own = {language: repository.find(session.connection, code, language) for language in LANGUAGES}
    return MailText(
        code,
        own["ar"] or shipped(template, "ar"),
        own["en"] or shipped(template, "en"),
        any(one is not None for one in own.values()),
    )


def write(session: Session, code: str, written: Written) -> None:
    """From now on, for mails that wait too; :class:`PlaceholderUnknown`, :class:`PlaceholderMissing`, :class:`MailTextUnreadable`."""
    template, most = _template(session, code), session.of(MailTextSettings).characters_max
    for language, said in wordings(written).items():
        check(why_wrong(template, language, said, most))
        repository.write(session.connection, code, language, said, session.now())
    _log(session, code, "edit")


def restore(session: Session, code: str) -> None:
    """Back to the shipped texts."""
    _template(session, code)
    if repository.forget(session.connection, code):
        _log(session, code, "restore")


def _template(session: Session, code: str) -> Template:
    _require(session)
    found = next((one for one in templates_of(session.of(Nouns).packages) if one.code == code), None)
    if found is None:
        raise NoSuchObject
    return found


def _require(session: Session) -> None:
    if not session.actor.at(session.now()).has(Role.ADMINISTRATOR):
        raise NotAllowed


def _log(session: Session, code: str, event: str) -> None:
    line = Line(
        HUB_CHAIN,
        session.now(),
        session.actor.key,
        "mail_text",
        uuid5(_CODES, code),
        event,
        None,
        None,
        None,
        {"template": code},
    )
    session.log(line)
