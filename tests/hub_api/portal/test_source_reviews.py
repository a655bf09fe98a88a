"""Sources of teams and organisations at the desk: a stranger's waits, is decided about with a reason, and its owner is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from casework.access.model import HUB, Role, Scope, ScopeKind
from citycore.registry.document import DatastreamEntry, Document, SourceEntry, ThingEntry
from citycore.registry.service import Keeper, apply
from tests.conftest import Database
from tests.hub_api.conftest import NOW, City
from tests.hub_api.portal.conftest import Portal, Somebody, open_portal

CODE, PATH = "my-roof", "/desk/sources/my-roof"


@pytest.fixture
def portal(database: Database, tmp_path: Path) -> Iterator[Portal]:
    with open_portal(City(database, {}), tmp_path) as portal:
        yield portal


@pytest.fixture
def owner(portal: Portal) -> Somebody:
    """Whoever speaks for a company, whose source has a device with values."""
    salma = portal.join("salma")
    sent = {"kind": "agency", "name_en": "Roofs", "name_ar": "سطوح", "domains": ""}
    made = UUID(salma.browser.send("/organisations/new", sent).headers["location"].rpartition("/")[2])
    portal.appoint_too(salma, Role.OFFICER, Scope(ScopeKind.ORGANISATION, made))
    code = f"organisation:{made}"
    thing = ThingEntry(
        code="roof", kind="station", name_en="Roof", name_ar="سطح", datastreams=[DatastreamEntry(observed_property="pm2_5")]
    )  # fmt: skip
    source = SourceEntry(code=CODE, name_en="My roof", name_ar="سطحي", owner=code, things=[thing])
    with portal.city.database.connect("registry") as connection:
        apply(connection, Document(sources=[source]), NOW, Keeper([code]))
    with portal.city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean, good_count, not_evaluated_count,"
            " suspect_count, bad_count) SELECT datastream_id, %s::timestamptz - n * interval '1 hour', 60, 31.2, 57, 0, 3, 0"
            " FROM datastreams, generate_series(1, 30) AS n",
            [NOW],
        )
    return salma


def subjects(portal: Portal, somebody: Somebody) -> list[str]:
    with portal.city.database.superuser() as connection:
        rows = connection.execute(
            "SELECT subject_en FROM innovation.notifications WHERE person_id = %s AND template LIKE 'source_%%' ORDER BY told_at",
            [somebody.person_id],
        ).fetchall()
    return [row[0] for row in rows]


def test_a_source_that_sends_too_much_is_marked_for_staff_and_owner(portal: Portal, owner: Somebody) -> None:
    staff = portal.join("hamed")
    portal.appoint_too(staff, Role.ADMINISTRATOR, HUB)
    pages = ("/desk/sources", PATH, f"/account/sources/{CODE}")
    assert not [page for page in pages if "sends too much" in staff.browser.get(page).text]
    with portal.city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO source_excesses SELECT source_id, 4211, 99, %s, %s FROM sources WHERE code = %s",
            [NOW, NOW, CODE],
        )
    for page in pages:
        assert "sends too much" in staff.browser.get(page).text
    told = owner.browser.get(pages[2]).text
    assert "4211 messages were counted and not looked at" in told
    assert "24 November 2026" in told
    arabic = staff.browser.get(f"{PATH}?lang=ar").text
    assert "يُرسل أكثر من المسموح" in arabic


def test_a_strangers_source_waits_is_accepted_and_taken_out(portal: Portal, owner: Somebody) -> None:
    staff = portal.join("hamed")
    portal.appoint_too(staff, Role.ADMINISTRATOR, HUB)
    assert "not reviewed" in owner.browser.get(f"/account/sources/{CODE}").text
    assert owner.browser.get(PATH).status_code == 403
    assert PATH in staff.browser.get("").text, "it is among what waits for him"
    page = staff.browser.get(PATH).text
    assert "31.2 µg/m³" in page
    assert "1,800" in page, "values of two weeks"
    refused = staff.browser.send(PATH, {"decision": "accepted", "reason": " "})
    assert (refused.status_code, "Say why" in refused.text) == (409, True) or refused.status_code == 422
    for decision, told in (("accepted", "counts from now on"), ("taken_out", "was taken out")):
        sent = {"decision": decision, "reason": "It stands beside a chimney."}
        assert staff.browser.send(PATH, sent).status_code == 303
        assert told in subjects(portal, owner)[-1]
    assert "It stands beside a chimney." in staff.browser.get(PATH).text
    assert PATH not in staff.browser.get("").text
    assert staff.browser.get("/desk/sources/no-roof").status_code == 404
