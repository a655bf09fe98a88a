"""How ambassadors and their coordinators come from page to page, for the tests of a term."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from casework.access.model import Actor
from casework.files.service import receive
from casework.governorates.model import Governorate
from casework.workflow.clockwork import run_due
from hackathon.outreach.activities import evidence
from hackathon.outreach.activities.model import Audience, Event, Mode, Topic
from hackathon.outreach.activities.service import get_activity
from hackathon.outreach.activities.service import move as move_activity
from hackathon.outreach.activities.service import plan as plan_activity
from hackathon.outreach.ambassadors.model import Profile
from hackathon.outreach.ambassadors.service import present
from programme.registry import BINDINGS
from tests.hackathon.calling import programme_for
from tests.hackathon.terms import Programme
from tests.hub_api.portal.conftest import PASSWORD, Portal, Somebody

OWN, DESK = "/account/ambassador", "/desk/ambassadors"
REPORT = {"reached": "31", "minutes": "90", "account": "We measured <air>."}
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
EVENT = {
    "title": "Open data for <everybody>", "language": "en", "mode": "in_place", "governorate": "OM-MU",
    "topic": "open_data", "audience": "pupils", "starts_at": "2026-12-01T10:00", "ends_at": "2026-12-01T12:00",
}  # fmt: skip
ACTIVITY = re.compile(r"/activities/([0-9a-f-]{36})$")


def serve(portal: Portal, programme: Programme, ambassador: Somebody) -> dict[str, object]:
    """Somebody who is an ambassador for all to see, with an activity that took place and is not reported yet."""
    actor, settings = Actor(ambassador.person_id), portal.office.settings.activities
    call = programme_for(portal.store, programme.clock, settings).call
    ambassador_id = programme.appoint(ambassador.person_id)
    profile = Profile(is_listed=True, biography_en="Teaches about air.")
    call(actor, present, ambassador_id, profile, programme.look(ambassador_id).version)
    event = Event(
        "Air at school", "en", Mode.IN_PLACE, Governorate.MUSANDAM, Topic.OPEN_DATA, Audience.PUPILS,
        programme.now, programme.now + timedelta(hours=1),
    )  # fmt: skip
    activity_id = call(actor, plan_activity, event)
    programme.now += timedelta(hours=2)
    call(actor, move_activity, activity_id, "hold", 1)
    file = call(actor, evidence.add, activity_id, receive(BytesIO(PNG), "class.png", settings.store()))
    event_id = call(actor, get_activity, activity_id).event_id
    return {
        "ambassador_id": ambassador_id, "activity_id": activity_id, "file_id": file.file_id, "event_id": event_id,
    }  # fmt: skip


def apply(somebody: Somebody, governorate: str) -> UUID:
    fields = {"governorate": governorate, "motivation": "I teach.", "language": "en"}
    assert somebody.browser.send(OWN, fields).status_code == 303
    return _own(somebody)


def approve(portal: Portal, coordinator: Somebody, somebody: Somebody, governorate: str) -> UUID:
    ambassador = apply(somebody, governorate)
    step(coordinator, ambassador, "shortlist")
    step(coordinator, ambassador, "interview")
    prepare(coordinator, ambassador, "approve")
    row = portal.store.execute(
        "SELECT decision_id FROM innovation.decisions WHERE object_id = %s", [ambassador]
    ).fetchone()
    portal.store.commit()
    assert row is not None
    assert coordinator.browser.send(f"{DESK}/decisions/release", {"decision": str(row[0])}).status_code == 303
    return ambassador


def appoint(portal: Portal, coordinator: Somebody, somebody: Somebody, governorate: str) -> UUID:
    ambassador = approve(portal, coordinator, somebody, governorate)
    assert somebody.browser.send(f"{OWN}/conduct", {"version": newest(portal, "conduct")}).status_code == 303
    training = {"version": newest(portal, "training")}
    assert coordinator.browser.send(f"{DESK}/{ambassador}/training", training).status_code == 303
    step(coordinator, ambassador, "onboard")
    step(coordinator, ambassador, "start")
    return ambassador


def step(coordinator: Somebody, ambassador: UUID, event: str) -> None:
    page = coordinator.browser.get(f"{DESK}/{ambassador}").text
    found = re.search(
        rf'name="version" value="(\d+)">\s*<input type="hidden" name="event" value="{event}"', page
    )
    assert found is not None, (event, page)
    fields = {"event": event, "version": found.group(1)}
    assert coordinator.browser.send(f"{DESK}/{ambassador}/step", fields).status_code == 303


def prepare(coordinator: Somebody, ambassador: UUID, event: str, reason: str = "") -> None:
    page = coordinator.browser.get(f"{DESK}/{ambassador}").text
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    fields = {"event": event, "version": found.group(1), "reason": reason}
    assert coordinator.browser.send(f"{DESK}/{ambassador}/prepare", fields).status_code == 303


def plan(somebody: Somebody, event: dict[str, str]) -> UUID:
    answer = somebody.browser.send(f"{OWN}/activities/new", event)
    found = ACTIVITY.search(answer.headers.get("location", ""))
    assert found is not None, answer.text
    return UUID(found.group(1))


def report(portal: Portal, somebody: Somebody, event: dict[str, str]) -> UUID:
    activity = plan(somebody, event)
    finish(portal, somebody, activity)
    return activity


def finish(portal: Portal, somebody: Somebody, activity: UUID) -> None:
    """It took place, is told of, shown, and handed in."""
    path = f"{OWN}/activities/{activity}"
    portal.watch.at = max(portal.watch.at, ends_at(portal, activity))
    again(portal, somebody)
    move(somebody, activity, "hold")
    fields = REPORT | {"version": seen_version(portal, activity)}
    assert somebody.browser.send(f"{path}/report", fields).status_code == 303
    assert upload(somebody, path, "photo.png", PNG).status_code == 303
    move(somebody, activity, "report")


def move(somebody: Somebody, activity: UUID, event: str) -> None:
    path = f"{OWN}/activities/{activity}"
    page = somebody.browser.get(path).text
    found = re.search(
        rf'name="version" value="(\d+)">\s*<input type="hidden" name="event" value="{event}"', page
    )
    assert found is not None, (event, page)
    fields = {"event": event, "version": found.group(1)}
    assert somebody.browser.send(f"{path}/step", fields).status_code == 303


def verify(portal: Portal, coordinator: Somebody, activity: UUID, counted: str) -> None:
    fields = {"counted": counted, "version": seen_version(portal, activity)}
    assert coordinator.browser.send(f"/desk/activities/{activity}/verify", fields).status_code == 303


def upload(somebody: Somebody, path: str, name: str, content: bytes) -> Any:
    return somebody.browser.send(f"{path}/evidence", files={"file": (name, content)})


def agree(somebody: Somebody, biography: str) -> None:
    """To be shown to everybody."""
    version = re.search(
        r'/profile".*?name="version" value="(\d+)"', somebody.browser.get(OWN).text, re.DOTALL
    )
    assert version is not None
    fields = {"is_listed": "1", "biography_en": biography, "version": version.group(1)}
    assert somebody.browser.send(f"{OWN}/profile", fields).status_code == 303


def belong_together(portal: Portal, administrator: Somebody, founder: Somebody, joining: Somebody) -> str:
    answer = founder.browser.send("/organisations/new", {"kind": "agency", "name_en": "Together"})
    organisation = answer.headers["location"].rpartition("/")[2]
    fields = {"event": "verify", "version": "1"}
    assert administrator.browser.send(f"/organisations/{organisation}/step", fields).status_code == 303
    assert joining.browser.send(f"/organisations/{organisation}/join").status_code == 303
    membership = _one(
        portal, "SELECT membership_id FROM innovation.memberships WHERE person_id = %s", joining.person_id
    )
    version = _one(portal, "SELECT version FROM innovation.memberships WHERE membership_id = %s", membership)
    fields = {"event": "approve", "version": str(version)}
    answer = founder.browser.send(f"/memberships/{membership}/step", fields)
    assert answer.status_code == 303, answer.text
    return organisation


def later(portal: Portal, event: dict[str, str]) -> dict[str, str]:
    """The same tomorrow."""
    day = f"{portal.watch.at + timedelta(days=1):%Y-%m-%d}"
    return event | {"starts_at": f"{day}T22:00", "ends_at": f"{day}T23:00"}


def again(portal: Portal, somebody: Somebody) -> Somebody:
    """Signed in, since sessions do not last as long as a term."""
    somebody.browser.client.cookies.delete("falaj_session")
    fields = {"email": somebody.email, "password": PASSWORD}
    assert somebody.browser.send("/account/sign-in", fields).status_code == 303
    return somebody


def pass_by(portal: Portal, days: int) -> None:
    portal.watch.pass_by(days=days)
    run_due(portal.office.programme, BINDINGS)
    portal.store.commit()


def newest(portal: Portal, kind: str) -> str:
    return str(_one(portal, "SELECT max(version) FROM innovation.ambassador_papers WHERE kind = %s", kind))


def seen_version(portal: Portal, activity: UUID) -> str:
    return str(_one(portal, "SELECT version FROM innovation.activities WHERE activity_id = %s", activity))


def ambassador_version(portal: Portal, ambassador: UUID) -> str:
    return str(
        _one(portal, "SELECT version FROM innovation.ambassadors WHERE ambassador_id = %s", ambassador)
    )


def event_id(portal: Portal, activity: UUID) -> Any:
    return _one(portal, "SELECT event_id FROM innovation.activities WHERE activity_id = %s", activity)


def ends_at(portal: Portal, activity: UUID) -> Any:
    return _one(
        portal,
        "SELECT ends_at FROM innovation.activities JOIN innovation.outreach_events USING (event_id)"
        " WHERE activity_id = %s", activity,
    )  # fmt: skip


def _own(somebody: Somebody) -> UUID:
    portal = somebody.browser._portal
    return UUID(
        str(
            _one(
                portal,
                "SELECT ambassador_id FROM innovation.ambassadors WHERE person_id = %s ORDER BY applied_at DESC,"
                " state = 'applied' DESC LIMIT 1", somebody.person_id,
            )
        )
    )  # fmt: skip


def _one(portal: Portal, query: str, *parameters: Any) -> Any:
    row = portal.store.execute(query.encode(), parameters).fetchone()
    portal.store.commit()
    assert row is not None
    return row[0]
