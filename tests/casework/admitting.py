"""A hub with rolls and boxes, as tests of admission and of unlinked answers use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from casework.access.model import SYSTEM, Scope, ScopeKind
from casework.admission import service as admission
from casework.admission.model import Admits, NewRoll, Ticket
from casework.admission.rules import read_token, token_digest
from casework.follow_up.keys import HubKey
from casework.follow_up.settings import FollowUpSettings
from casework.forms.model import Answers
from casework.people.model import Names, Visitor
from casework.programme import Programme
from casework.unlinked_answers import service as boxes
from casework.unlinked_answers.model import NewAnswer
from citycore.store.connections import Connection
from programme.registry import open_programme
from tests.conftest import Database

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
KEY = FollowUpSettings(key="6b" * 32)
TITLES = Names("استبيان", "Survey")
_networks = count(1)


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


def hub_of(database: Database, watch: Watch, *parts: object) -> Programme:
    """With connections of its own each time, as a process has: what is refused must stay counted."""

    @contextmanager
    def connect() -> Iterator[Connection]:
        with database.connect("portal") as connection:
            yield connection

    return open_programme(connect, watch, (KEY, *parts))


def visitor() -> Visitor:
    return Visitor(f"10.{next(_networks) // 250}.{next(_networks) % 250}.1", "test")


def open_survey(hub: Programme, tokens: int = 0, channel: str = "letter") -> tuple[UUID, list[str]]:
    """Something that people answer: with tokens, or whoever comes."""
    object_id = uuid4()
    admits = Admits.TOKEN if tokens else Admits.ALL
    scope = Scope(ScopeKind.SURVEY, object_id)
    roll = NewRoll("survey", TITLES, scope, admits=admits, is_unlinked=True)
    hub.call(SYSTEM, admission.open_roll, object_id, roll)
    hub.call(SYSTEM, boxes.open_box, object_id)
    issued = hub.call(SYSTEM, admission.issue_tokens, object_id, tokens, channel) if tokens else []
    return object_id, issued


def open_session(hub: Programme, seats: int, hours: float = 1_000) -> UUID:
    """Something with seats, which ends so many hours from now."""
    object_id = uuid4()
    scope, ends_at = Scope(ScopeKind.SESSION, object_id), hub.clock() + timedelta(hours=hours)
    hub.call(
        SYSTEM,
        admission.open_roll,
        object_id,
        NewRoll("session", TITLES, scope, seats=seats, ends_at=ends_at),
    )
    return object_id


def never() -> bool:
    """No process ends here."""
    return False


def answer(text: str, channel: str = "web", **more: object) -> NewAnswer:
    return NewAnswer(1, Answers({"q": text}), channel, "en", **more)  # type: ignore[arg-type]


def ticket_of(hub: Programme, object_id: UUID, token: str) -> Ticket:
    bare = read_token(token)
    assert bare is not None
    return Ticket(object_id, token_digest(hub.of(HubKey).secret, object_id, bare))


def texts(hub: Programme, object_id: UUID) -> list[str]:
    return [str(one.answers.values["q"]) for one in hub.call(SYSTEM, boxes.read, object_id)]


def finish(hub: Programme, object_id: UUID) -> None:
    hub.call(SYSTEM, boxes.close, object_id)
    assert boxes.mix_due(hub, never) >= 1
