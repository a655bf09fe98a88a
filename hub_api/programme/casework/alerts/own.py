"""``/v1/innovation/me/alerts``: alerts of sensors for programs of those who look after them, such as the dashboards.

What goes on is among the open data; here stands what was done about one, which is acknowledged as it was seen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.alerts.service import Remark, acknowledge_seen, get_alert, is_watcher, names_of
from casework.people.model import Names as PersonNames
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.alerts.settings import AlertSettings
from hub_api.programme.open_data.elements import Filled, From
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import Sent
from hub_api.programme.programs.values import Most, Text
from hub_api.serving.schemas import Names, Schema

router = APIRouter(prefix="/v1/innovation/me/alerts")
OWN = Operations(router, TokenScope.ALERTS_WRITE)


class MyAlertElement(Schema):
    alert: Annotated[UUID, From("alert_id")]
    rule: Annotated[str, From("code")]
    name: Annotated[Names, From("rule_name")]
    text: Annotated[Names, From("rule_text")]
    severity: str
    thing: str
    raised_at: datetime
    cleared_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: Annotated[Names | None, Filled("by")] = Field(
        description="Null if nobody has, or if they have left"
    )
    assigned_to: Annotated[Names | None, Filled("whom")] = Field(
        description="Who looks after it, somebody or a unit"
    )
    version: Annotated[int, From("times")] = Field(
        description="Also the ETag: how often something happened to it"
    )


class AlertNoteSent(Sent):
    note: Annotated[Text, Most(AlertSettings, "note_characters_max")] | None = Field(
        default=None, description="For whoever looks after it too"
    )


@OWN.get("/{alert}", MyAlertElement)
def my_alert(session: Session, alert: UUID) -> Result:
    _find_watcher(session)
    found, happened, _ = get_alert(session, alert)
    known = names_of(session, (found.acknowledged_by, found.assigned_to))
    unit = None if found.assigned_to is None else PersonNames(found.assigned_to, found.assigned_to)
    return Result(
        found,
        len(happened),
        code=found.rule["code"],
        rule_name=PersonNames(**found.rule["name"]),
        rule_text=PersonNames(**found.rule["text"]),
        by=known.get(found.acknowledged_by or ""),
        whom=known.get(found.assigned_to or "", unit),
        times=len(happened),
    )


@OWN.post("/{alert}/acknowledge", my_alert, {"note": "On our way"})
def acknowledge_alert(session: Session, alert: UUID, sent: AlertNoteSent, seen: int) -> None:
    _find_watcher(session)
    acknowledge_seen(session, alert, sent.value(Remark), seen)


def _find_watcher(session: Session) -> None:
    """What somebody may not see is not there for their programs."""
    if not is_watcher(session):
        raise NoSuchObject
