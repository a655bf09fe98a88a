"""Somebody says what the fields of a message are, sees what would be stored, and saves: pages, broker and the real ingest."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from citycore.registry.service import describe
from citycore.settings import BrokerSettings
from hub_api.serving.ingest import Ingest, IngestBusy
from stack.waiting import wait_until
from tests.hub_api.portal import test_sources as scene
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.test_sources import Cast, credential_on, letters, make, publish, stored
from tests.ingest.conftest import BUSY_SECONDS_MAX

portal, cast, ingest_process = scene.portal, scene.cast, scene.ingest_process
TOPIC = "falaj/v1/my-plugs/roof"
SENT = {"temp_f": 86, "hum": 40, "gizmo": 170, "rain": 3, "note": "x"}
_FIELD = re.compile(r'<input type="hidden" name="(mark|field\d+)" value="([^"]*)">')
_INPUT = re.compile(r'<input name="((?:unit|sensor|factor|missing|labels)\d+)" value="([^"]*)"')
_SELECT = re.compile(r'<select name="(is\d+)".*?</select>', re.DOTALL)
_CHOSEN = re.compile(r'<option value="([^"]*)" selected>')


def form_of(page: str) -> dict[str, str]:
    """What a browser sends back of the page's form of fields."""
    found = {name: html.unescape(value) for name, value in _FIELD.findall(page) + _INPUT.findall(page)}
    for each in _SELECT.finditer(page):
        chosen = _CHOSEN.search(each.group(0))
        assert chosen is not None
        found[each.group(1)] = chosen.group(1)
    for name, tag in re.findall(r'<input type="checkbox" name="(counter\d+)" value="1"( checked)?', page):
        found |= {name: "1"} if tag else {}
    for name in ("payload", "topics"):
        text = re.search(rf'<textarea id="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
        found[name] = html.unescape(text.group(1)) if text else ""
    topic = re.search(r'id="topic" name="topic" type="text" value="([^"]*)"', page)
    return {**found, "topic": html.unescape(topic.group(1)) if topic else ""}


def number_of(form: dict[str, str], path: str) -> str:
    return next(
        name.removeprefix("field") for name, value in form.items() if name[:5] == "field" and value == path
    )


def codec_of(portal: Portal) -> dict[str, Any]:
    with portal.city.database.connect("registry") as connection:
        (source,) = describe(connection, "my-plugs").sources
    return {"decoder": source.decoder, **(source.codec or {})}


def test_the_message_that_came_is_mapped_in_two_clicks_and_stored(
    portal: Portal, cast: Cast, broker_settings: BrokerSettings
) -> None:
    browser, path = cast.salma.browser, make(cast.salma, decoder="json_fields")
    credential = credential_on(browser.get(path).text)
    publish(broker_settings, TOPIC, SENT, credential)
    assert wait_until(lambda: letters(portal) == 1, BUSY_SECONDS_MAX)
    page = browser.get(f"{path}/map").text
    form = form_of(page)
    assert (form["topic"], json.loads(form["payload"])) == (TOPIC, SENT)
    assert (form[f"is{number_of(form, 'temp_f')}"], form[f"unit{number_of(form, 'temp_f')}"]) == (
        "property:air_temperature", "[degF]",
    )  # fmt: skip
    assert form[f"is{number_of(form, 'gizmo')}"] == "unknown"
    assert "30 °C" in page
    assert "Ready-made table" in page
    form |= {
        f"is{number_of(form, 'gizmo')}": "property:distance",
        f"unit{number_of(form, 'gizmo')}": "cm",
        f"is{number_of(form, 'rain')}": "property:rainfall",
        f"counter{number_of(form, 'rain')}": "1",
    }
    shown = browser.send(f"{path}/map", form)
    assert shown.status_code == 200, shown.text
    assert "1700 mm" in shown.text
    assert "from the second message on" in shown.text
    assert "observed_property" not in codec_of(portal)
    assert "property: distance" in shown.text, "the table stands there as YAML"
    saved = browser.send(f"{path}/map/save", form_of(shown.text))
    assert (saved.status_code, saved.headers["location"]) == (303, f"/portal{path}")
    fields = codec_of(portal)["fields"]
    assert fields["gizmo"] == {"property": "distance", "unit": "cm"}
    assert fields["rain"] == {"property": "rainfall", "unit": "mm", "counter": True}
    assert wait_until(lambda: stored(portal, "my-plugs") == 3, BUSY_SECONDS_MAX), "what waited is read again"
    # A message of another shape is told of, and its page asks of the new field alone.
    publish(broker_settings, TOPIC, {**SENT, "gadget": 1}, credential)
    assert wait_until(lambda: letters(portal) == 1, BUSY_SECONDS_MAX)
    again = form_of(browser.get(f"{path}/map").text)
    unknown = [
        again[f"field{name[2:]}"] for name, value in again.items() if name[:2] == "is" and value == "unknown"
    ]
    assert unknown == ["gadget"]


def test_what_cannot_be_is_said_at_its_field_and_nothing_is_saved(portal: Portal, cast: Cast) -> None:
    browser, path = cast.salma.browser, make(cast.salma, decoder="json_fields")
    begun = {"topic": TOPIC, "payload": json.dumps(SENT)}
    form = form_of(browser.send(f"{path}/map", begun).text)
    gizmo, note = number_of(form, "gizmo"), number_of(form, "note")
    for changes, words in (
        ({f"is{gizmo}": "property:distance", f"unit{gizmo}": "kg"}, "cannot become it"),
        ({f"is{gizmo}": "property:distance", f"unit{gizmo}": "smoots"}, "no unit that the hub"),
        ({f"is{gizmo}": "property:no_such"}, "Choose what it measures"),
        ({f"is{gizmo}": "property:air_temperature"}, "means the same"),
        ({f"is{gizmo}": "time", f"is{note}": "time"}, "is that already"),
        ({f"is{gizmo}": "longitude"}, "Say which field is the latitude"),
        ({f"field{note}": "gizmo"}, "said twice"),
        ({f"field{note}": "nowhere"}, "has no such field"),
    ):
        for deed in ("map", "map/save"):
            answer = browser.send(f"{path}/{deed}", form | changes)
            assert (answer.status_code, words in answer.text) == (422, True), (changes, deed, answer.text)
    assert browser.send(f"{path}/map", form | {f"is{gizmo}": "no_such_role"}).status_code == 422
    assert "codec" not in codec_of(portal)
    # A message that is changed after its fields were looked at is not saved unseen.
    other = browser.send(f"{path}/map/save", form | {"payload": '{"speed_kmh": 5}'})
    assert (other.status_code, "read anew" in other.text) == (422, True)
    assert "fields" not in codec_of(portal)


@pytest.mark.parametrize(
    ("payload", "status", "words"),
    [
        ('{"a":', 422, "payload-fault"),
        ('{"a":1,"a":2}', 422, "payload-fault"),
        ("{" + ",".join(f'"{number}":1' for number in range(7_000)) + "}", 422, "payload-fault"),
        ("{" + ",".join(f'"{number}":1' for number in range(10_000)) + "}", 413, "65536"),
        ("", 422, ""),
    ],
)
def test_what_is_no_message_is_said_at_it(
    portal: Portal, cast: Cast, payload: str, status: int, words: str
) -> None:
    browser, path = cast.salma.browser, make(cast.salma, decoder="json_fields")
    answer = browser.send(f"{path}/map", {"topic": TOPIC, "payload": payload})
    assert (answer.status_code, words in answer.text) == (status, True), answer.text[-3000:]


def test_what_a_table_knows_besides_stands_in_its_row_and_stays_when_the_row_is_changed(
    portal: Portal, cast: Cast
) -> None:
    browser, path = cast.salma.browser, make(cast.salma, decoder="json_fields")
    begun = {"topic": TOPIC, "payload": json.dumps(SENT)}
    form = form_of(browser.send(f"{path}/map", begun).text)
    gizmo = number_of(form, "gizmo")
    form |= {f"is{gizmo}": "property:distance", f"unit{gizmo}": "cm"}
    form |= {f"factor{gizmo}": "0,1", f"missing{gizmo}": "170, 65535, n/a", f"labels{gizmo}": "far"}
    for name, words, right in (("factor", "“0,1”", "0.1"), ("labels", "“far”", "")):
        refused = browser.send(f"{path}/map", form)
        assert (refused.status_code, words in refused.text) == (422, True), (name, refused.text)
        again = form_of(refused.text)
        assert {each: again[each] for each in form} == form, "as it was typed"
        form |= {f"{name}{gizmo}": right}
    shown = browser.send(f"{path}/map", form)
    assert shown.status_code == 200, shown.text
    assert browser.send(f"{path}/map/save", form_of(shown.text)).status_code == 303
    kept = {"property": "distance", "unit": "cm", "scale": 0.1, "missing": [170, 65535, "n/a"]}
    assert codec_of(portal)["fields"]["gizmo"] == kept
    again = form_of(browser.send(f"{path}/map", begun).text)
    gizmo = number_of(again, "gizmo")
    assert [again[f"{name}{gizmo}"] for name in ("factor", "missing", "labels")] == [
        "0.1",
        "170, 65535, n/a",
        "",
    ]
    older = {
        name: value for name, value in again.items() if not name.startswith(("factor", "missing", "labels"))
    }
    assert browser.send(f"{path}/map/save", older | {f"sensor{gizmo}": "roof"}).status_code == 303
    assert codec_of(portal)["fields"]["gizmo"] == kept | {"sensor": "roof"}


def test_a_large_message_asks_first_of_what_nobody_knows(portal: Portal, cast: Cast) -> None:
    browser, path = cast.salma.browser, make(cast.salma, decoder="json_fields")
    sent = {f"debug{number}": "text" for number in range(300)} | {"qqq": 1}
    page = browser.send(f"{path}/map", {"topic": TOPIC, "payload": json.dumps(sent)}).text
    form = form_of(page)
    assert len([name for name in form if name[:5] == "field"]) == 60
    assert number_of(form, "qqq") == "59"
    assert "not shown, and stay as they are: 241" in page


def test_what_was_typed_stays_while_ingest_is_away(
    portal: Portal, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, path = cast.salma.browser, make(cast.salma, decoder="json_fields")
    form = form_of(browser.send(f"{path}/map", {"topic": TOPIC, "payload": json.dumps(SENT)}).text)
    gizmo = number_of(form, "gizmo")
    form |= {f"is{gizmo}": "property:distance", f"unit{gizmo}": "cm"}

    async def away(*_: object) -> None:
        raise IngestBusy

    monkeypatch.setattr(Ingest, "map", away)
    for deed in ("map", "map/save"):
        answer = browser.send(f"{path}/{deed}", form)
        assert answer.status_code == 503
        again = form_of(answer.text)
        assert {name: again.get(name) for name in form} == form, "also what is said of the fields"


def test_a_ready_made_table_is_the_beginning_and_says_what_does_not_fit(portal: Portal, cast: Cast) -> None:
    browser, path = cast.salma.browser, make(cast.salma, decoder="json_fields")
    sent = {"topic": TOPIC, "payload": json.dumps(SENT), "preset": "rtl_433"}
    assert "rtl_433" in browser.send(f"{path}/map", sent).text
    form = form_of(browser.send(f"{path}/map", sent).text) | {"preset": "rtl_433"}
    assert browser.send(f"{path}/map", {**form, "preset": "no_such"}).status_code == 422
    assert browser.send(f"{path}/map/save", form).status_code == 303
    assert codec_of(portal)["preset"] == "rtl_433"


def test_arabic_reads_from_the_right_and_names_properties_in_arabic(portal: Portal, cast: Cast) -> None:
    browser, path = cast.salma.browser, make(cast.salma, decoder="json_fields")
    page = browser.send(f"{path}/map?lang=ar", {"topic": TOPIC, "payload": json.dumps(SENT)}).text
    for words in ('dir="rtl"', "حدّد معنى حقول الرسالة", "درجة حرارة الهواء", "معاينة"):
        assert words in page
