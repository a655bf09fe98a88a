"""What applicants are told about what the clock has done, and the binding with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from casework.outbox.model import Mail
from casework.people.settings import PeopleSettings
from casework.workflow.model import Binding, Moved, one_of
from citycore.store.connections import Connection
from hackathon.funding.applications import mails, repository, standing
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import Facts

#: The mail about a step of the clock.
TOLD: Mapping[str, str] = MappingProxyType({"expire": "expired", "time_out": "no_answer"})


def notices(connection: Connection, moved: Moved) -> Iterator[Mail]:
    """The mails about a step, to all who apply."""
    application = repository.find_application(connection, moved.object_id)
    if application is not None and moved.event in TOLD:
        portal_url = PeopleSettings().portal_url
        yield from mails.to_applicants(connection, portal_url, TOLD[moved.event], application)


APPLICATIONS: Binding[Facts] = Binding(
    APPLICATION,
    repository.QUERIES["lock"],
    one_of(standing.read_some),
    repository.QUERIES["move"],
    repository.QUERIES["due"],
    notices,
    called=repository.QUERIES["called"],
    read_some=standing.read_some,
)
