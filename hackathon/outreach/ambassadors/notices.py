"""What an ambassador is told, by whomever it was decided: people or the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from casework.outbox.model import Field, Mail, Template
from casework.people.mails import mails_to
from casework.people.settings import PeopleSettings
from casework.workflow.model import Binding, Moved, one_of
from casework.workflow.repository import find_deadlines
from citycore.store.connections import Connection
from hackathon.outreach.ambassadors import repository
from hackathon.outreach.ambassadors.machine import AMBASSADOR, RENEWAL_END, SILENT, TERM_END
from hackathon.outreach.ambassadors.model import Facts
from hackathon.outreach.ambassadors.rules import lapses_at

#: The mail about an event, and the deadline that it names.
TOLD: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "approve": ("approved", None),
        "reject": ("rejected", None),
        "start": ("started", TERM_END),
        "renew": ("started", TERM_END),
        "turn_at_risk": ("at_risk", SILENT),
        "lapse": ("lapsed", None),
        "come_to_term": ("renewal_due", RENEWAL_END),
        "suspend": ("suspended", None),
        "reinstate": ("reinstated", None),
        "remove": ("removed", None),
        "honour": ("honoured", None),
    }
)


def notices(connection: Connection, moved: Moved) -> Iterator[Mail]:
    """The mail about a step, if there is one and somebody to write to."""
    if moved.event not in TOLD:
        return
    recipient = repository.find_recipients(connection, [moved.object_id]).get(moved.object_id)
    if recipient is None:
        return
    name, deadline = TOLD[moved.event]
    link = f"{PeopleSettings().portal_url.rstrip('/')}/account/ambassador"
    fields: dict[str, Field] = {"ambassador_link": link}
    if moved.reason is not None:
        fields["reason"] = AMBASSADOR.label("reason", moved.reason)
    if deadline is not None:
        planned = {one.name: one.instant for one in find_deadlines(connection, moved.object_id)}
        fields["until"] = planned[deadline]
        if deadline == SILENT:
            fields["until"] = lapses_at(planned, moved.at)
    yield from mails_to(Template(AMBASSADOR.package, name), [recipient], **fields)


AMBASSADORS: Binding[Facts] = Binding(
    AMBASSADOR,
    repository.QUERIES["lock"],
    one_of(repository.read_some),
    repository.QUERIES["move"],
    repository.QUERIES["due"],
    notices,
    called=repository.QUERIES["called"],
    read_some=repository.read_some,
)
