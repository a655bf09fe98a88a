"""A new owner in a real browser: from signing in to the first stored value of a plug, in both languages."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from casework.access.model import SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from casework.organisations.model import Kind
from casework.organisations.service import register
from casework.people.model import Names
from casework.people.roles.service import grant
from citycore.clock import CITY_ZONE, system_clock
from citycore.language import LANGUAGES, Language
from stack.broker import PrivateBroker
from stack.waiting import wait_until
from tests.browser import needs_chromium
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hub_api.conftest import City, serving_process
from tests.hub_api.portal.conftest import PASSWORD
from tests.hub_api.portal.looks import PHONE
from tests.hub_api.portal.stand import House
from tests.ingest import conftest as processes
from tests.ingest.conftest import BUSY_SECONDS_MAX, IngestProcess

pytestmark = needs_chromium
ingest_process = processes.ingest_process
CLICKS_MAX = 5


@pytest.fixture
def house(
    database: Database,
    broker: PrivateBroker,
    ingest_process: IngestProcess,
    chromium: Any,
    looker: Any,
    tmp_path: Path,
) -> Iterator[House]:
    ingest_process.start()
    settings = {
        **broker.environment(),
        "FALAJ_API_BROKER_URL": f"mqtt://127.0.0.1:{broker.port}",
        "FALAJ_API_INGEST_URL": f"http://127.0.0.1:{ingest_process.port}",
    }
    with serving_process(database, tmp_path / "api.log", **settings) as (url, _):
        city = City(database, {})
        yield House(url, city, system_clock, tmp_path / "files", tmp_path / "mail", chromium, looker)


def join(page: Any, house: House, language: str) -> None:
    """Somebody signs up, speaks for an organisation from then on, and is signed in."""
    address = f"salma.{language}@baladiya.example"
    page.goto(f"{house.url}/portal/account/sign-up?lang={language}")
    page.locator("#email").fill(address)
    page.locator("#name_en").fill("Salma")
    page.locator("main button").click()
    page.goto(f"{house.url}/portal{house.mailed_path(address)}")
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    with house.city.database.connect("portal") as connection:
        row = connection.execute(
            "SELECT person_id FROM innovation.people WHERE email = %s", [address]
        ).fetchone()
        assert row is not None
        programme = programme_for(connection)
        made = programme.call(
            Actor(row[0], (Grant(Role.PERSON),)), register, Kind.AGENCY, Names("البلدية", "Baladiya"), []
        )
        scope = Scope(ScopeKind.ORGANISATION, made.organisation_id)
        programme.call(SYSTEM, grant, row[0], Grant(Role.OFFICER, scope))


def send_as_a_plug(page: Any) -> None:
    """What the page says is typed into the device, which then says what it measures."""
    rows = page.locator("dl.parameters > div")
    said = {
        row.locator("dt").inner_text(): row.locator("code").inner_text()
        for row in (rows.nth(number) for number in range(rows.count()))
    }
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.username_pw_set(said["Username"], said["Password"])
    client.connect(said["Host"], int(said["Port"]))
    client.loop_start()
    topic = said["Full Topic"].replace("%prefix%", "tele").replace("%topic%", "kitchen") + "SENSOR"
    payload = json.dumps({"Time": f"{datetime.now(CITY_ZONE):%Y-%m-%dT%H:%M:%S}", "ENERGY": {"Power": 12.5}})
    client.publish(topic, payload, qos=1).wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def stored(house: House) -> int:
    with house.city.database.connect() as owner:
        row = owner.execute("SELECT count(*) FROM observations").fetchone()
    assert row is not None
    return int(row[0])


def letters(house: House) -> int:
    with house.city.database.connect() as owner:
        row = owner.execute("SELECT count(*) FROM dead_letters WHERE status = 'open'").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_value_of_a_plug(chromium: Any, house: House, language: Language) -> None:
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    join(page, house, language)
    page.goto(f"{house.url}/portal/account?lang={language}")
    began, clicks = time.monotonic(), []

    def click(selector: str) -> None:
        clicks.append(selector)
        page.locator(selector).first.click()

    click('a[href$="/account/sources"]')
    click('a[href$="/account/sources/new"]')
    page.locator("#name_ar" if language == "ar" else "#name_en").fill(
        "مقابسي" if language == "ar" else "My plugs"
    )
    page.locator("#decoder").select_option("tasmota")
    click("main .form > p > button")
    path = page.url.partition("/portal")[2]
    send_as_a_plug(page)
    assert wait_until(lambda: letters(house) == 1, BUSY_SECONDS_MAX)
    click(f'a[href$="{path}"]')
    click('form[action$="/accept"] button')
    assert wait_until(lambda: stored(house) == 1, BUSY_SECONDS_MAX)
    took = time.monotonic() - began
    assert len(clicks) <= CLICKS_MAX
    assert took < BUSY_SECONDS_MAX, "two minutes, on a machine that others use too"
    page.reload()
    assert "12.5 W" in page.content()
    shown = ("/account/sources", "/account/sources/new", path, f"{path}/try", f"{path}/ask?name=wobble")
    house.look(language, *shown, cookies=context.cookies())
    page.goto(f"{house.url}/portal{path}/try?lang={language}")
    page.locator("#topic").fill(f"falaj/v1{path.removeprefix('/account/sources')}/tele/roof/SENSOR")
    page.locator("#payload").fill('{"BME280":{"Temperature":86,"Batery_level":40},"TempUnit":"F"}')
    page.locator("main .form > p > button").click()
    assert "air_temperature/bme280" in page.content()
    assert f"{path}/ask?name=Batery_level" in page.content(), "what nobody knows can be asked for"
    house.look_at(page, language)
    # The same message with what each of its fields is, on a phone and with axe's rules.
    page.goto(f"{house.url}/portal{path}/map?lang={language}")
    page.locator("#topic").fill(f"falaj/v1{path.removeprefix('/account/sources')}/roof")
    page.locator("#payload").fill('{"temp_f": 86, "gizmo": 40}')
    page.locator("#map > p > button").first.click()
    assert page.locator('select[name="is0"]').input_value() == "property:air_temperature"
    house.look_at(page, language)
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    context.close()
