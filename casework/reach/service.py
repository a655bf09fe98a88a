"""Entering reach, by those who lead what it is of."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from casework.access.model import Role
from casework.programme import Session
from casework.reach.model import PACKAGE, NewReach, Reach
from casework.reach.settings import ReachSettings
from casework.workflow.errors import Refusal, check_all
from casework.workflow.fields import Fields
from casework.workflow.model import Binding
from casework.workflow.wording import Span
from citycore.clock import CITY_ZONE
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of

QUERIES = load_queries("casework.reach")
FIELDS: Final = Fields(PACKAGE)


@dataclass(frozen=True, slots=True)
class Reaches:
    """Those of the objects of a noun, which these roles enter."""

    binding: Binding[Any]
    roles: Collection[Role]

    def enter(self, session: Session, object_id: UUID, said: NewReach) -> None:
        """:class:`NotAllowed`, :class:`WrongField`. The log names the medium and no number."""
        standing = session.hold(self.binding, object_id, self.roles)
        today = session.now().astimezone(CITY_ZONE).date()
        check_all(wrong_reach(said, session.of(ReachSettings), today))
        values = {"reach_id": session.new_id(), "object_id": object_id, "entered_by": session.person_id}
        session.connection.execute(QUERIES["enter"], values | values_of(said))
        session.note(self.binding, standing, "enter_reach", session.now(), medium=said.medium.value)

    def remove(self, session: Session, object_id: UUID, reach_id: UUID) -> None:
        """What was entered by mistake."""
        standing = session.hold(self.binding, object_id, self.roles)
        session.connection.execute(QUERIES["remove"], {"reach_id": reach_id, "object_id": object_id})
        session.note(self.binding, standing, "remove_reach", session.now())


def list_reach(session: Session, object_id: UUID) -> list[Reach]:
    """Of each source the newest number. Whether the actor may see the object, its noun has said."""
    values = {"object_id": object_id, "rows": session.of(ReachSettings).rows_max}
    return rows_of(session.connection, Reach, QUERIES["list"], values)


def wrong_reach(said: NewReach, settings: ReachSettings, today: date) -> Iterator[Refusal]:
    if not 0 <= said.number <= settings.number_max:
        yield FIELDS.wrong("number", f"0–{settings.number_max}")
    yield from FIELDS.wrong_link("source", said.source, settings.source_characters_max, is_needed=True)
    if said.counted_on > today:
        yield FIELDS.wrong("counted_on", Span(last=today))
