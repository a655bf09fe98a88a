"""Whom ambassadors reached, for everybody: verified, and each event counted once."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from casework.governorates.model import Governorate
from citycore.store.connections import Connection
from hackathon.outreach.activities import repository
from hackathon.outreach.activities.model import Audience, Reach, Topic, Totals, Verified
from hackathon.outreach.activities.settings import ActivitySettings


def sum_reach(connection: Connection) -> Totals:
    """All of it, by governorate, topic and audience."""
    governorates: dict[Governorate | None, Reach] = defaultdict(Reach)
    topics: dict[Topic, Reach] = defaultdict(Reach)
    audiences: dict[Audience, Reach] = defaultdict(Reach)
    total = Reach()
    with connection.transaction():
        for governorate, topic, audience, reach in repository.find_reach(connection):
            governorates[governorate] += reach
            topics[topic] += reach
            audiences[audience] += reach
            total += reach
    return Totals(total, governorates, topics, audiences)


def list_verified(connection: Connection, ambassador_id: UUID, settings: ActivitySettings) -> list[Verified]:
    """The newest verified activities of somebody who agreed to be seen; none of anybody else."""
    with connection.transaction():
        return repository.find_verified(connection, ambassador_id, settings.page_rows_max)
