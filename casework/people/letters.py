"""Mails to people: each in the language of whom it is for, with their name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from casework.outbox.model import Mail, Template
from casework.people.model import Person, Recipient
from casework.workflow.wording import Label

Field: TypeAlias = str | int | datetime | Label


def letter(to: Person | Recipient | None, template: Template, **fields: Field) -> Iterator[Mail]:
    """None to whoever has left."""
    if isinstance(to, Person):
        known = to.email, to.language, to.names.shown(to.language)
        to = None if known[0] is None else Recipient(to.person_id, known[0], *known[1:])
    if to is not None:
        yield Mail(template, to.language, to.email, {"name": to.name, **fields}, to.person_id)
