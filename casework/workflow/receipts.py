"""The mail that somebody gets who handed something in: that it arrived, when, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from casework.outbox.model import Field, Mail, Template
from casework.people.model import Names
from casework.workflow.context import CallContext
from casework.workflow.model import Binding
from casework.workflow.repository import QUERIES
from citycore.language import Language
from citycore.store.rows import row_of

_RECEIVED: Final = Template("casework.workflow", "received")


class _Reader(NamedTuple):
    email: str
    language: Language
    names: Names


def receipt(
    call: CallContext, binding: Binding[Any], object_id: UUID, at: datetime, site: str
) -> Iterator[Mail]:
    """For the actor, in their language; of an object that is handed in where its machine says. ``site`` is the portal's address.

    Nothing for the clockwork, and for who has no address.
    """
    person_id, handing_in = call.actor.person_id, binding.machine.handing_in
    reader = row_of(call.connection, _Reader, QUERIES["handed_in_by"], {"person_id": person_id})
    if reader is None or handing_in is None:
        return
    assert binding.called is not None, f"{binding.machine.name} is handed in and has no name"
    called = call.connection.execute(binding.called, {"object_id": object_id}).fetchone()
    title = Names(*(called or (None, None))).shown
    link = f"{site}{handing_in.path.format(object_id)}"
    name = reader.names.shown(reader.language)
    fields: dict[str, Field] = {"name": name, "title": title, "at": at, "link": link}
    yield Mail(_RECEIVED, reader.language, reader.email, fields, person_id)
