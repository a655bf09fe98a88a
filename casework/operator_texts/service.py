"""Keeping what the hub says about itself: administrators alone, and each change stands in the log of the hub."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from casework.access.model import Role
from casework.audit.model import HUB_CHAIN, Line
from casework.audit.service import append
from casework.operator_texts import repository
from casework.operator_texts.model import Written
from casework.operator_texts.rules import FIELDS, tidied, why_wrong
from casework.operator_texts.settings import OperatorTextSettings
from casework.programme import Session
from casework.workflow.errors import NotAllowed, check

#: Of the names of pages, for the log.
_NAMES: Final = UUID("5e8f1f3d-3a0e-4f62-8d6c-6b6d7b1b9d11")


def list_named(session: Session) -> frozenset[str]:
    """The pages that say what the operator wrote here."""
    _require(session)
    return repository.find_named(session.connection)


def find(session: Session, name: str) -> Written | None:
    """What was written of a page; None where it says what comes with the hub."""
    _require(session)
    return repository.find(session.connection, name)


def write(session: Session, name: str, said: Written) -> None:
    """From now on; :class:`WrongField`, :class:`OperatorTextPlaceholderUnknown`."""
    _require(session)
    text = tidied(said)
    FIELDS.check_texts(text, ("text_ar", "text_en"), session.of(OperatorTextSettings).characters_max)
    check(why_wrong(text))
    repository.write(session.connection, name, text, session.now())
    _log(session, name, "edit")


def restore(session: Session, name: str) -> None:
    """Back to what comes with the hub."""
    _require(session)
    if repository.forget(session.connection, name):
        _log(session, name, "restore")


def _require(session: Session) -> None:
    if not session.actor.at(session.now()).has(Role.ADMINISTRATOR):
        raise NotAllowed


def _log(session: Session, name: str, event: str) -> None:
    key = uuid5(_NAMES, name)
    append(
        session.connection,
        Line(
            HUB_CHAIN,
            session.now(),
            session.actor.key,
            "operator_text",
            key,
            event,
            None,
            None,
            None,
            {"name": name},
        ),
    )
