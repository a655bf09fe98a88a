"""Whom ambassadors reached, for everybody: verified, and each event counted once."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from casework.governorates.model import Governorate
from casework.programme import Session
from hackathon.outreach.activities import repository
from hackathon.outreach.activities.model import Audience, Reach, Topic, Totals, Verified
from hackathon.outreach.activities.settings import ActivitySettings


def sum_reach(session: Session) -> Totals:
    """All of it, by governorate, topic and audience."""
    governorates: dict[Governorate | None, Reach] = defaultdict(Reach)
    topics: dict[Topic, Reach] = defaultdict(Reach)
    audiences: dict[Audience, Reach] = defaultdict(Reach)
    total = Reach()
    for governorate, topic, audience, reach in repository.find_reach(session.connection):
        governorates[governorate] += reach
        topics[topic] += reach
        audiences[audience] += reach
        total += reach
    return Totals(total, governorates, topics, audiences)


def list_verified(session: Session, ambassador_id: UUID) -> list[Verified]:
    """The newest verified activities of somebody who agreed to be seen; none of anybody else."""
    rows = session.of(ActivitySettings).page_rows_max
    return repository.find_verified(session.connection, ambassador_id, rows)
