"""What the stages of participation have in common: people of a hub, what they were mailed, and a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from casework.access.model import ANONYMOUS, Actor, Grant
from casework.follow_up.settings import FollowUpSettings
from casework.programme import Session
from casework.workflow.clockwork import run_due
from casework.workflow.model import Binding
from citycore.store.connections import Connection
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import store_account, store_agency

#: A Tuesday at noon in Muscat.
NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Stage:
    """In one transaction; ``bindings`` are of what goes on by the clock."""

    bindings: ClassVar[tuple[Binding[Any], ...]] = ()

    def __init__(self, connection: Connection, agencies: Iterable[UUID]) -> None:
        self.connection, self.now = connection, NOON
        for agency in agencies:
            store_agency(connection, agency)
        self.programme = programme_for(connection, lambda: self.now, FollowUpSettings(key="ab" * 32))  # type: ignore[arg-type]

    def somebody(self, *grants: Grant) -> Actor:
        return Actor(store_account(self.connection), grants)

    def within(self, actor: Actor = ANONYMOUS) -> Session:
        return self.programme.within(self.connection, actor)

    def until(self, at: datetime) -> None:
        self.now = at
        run_due(self.programme, self.bindings)

    def pass_by(self, time: timedelta) -> None:
        self.until(self.now + time)

    def mails(self) -> list[tuple[str, str]]:
        """To whom, and the name of what."""
        rows = self.connection.execute(
            "SELECT recipient, template FROM innovation.outbox ORDER BY created_at, mail_id"
        ).fetchall()
        return [(recipient, template.rpartition("/")[2]) for recipient, template in rows]

    def mailed(self, name: str) -> int:
        """How often."""
        return [known for _, known in self.mails()].count(name)
