"""A mail before it is written, as it waits, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeAlias
from uuid import UUID

from casework.workflow.wording import Label
from citycore.language import Language

#: What a mail says; a function gives it in a language, since whoever reads it may read it in another one on their page.
Field: TypeAlias = str | int | datetime | Label | Callable[[Language], str]


@dataclass(frozen=True, slots=True)
class Template:
    """``mail.<name>.subject`` and ``.text`` in the messages of the package of a noun, whose name is its last part."""

    package: str
    name: str

    @property
    def code(self) -> str:
        """What the outbox keeps: it outlives a move of the noun's room."""
        return f"{self.package.rpartition('.')[2]}/{self.name}"

    @classmethod
    def of(cls, code: str, packages: Mapping[str, str]) -> Template:
        """``packages`` are those of the nouns by name; ``KeyError`` for a noun that is no more."""
        noun, _, name = code.rpartition("/")
        return cls(packages[noun], name)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a mail: ``digest`` is that of its bytes in the store of the outbox, None once they are kept no longer."""

    name: str
    media_type: str
    size_bytes: int
    digest: str | None


@dataclass(frozen=True, slots=True)
class Mail:
    """What to tell whom, in their language.

    Instants, labels and functions among the fields are worded in it. A field whose name ends in ``link`` is an
    address of the web and stands on a line of its own. One that ``may_wait`` is mailed as its reader has chosen.
    """

    template: Template
    language: Language
    recipient: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    person_id: UUID | None = None
    may_wait: bool = False
    file: Attached | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that is ours to send now; ``attempts`` counts this one."""

    mail_id: UUID
    template: Template
    language: Language
    recipient: str
    fields: Mapping[str, str]
    created_at: datetime
    attempts: int
    file: Attached | None = None


class Status(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class About(NamedTuple):
    """What mails tell of besides: ``words`` that somebody added. Those of a step that can be taken back ``wait`` so long, and are gone
    if the newest step of the object ``step_of`` is taken back meanwhile.
    """

    words: str = ""
    step_of: UUID | None = None
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail as an administrator sees it: without what it says."""

    mail_id: UUID
    template: str
    language: Language
    recipient: str
    status: Status
    created_at: datetime
    due_at: datetime
    attempts: int
    last_error: str | None
