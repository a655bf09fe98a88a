"""How a journey passes an alert. One that this hub does not know, or that is not for everybody, is called by its identifier."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from casework.journeys.model import Passage, Seen
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.wording import Label
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of

PACKAGE: Final = "casework.alerts"
QUERIES = load_queries(PACKAGE)


class Known(NamedTuple):
    """What everybody may know of an alert."""

    alert_id: UUID
    name_ar: str
    name_en: str
    raised_at: datetime
    is_cleared: bool


def _see(session: Session, alert_ids: Collection[UUID]) -> Mapping[UUID, Seen]:
    at = session.now()
    known = {
        one.alert_id: Seen(
            Names(one.name_ar, one.name_en),
            Label(PACKAGE, "state.cleared" if one.is_cleared else "state.open"),
            "",
            one.raised_at,
        )
        for one in rows_of(session.connection, Known, QUERIES["alerts"], {"alerts": list(alert_ids)})
    }
    return {one: known.get(one) or Seen(Names(str(one), str(one)), None, "", at) for one in alert_ids}


PASSAGE = Passage("alert", PACKAGE, 8, _see)
