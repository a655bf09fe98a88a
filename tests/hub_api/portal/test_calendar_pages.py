"""The calendar of days at the desk: kept, confirmed and removed, and what a form refuses."""

from __future__ import annotations

from casework.access.model import Role
from tests.hub_api.portal.conftest import Portal

PATH = "/desk/calendar"
TERM = {
    "kind": "school_term", "starts_on": "2027-01-31", "ends_on": "2027-06-10", "name_ar": "الفصل الثاني",
    "name_en": "Second term", "source": "MoE", "is_confirmed": "1",
}  # fmt: skip
EID = {"country": "OM", "kind": "holiday", "starts_on": "2027-03-08"}


def test_days_are_kept_confirmed_and_removed(portal: Portal) -> None:
    keeper = portal.appoint(Role.ADMINISTRATOR, name="keeper").browser
    assert f'href="/portal{PATH}"' in keeper.get("/desk").text
    year = keeper.get(f"{PATH}?year=2027").text
    assert ("Eid al-Fitr" in year, "Second term" in year) == (True, False)
    made = keeper.send(f"{PATH}/keep", TERM)
    assert (made.status_code, made.headers["location"]) == (303, f"/portal{PATH}?year=2027"), made.text
    assert "Second term" in keeper.get(f"{PATH}?year=2027").text
    before = keeper.get(f"{PATH}?year=2027").text.count("is-late")
    assert keeper.send(f"{PATH}/confirm", EID).status_code == 303
    shown = keeper.get(f"{PATH}?year=2027&lang=ar").text
    assert shown.count("is-late") == before - 1
    assert "الفصل الثاني" in shown
    term = {"country": "OM", "kind": "school_term", "starts_on": "2027-01-31"}
    assert keeper.send(f"{PATH}/remove", term).status_code == 303
    assert "Second term" not in keeper.get(f"{PATH}?year=2027&lang=en").text
    assert keeper.send(f"{PATH}/remove", term).status_code == 404
    assert keeper.get(f"{PATH}?year=9999").status_code == 200
    with portal.city.database.superuser() as connection:
        lines = connection.execute(
            "SELECT event FROM innovation.audit WHERE event LIKE '%calendar_entry' ORDER BY position"
        ).fetchall()
    assert [event.split("_")[0] for (event,) in lines] == ["keep", "confirm", "remove"]


def test_what_a_form_refuses_is_shown_beside_the_field(portal: Portal) -> None:
    keeper = portal.appoint(Role.ADMINISTRATOR, name="keeper").browser
    for wrong in ({"ends_on": "2027-01-01"}, {"starts_on": "31 January"}, {"name_en": ""}):
        refused = keeper.send(f"{PATH}/keep", {**TERM, **wrong})
        assert (refused.status_code, 'aria-invalid="true"' in refused.text) == (422, True), wrong
        assert "الفصل الثاني" in refused.text, "what was typed is kept"
    assert (
        keeper.send(
            f"{PATH}/remove", {"country": "OM", "kind": "holiday", "starts_on": "2026-11-25"}
        ).status_code
        == 409
    )
    duty = portal.appoint(Role.DUTY_OFFICER, name="duty").browser
    assert duty.send(f"{PATH}/keep", TERM).status_code == 403
