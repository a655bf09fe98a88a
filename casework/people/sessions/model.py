"""Sessions as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from casework.access.model import Actor
from casework.people.model import Person
from casework.second_factor.model import Need

NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that has just begun. ``token`` is for the browser's cookie and shown only now."""

    session_id: UUID
    person_id: UUID
    token: str
    begun_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is signed in, and as whom they act. A session begins anew each time that its person shows who they are: at
    ``proved_at`` they did so last. ``needs`` are duties of theirs that ask for more than this session has shown; they sleep,
    unless there is a ``grace``, which ends then.
    """

    session_id: UUID
    person: Person
    actor: Actor
    proved_at: datetime = NEVER
    needs: tuple[Need, ...] = ()
    grace: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its person sees it in a list."""

    session_id: UUID
    device: str
    network: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
