"""A need that a vendor's offering fits, their introduction, and a pilot with a thing, for the rows of the matrix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from citycore.store.connections import Connection
from hackathon.market.needs.machine import QUESTIONS_CLOSE, RESPONSES_CLOSE
from tests.hackathon.introduction_specimens import store_pilot
from tests.hub_api.portal.conftest import Portal, Somebody

#: As the form of a proposal sends it.
PILOT = {
    "code": "lamps", "title_ar": "مصابيح تخفت", "title_en": "Lamps that dim", "purpose_ar": "في شارع واحد.",
    "purpose_en": "In one <street>.", "starts_on": "2026-12-01", "ends_on": "2027-02-28",
}  # fmt: skip
THING = {
    "name": "one",
    "kind": "lamp",
    "name_ar": "مصباح",
    "name_en": "Lamp",
    "latitude": "23.6",
    "longitude": "58.4",
}
OTHERS = {"matched_need_id": "need_id", "proposed_pilot_id": "pilot_id"}
FORMS: dict[str, dict[str, str]] = {
    "POST /portal/needs/{matched_need_id}/introductions": {"offering": "{offering_id}", "by": "agency"},
    "POST /portal/account/vendor/introductions": {"need": "{matched_need_id}", "offering": "{offering_id}"},
    "POST /portal/introductions/{introduction_id}/step": {"event": "meet", "version": "99"},
    "POST /portal/introductions/{introduction_id}/contact": {"version": "99"},
    "POST /portal/introductions/{introduction_id}/outcome": {"days": "30", "met": "1"},
    "POST /portal/pilots/new": {**PILOT, "origin": "introduction", "from": "{introduction_id}"},
    "POST /portal/pilots/{pilot_id}/step": {"event": "start", "version": "99"},
    "POST /portal/pilots/{pilot_id}/things": THING,
    "POST /portal/pilots/{pilot_id}/datastreams": {
        "thing": "pilot-lamps-one", "property": "nothing", "result_type": "measurement",
    },
}  # fmt: skip


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    staff = administrator | {"programme_officer"}
    both = frozenset({"officer", "vendor"})
    return {
        "GET /portal/needs/{matched_need_id}/matches": staff | {"officer"},
        "POST /portal/needs/{matched_need_id}/introductions": frozenset({"officer"}),
        "GET /portal/account/vendor/matches": frozenset({"vendor", "rival"}),
        "POST /portal/account/vendor/introductions": frozenset({"vendor"}),
        "GET /portal/introductions/{introduction_id}": staff | both,
        "POST /portal/introductions/{introduction_id}/step": both,
        "POST /portal/introductions/{introduction_id}/contact": both,
        "POST /portal/introductions/{introduction_id}/outcome": both,
        "GET /portal/account/introductions": signed,
        "GET /portal/desk/introductions": staff,
        "GET /portal/desk/pilots": staff,
        "POST /portal/desk/pilots/bulk": staff,
        "GET /portal/pilots": everybody,
        "GET /portal/account/pilots": signed,
        # Without what it is to come out of it is no address; with it, see who may propose.
        "GET /portal/pilots/new": signed,
        "POST /portal/pilots/new": staff | both,
        "GET /portal/pilots/{pilot_id}": everybody,
        # Not agreed, and of others.
        "GET /portal/pilots/{proposed_pilot_id}": staff,
        "POST /portal/pilots/{pilot_id}/step": both,
        "POST /portal/pilots/{pilot_id}/things": frozenset({"vendor"}),
        "POST /portal/pilots/{pilot_id}/datastreams": frozenset({"vendor"}),
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    officer, vendor = people["officer"], people["vendor"]
    with portal.city.database.connect() as owner:
        need_id = open_need(owner, portal, objects["organisation_id"])
        proposed = store_pilot(owner)
    introduction_id = introduce(portal, officer, vendor, need_id, objects["offering_id"])
    pilot_id = agree(portal, officer, vendor, introduction_id)
    assert vendor.browser.send(f"/pilots/{pilot_id}/things", dict(THING)).status_code == 303
    return {
        "matched_need_id": need_id, "introduction_id": introduction_id, "pilot_id": pilot_id,
        "proposed_pilot_id": proposed,
    }  # fmt: skip


def open_need(owner: Connection, portal: Portal, agency: object) -> str:
    """Of an agency, published, for smart lighting, and answered by introductions."""
    need_id, now = str(uuid4()), portal.watch()
    owner.execute(
        "INSERT INTO innovation.needs (need_id, organisation_id, state, state_changed_at, created_at, published_at,"
        " code, title_ar, title_en, problem_ar, problem_en, client_kind, sector, capabilities, capabilities_wished,"
        " standards, maturity_min, governorate, languages, currency, is_budget_public, sme_only, is_sealed, criteria)"
        " VALUES (%s, %s, 'published', %s, %s, %s, %s, 'إنارة أذكى للشوارع', 'Smarter street lighting',"
        " 'المصابيح تضيء الطريق الخالية.', 'Lamps shine on empty <roads>.', 'municipality', 'energy',"
        " '{smart_lighting}', '{energy_management}', '{mqtt}', 5, 'OM-MA', '{ar}', 'OMR', false, false, false, '[]')",
        [need_id, agency, now, now, now, f"lighting-{need_id[:8]}"],
    )
    for name in (QUESTIONS_CLOSE, RESPONSES_CLOSE):
        owner.execute(
            "INSERT INTO innovation.deadlines VALUES (%s, %s, %s, 'Asia/Muscat')",
            [need_id, name, now + timedelta(days=400)],
        )
    return need_id


def introduce(
    portal: Portal, officer: Somebody, vendor: Somebody, need_id: object, offering_id: object
) -> str:
    """Both want to meet."""
    fields = {"offering": str(offering_id), "by": "agency"}
    answer = officer.browser.send(f"/needs/{need_id}/introductions", fields)
    assert answer.status_code == 303, answer.text
    introduction_id = answer.headers["location"].rpartition("/")[2]
    step(portal, vendor, "introductions", introduction_id, "vendor_interest")
    return introduction_id


def agree(portal: Portal, officer: Somebody, vendor: Somebody, introduction_id: str) -> str:
    """A pilot that the vendor proposes and the agency agrees to."""
    fields = {**PILOT, "origin": "introduction", "from": introduction_id}
    answer = vendor.browser.send("/pilots/new", fields)
    assert answer.status_code == 303, answer.text
    pilot_id = answer.headers["location"].rpartition("/")[2]
    step(portal, officer, "pilots", pilot_id, "agency_agree")
    return pilot_id


def step(portal: Portal, who: Somebody, room: str, object_id: str, event: str, reason: str = "") -> None:
    """A step at the version that is there now."""
    query = f"SELECT version FROM innovation.{room} WHERE {room.removesuffix('s')}_id = %s"
    row = portal.store.execute(query.encode(), [object_id]).fetchone()
    portal.store.commit()
    assert row is not None
    fields = {"event": event, "version": str(row[0])} | ({"reason": reason} if reason else {})
    answer = who.browser.send(f"/{room}/{object_id}/step", fields)
    assert answer.status_code == 303, answer.text
