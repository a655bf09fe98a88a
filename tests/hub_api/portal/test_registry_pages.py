"""The registry on pages: a vocabulary for everybody, forms for those who keep it, and files that go out and in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from casework.access.model import Role
from tests.hub_api.portal.conftest import Portal, Somebody

DESK = "/desk/registry"
PROPERTY = {
    "code": "wall_lean", "name_en": "Lean of a wall", "name_ar": "ميل الجدار", "sector": "other", "unit": "mm",
    "lower_bound": "0", "upper_bound": "100", "lowest_possible": "", "highest_possible": "", "aliases": "lean; Wall-Tilt",
    "definition": "https://example.org/lean", "result_type": "measurement", "quality_tests": "", "is_amount": "",
}  # fmt: skip
PLACE = {
    "code": "old-harbour", "kind": "other", "name_en": "Old harbour", "name_ar": "الميناء القديم", "parent_code": "",
    "zone": "Asia/Muscat", "provenance": "",
    "geometry": '{"type":"Polygon","coordinates":[[[58,23],[58,24],[59,24],[59,23],[58,23]]]}',
}  # fmt: skip
SENSOR = {"code": "BME680", "name_en": "BME680", "name_ar": "BME680", "manufacturer": "Bosch", "model": "", "datasheet_url": ""}  # fmt: skip
SECTOR = {"code": "heritage", "name_en": "Heritage", "name_ar": "التراث"}
NEW = {"observed_properties": PROPERTY, "places": PLACE, "sensors": SENSOR, "sectors": SECTOR}


@pytest.fixture
def keeper(portal: Portal) -> Iterator[Somebody]:
    yield portal.appoint(Role.ADMINISTRATOR)
    with portal.city.database.connect() as owner:
        owner.execute("DELETE FROM observed_properties WHERE code = 'wall_lean'")
        owner.execute("DELETE FROM places WHERE code = 'old-harbour'")
        owner.execute("DELETE FROM sensors WHERE code = 'BME680'")
        owner.execute("DELETE FROM sectors WHERE code = 'heritage'")


def bring(somebody: Somebody, text: str, deed: str, name: str = "") -> httpx.Response:
    """As a file, or pasted into the field."""
    file = (name, text.encode(), "text/plain") if name else ("", b"", "application/octet-stream")
    sent = {"deed": deed, "document": "" if name else text}
    return somebody.browser.send_once(f"{DESK}/import", sent, files={"file": file})


@pytest.mark.parametrize("part", NEW)
def test_an_entry_is_made_found_and_changed(portal: Portal, keeper: Somebody, part: str) -> None:
    browser, fields = keeper.browser, NEW[part]
    assert f'action="/portal{DESK}/{part}/new"' in browser.get(f"{DESK}/{part}/new").text
    made = browser.send(f"{DESK}/{part}/new", fields)
    path = f"{DESK}/{part}/{fields['code']}"
    assert (made.status_code, made.headers["location"]) == (303, f"/portal{path}"), made.text
    assert browser.send(f"{DESK}/{part}/new", fields).status_code == 422, "it is there already"
    shown = browser.get(path).text
    for name, text in fields.items():
        assert name in {"geometry", "aliases"} or text in shown, name
    listed = "/vocabulary" if part == "observed_properties" else f"{DESK}/{part}"
    assert path in browser.get(f"{listed}?q={fields['name_en']}").text
    changed = {**fields, "name_en": "Another name", "geometry": ""}
    assert browser.send(path, changed).status_code == 303
    assert "Another name" in browser.get(path).text
    row = portal.city.database.connect  # what is left out stays
    with row() as owner:
        if part == "places":
            kept = owner.execute("SELECT geometry->>'type' FROM places WHERE code = 'old-harbour'").fetchone()
            assert kept == ("Polygon",)
        if part == "observed_properties":
            aliases = owner.execute("SELECT aliases FROM observed_properties WHERE code = 'wall_lean'")
            assert aliases.fetchone() == (["lean", "wall_tilt"],)
        line = owner.execute(
            "SELECT details->>'part', details->>'code' FROM innovation.audit"
            " WHERE event = 'keep_vocabulary' ORDER BY position DESC LIMIT 1"
        ).fetchone()
    assert line == (part, fields["code"])


@pytest.mark.parametrize(
    ("part", "changes", "words"),
    [
        ("observed_properties", {"unit": "µg/m³"}, None),
        ("observed_properties", {"unit": "kilowots"}, "kilowots"),
        ("observed_properties", {"unit": ""}, "no unit"),
        ("observed_properties", {"code": "Wall Lean"}, "wall_lean"),
        ("observed_properties", {"name_ar": ""}, "both languages"),
        ("observed_properties", {"name_en": "x" * 101}, "both languages"),
        ("observed_properties", {"lower_bound": "low"}, "number"),
        ("observed_properties", {"lower_bound": "٣", "upper_bound": "٢"}, "below"),
        ("observed_properties", {"lowest_possible": "2", "highest_possible": "2"}, "below"),
        ("observed_properties", {"sector": "nowhere"}, "nowhere"),
        ("observed_properties", {"quality_tests": "["}, "JSON"),
        ("observed_properties", {"quality_tests": '{"no_such": 1}'}, "no_such"),
        ("observed_properties", {"code": "air_temperature"}, "is there already"),
        ("places", {"geometry": "{}"}, "GeoJSON"),
        ("places", {"geometry": ""}, "outline"),
        ("places", {"geometry": "[1]"}, "JSON"),
        ("places", {"zone": "Asia/Maskat"}, "Asia/Maskat"),
        ("places", {"parent_code": "nowhere"}, "nowhere"),
        ("places", {"kind": "planet"}, ""),
        ("sensors", {"code": "BME 680"}, "bme280"),
        ("sectors", {"code": "air"}, "is there already"),
    ],
)
def test_what_cannot_be_kept_is_told_beside_what_was_typed(
    portal: Portal, keeper: Somebody, part: str, changes: dict[str, str], words: str | None
) -> None:
    answer = keeper.browser.send(f"{DESK}/{part}/new", {**NEW[part], **changes})
    if words is None:
        with portal.city.database.connect() as owner:
            unit = owner.execute("SELECT unit FROM observed_properties WHERE code = 'wall_lean'").fetchone()
        assert (answer.status_code, unit) == (303, ("ug/m3",)), "another spelling of the unit"
    else:
        assert (answer.status_code, words in answer.text) == (422, True), answer.text
        assert changes.keys() & {"kind"} or NEW[part]["name_en"] in answer.text or "name_en" in changes


def test_a_file_is_tried_told_of_its_faults_and_taken_in(portal: Portal, keeper: Somebody) -> None:
    line = "- {code: wall_lean, name_en: Lean of a wall, name_ar: ميل الجدار, sector: other, unit: mm}\n"
    text = f"observed_properties:\n{line}"
    faulty = text + "- {code: x, name_en: X, name_ar: س, sector: nowhere, unit: mm}\n- {code: y}\n"
    shown = bring(keeper, faulty, "apply")
    assert (shown.status_code, "Line 4:" in shown.text) == (422, True), shown.text
    shown = bring(keeper, text + "- {code: x, name_en: X, name_ar: س, sector: nowhere, unit: mm}\n", "apply")
    assert (shown.status_code, "Line 3:" in shown.text) == (422, True), shown.text
    tried = bring(keeper, text, "try", "registry.yaml")
    assert tried.status_code == 200
    for words in ("This would change", "wall_lean", "ميل الجدار"):
        assert words in tried.text, tried.text
    with portal.city.database.connect() as owner:
        asked = "SELECT count(*) FROM observed_properties WHERE code = 'wall_lean'"
        assert owner.execute(asked).fetchone() == (0,)
        assert bring(keeper, text, "apply", "registry.yaml").status_code == 303
        assert owner.execute(asked).fetchone() == (1,)
    assert "Nothing would change" in bring(keeper, text, "try").text
    # What goes out comes in again, in both forms.
    for kind in ("yaml", "csv"):
        out = keeper.browser.get(f"{DESK}/export.{kind}")
        assert f"falaj-registry.{kind}" in out.headers["content-disposition"]
        assert "wall_lean" in out.text
        again = bring(keeper, out.text, "try", f"registry.{kind}")
        assert (again.status_code, "Nothing would change" in again.text) == (200, True), again.text


def test_a_file_that_is_none_or_too_long(portal: Portal, keeper: Somebody) -> None:
    assert bring(keeper, "", "apply").status_code == 422
    assert bring(keeper, "x: " + "y" * 2_000_000, "apply", "registry.yaml").status_code == 413
    assert bring(portal.join(), "sectors: []", "apply").status_code == 403


@pytest.mark.parametrize(
    ("address", "language", "expected", "missing"),
    [
        ("", "en", ["What can be measured", "Air", "/v1/observed-properties"], ["Edit"]),
        ("", "ar", ["ما يمكن قياسه"], []),
        ("?sector=air", "en", ["pm2_5", "µg/m³", "Usual:"], ["active_power"]),
        ("?q=PM2.5", "en", ["pm2_5"], ["Nothing is called so"]),
        ("?q=حرارة الهواء", "ar", ["air_temperature"], []),
        ("?q=batery_level", "en", ["Nothing is called so. These are nearest", "battery_level"], []),
        ("?q=zzzzzzzz", "en", ["Nothing is called so."], ["nearest"]),
    ],
)
def test_everybody_reads_the_vocabulary(
    portal: Portal, address: str, language: str, expected: list[str], missing: list[str]
) -> None:
    answer: Any = portal.browser(language).get(f"/vocabulary{address}")
    assert answer.status_code == 200
    assert [text for text in expected if text not in answer.text] == []
    assert [text for text in missing if text in answer.text] == []
