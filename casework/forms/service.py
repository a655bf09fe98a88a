"""Forms that are written, and versions of them that are asked and never change.

A noun says who may write and when it is asked; its answers name the version that people had before them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.forms.errors import FormUnsound, NoErratum
from casework.forms.model import FormField
from casework.forms.questionnaires import Form, digest_of, faults_of, is_erratum
from casework.forms.rules import document_of, form_of
from casework.forms.settings import FormSettings
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile, existing
from citycore.store.queries import load_queries
from citycore.store.rows import known, row_of

QUERIES = load_queries("casework.forms")


@dataclass(frozen=True, slots=True)
class FormVersion:
    """What people are asked; ``erratum_of`` is the version that means the same in other words."""

    form_id: UUID
    version: int
    digest: bytes
    document: list[dict[str, Any]]
    erratum_of: int | None
    frozen_at: datetime

    @property
    def fields(self) -> tuple[FormField, ...]:
        return form_of(self.document)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is still being written; ``version`` counts how often it was saved."""

    version: int
    document: list[dict[str, Any]]
    changed_at: datetime

    @property
    def fields(self) -> tuple[FormField, ...]:
        return form_of(self.document)


def save_draft(session: Session, form_id: UUID, form: Form, seen_version: int | None) -> None:
    """Keep what is written so far, sound or not, and what it was before; :class:`ChangedMeanwhile` if somebody else saved
    it since.
    """
    values = {
        "form_id": form_id,
        "document": Jsonb(document_of(form)),
        "at": session.now(),
        "seen_version": seen_version,
    }
    session.connection.execute(QUERIES["keep_earlier"], values)
    version = row_of(session.connection, int, QUERIES["save_draft"], values)
    if version is None:
        raise ChangedMeanwhile
    kept = {"form_id": form_id, "from_version": version - session.of(FormSettings).drafts_kept}
    session.connection.execute(QUERIES["forget_earlier"], kept)


def find_draft(session: Session, form_id: UUID) -> Draft | None:
    return row_of(session.connection, Draft, QUERIES["draft"], {"form_id": form_id})


def check_form(session: Session, form: Form) -> None:
    """:class:`FormUnsound` for what cannot be asked."""
    for fault in faults_of(form, session.of(FormSettings)):
        raise FormUnsound(field=fault.code or "–", fault=fault.fault, limit=fault.limit)


def freeze(session: Session, form_id: UUID, form: Form, *, as_erratum: bool = False) -> FormVersion:
    """The version with these very words, made now if there is none.

    ``as_erratum`` says that it means the same as the newest one, so that answers to both count together;
    :class:`NoErratum` if more than words differ. :class:`FormUnsound` for what cannot be asked.
    """
    check_form(session, form)
    session.connection.execute(QUERIES["lock_form"], {"form_id": form_id})
    newest = latest(session, form_id)
    if as_erratum and (newest is None or not is_erratum(newest.fields, form)):
        raise NoErratum
    digest = digest_of(form)
    values = {
        "form_id": form_id,
        "digest": digest,
        "document": Jsonb(document_of(form)),
        "erratum_of": newest.version if as_erratum and newest is not None else None,
        "at": session.now(),
    }
    session.connection.execute(QUERIES["freeze"], values)
    return known(row_of(session.connection, FormVersion, QUERIES["by_digest"], values))


def latest(session: Session, form_id: UUID) -> FormVersion | None:
    return row_of(session.connection, FormVersion, QUERIES["latest"], {"form_id": form_id})


def get_version(session: Session, form_id: UUID, version: int) -> FormVersion:
    """:class:`NoSuchObject` if it was never asked."""
    return existing(
        row_of(
            session.connection, FormVersion, QUERIES["by_version"], {"form_id": form_id, "version": version}
        )
    )
