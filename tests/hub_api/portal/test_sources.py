"""Owners send their data: from a source to a stored value through pages, broker and the real ingest process."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from casework.access.model import Role, Scope, ScopeKind
from citycore.settings import BrokerSettings
from hackathon.contest.teams.model import Team
from stack.broker import PrivateBroker
from stack.waiting import wait_until
from tests.conftest import Database
from tests.hackathon.stage import DATES, Stage
from tests.hub_api.conftest import City
from tests.hub_api.portal.conftest import Portal, Somebody, open_portal
from tests.ingest import conftest as processes
from tests.ingest.conftest import BUSY_SECONDS_MAX, IngestProcess

ingest_process = processes.ingest_process
SECRET = re.compile(r"<code>([0-9a-f]{48})</code>")
USERNAME = re.compile(r"<code>([a-z0-9-]+\.[0-9a-f]{8})</code>")
WANTED = {"name_en": "My plugs", "name_ar": "", "decoder": "tasmota", "zone": "Asia/Muscat", "code": ""}
PLUG = {"Time": "2026-11-24T15:59:00", "ENERGY": {"Power": 12.5, "Voltage": 231}}


@pytest.fixture
def portal(
    database: Database, broker: PrivateBroker, ingest_process: IngestProcess, tmp_path: Path
) -> Iterator[Portal]:
    ingest_process.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in broker.environment().items():
            patch.setenv(name, value)
        patch.setenv("FALAJ_LIMITS_ANONYMOUS_REQUESTS_PER_MINUTE", "10000")
        patch.setenv("FALAJ_API_INGEST_URL", f"http://127.0.0.1:{ingest_process.port}")
        with open_portal(City(database, {}), tmp_path) as portal:
            yield portal


@dataclass
class Cast:
    """Two who speak for one organisation, and one of another."""

    salma: Somebody
    ahmed: Somebody
    eve: Somebody
    organisation_id: UUID


@pytest.fixture
def cast(portal: Portal) -> Cast:
    salma, ahmed, eve = (portal.join(name) for name in ("salma", "ahmed", "eve"))
    sent = {"kind": "agency", "name_en": "Baladiya", "name_ar": "البلدية", "domains": ""}
    made = salma.browser.send("/organisations/new", sent).headers["location"].rpartition("/")[2]
    for somebody, organisation in ((salma, UUID(made)), (ahmed, UUID(made))):
        portal.appoint_too(somebody, Role.OFFICER, Scope(ScopeKind.ORGANISATION, organisation))
    other = eve.browser.send("/organisations/new", sent | {"name_en": "Other"}).headers["location"]
    portal.appoint_too(eve, Role.OFFICER, Scope(ScopeKind.ORGANISATION, UUID(other.rpartition("/")[2])))
    return Cast(salma, ahmed, eve, UUID(made))


def make(somebody: Somebody, owner: str = "", **changes: str) -> str:
    """The path of a new source."""
    page = somebody.browser.get("/account/sources/new").text
    found = re.search(r'name="owner" value="([^"]+)"', page)
    chosen = owner or (found.group(1) if found else "")
    answer = somebody.browser.send(
        "/account/sources/new", {**WANTED, "takes_receive_time": "1", "owner": chosen, **changes}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix("/portal")


def publish(broker: BrokerSettings, topic: str, payload: Any, credential: tuple[str, str]) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.username_pw_set(*credential)
    client.connect(broker.host, broker.port)
    client.loop_start()
    client.publish(topic, json.dumps(payload), qos=1).wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def credential_on(page: str) -> tuple[str, str]:
    username, secret = USERNAME.search(page), SECRET.search(page)
    assert username is not None
    assert secret is not None
    return username.group(1), secret.group(1)


def stored(portal: Portal, source: str) -> int:
    with portal.city.database.connect() as owner:
        row = owner.execute(
            "SELECT count(*) FROM observations JOIN datastreams USING (datastream_id) JOIN things USING (thing_id)"
            " JOIN sources USING (source_id) WHERE sources.code = %s",
            [source],
        ).fetchone()
    assert row is not None
    return int(row[0])


def letters(portal: Portal) -> int:
    """Those that wait."""
    with portal.city.database.connect() as owner:
        row = owner.execute("SELECT count(*) FROM dead_letters WHERE status = 'open'").fetchone()
    assert row is not None
    return int(row[0])


def test_a_new_owner_has_the_first_value_of_a_plug_in_three_clicks(
    portal: Portal, cast: Cast, broker_settings: BrokerSettings
) -> None:
    began, browser = time.monotonic(), cast.salma.browser
    path = make(cast.salma)
    assert path == "/account/sources/my-plugs"
    page = browser.get(path).text
    username, secret = credential_on(page)
    assert "falaj/v1/my-plugs/%prefix%/%topic%/" in page
    assert f"MqttPassword {secret}" in page
    assert secret not in browser.get(path).text, "it is shown once"
    publish(broker_settings, "falaj/v1/my-plugs/tele/kitchen/SENSOR", PLUG, (username, secret))
    assert wait_until(lambda: letters(portal) == 1, BUSY_SECONDS_MAX)
    page = browser.get(path).text
    assert "kitchen" in page, page[-6000:]
    assert "Active power" in page
    accepted = browser.send(f"{path}/accept", {"thing": "my-plugs-kitchen"})
    assert accepted.status_code == 303, accepted.text
    assert wait_until(lambda: stored(portal, "my-plugs") == 2, BUSY_SECONDS_MAX)
    page = browser.get(path).text
    assert "12.5 W" in page
    assert "Accept</button>" not in page
    assert time.monotonic() - began < BUSY_SECONDS_MAX
    # The same by HTTP, at once.
    client = browser.client
    sent = portal.run(
        client.post(
            "/v1/ingest/my-plugs?topic=tele/kitchen/SENSOR",
            content=json.dumps({**PLUG, "Time": "2026-11-24T15:59:30"}),
            auth=(username, secret),
        )
    )
    assert (sent.status_code, sent.json()["data"]["stored"]) == (200, 2)
    # Whatever was done stands in the log, and the secret nowhere.
    with portal.city.database.connect() as owner:
        lines = owner.execute(
            "SELECT event, details::text FROM innovation.audit WHERE machine = 'source' ORDER BY position"
        ).fetchall()
        kept = owner.execute(
            "SELECT string_agg(source_credentials::text, '') FROM source_credentials"
        ).fetchone()
    assert [event for event, _ in lines] == ["make_source", "issue_source_credential", "accept_thing"]
    assert secret not in str(lines) + str(kept)


def test_colleagues_see_the_same_and_nobody_else_does(portal: Portal, cast: Cast) -> None:
    path = make(cast.salma)
    assert path in cast.ahmed.browser.get("/account/sources").text
    assert cast.ahmed.browser.get(path).status_code == 200
    assert path not in cast.eve.browser.get("/account/sources").text
    for address in ("", "/try", "/map"):
        assert cast.eve.browser.get(f"{path}{address}").status_code == 404
    for deed, fields in (
        ("credentials", {}), ("replay", {}), ("accept", {"thing": "x"}), ("try", {"topic": "t", "payload": "{}"}),
        ("try/accept", {"topic": "t", "payload": "{}", "thing": "x"}), ("credentials/1/revoke", {}),
        ("edit", {"zone": "UTC"}), ("meanings", {"sent_name": "t"}), ("map", {"topic": "t", "payload": "{}"}),
        ("map/save", {"topic": "t", "payload": "{}"}),
    ):  # fmt: skip
        assert cast.eve.browser.send(f"{path}/{deed}", fields).status_code == 404, deed
    taken = cast.eve.browser.send(
        "/account/sources/new",
        {**WANTED, "code": "my-plugs", "owner": f"organisation:{cast.organisation_id}"},
    )
    assert taken.status_code == 403, "nobody makes a source for an organisation of others"


def test_a_pasted_message_says_what_it_would_become_and_is_accepted(portal: Portal, cast: Cast) -> None:
    browser, path = cast.salma.browser, make(cast.salma, decoder="tasmota")
    sent = {
        "topic": "falaj/v1/my-plugs/tele/roof/SENSOR",
        "payload": '{"Time":"2026-11-24T15:59:00","BME280":{"Temperature":86},"TempUnit":"F"}',
    }
    tried = browser.send(f"{path}/try", sent)
    assert tried.status_code == 200
    for expected in ("air_temperature/bme280", "[degF]", "24 November 2026, 15:59", "Accept roof"):
        assert expected in tried.text
    assert stored(portal, "my-plugs") == 0
    assert browser.send(f"{path}/try/accept", {**sent, "thing": "my-plugs-roof"}).status_code == 303
    assert "bme280" in browser.get(path).text
    # Once more there is nothing new, and a device of nowhere is not accepted.
    assert "Accept roof" not in browser.send(f"{path}/try", sent).text
    assert browser.send(f"{path}/try/accept", {**sent, "thing": "other"}).status_code == 409
    broken = browser.send(f"{path}/try", sent | {"payload": "{"})
    assert (broken.status_code, "Would be refused" in broken.text) == (200, True)


def test_what_was_refused_says_why_and_counts_once_it_is_mended(
    portal: Portal, cast: Cast, broker_settings: BrokerSettings
) -> None:
    """Times without a zone: the owner says the zone, and what waited is read again."""
    browser, path = cast.salma.browser, make(cast.salma, zone="", takes_receive_time="")
    username, secret = credential_on(browser.get(path).text)
    sent = {"topic": "falaj/v1/my-plugs/tele/kitchen/SENSOR", "payload": json.dumps(PLUG)}
    assert "no zone" in browser.send(f"{path}/try", sent).text
    assert browser.send(f"{path}/try/accept", {**sent, "thing": "my-plugs-kitchen"}).status_code == 303
    publish(broker_settings, sent["topic"], PLUG, (username, secret))
    assert wait_until(lambda: letters(portal) == 1, BUSY_SECONDS_MAX)
    assert "no offset" in browser.get(path).text
    assert browser.send(f"{path}/edit", {"zone": "Asia/Muscat"}).status_code == 303
    assert browser.send(f"{path}/replay").status_code == 303
    assert wait_until(lambda: stored(portal, "my-plugs") == 2, BUSY_SECONDS_MAX)
    assert "no offset" not in browser.get(path).text


def test_a_name_that_nobody_knows_is_given_a_meaning(portal: Portal, cast: Cast) -> None:
    browser, path = cast.salma.browser, make(cast.salma, decoder="thingsboard")
    sent = {
        "topic": "falaj/v1/my-plugs/v1/devices/me/telemetry",
        "payload": '{"ts":1793606400000,"values":{"wobble":86,"gadget":1}}',
    }
    assert "wobble" in browser.send(f"{path}/try", sent).text.partition("Would be refused")[2]
    said = {"sent_name": "wobble", "observed_property": "air_temperature", "unit": "[degF]"}
    assert browser.send(f"{path}/meanings", said | {"unit": "kg"}).status_code == 422
    assert browser.send(f"{path}/meanings", said).status_code == 303
    assert browser.send(f"{path}/meanings", {"sent_name": "gadget"}).status_code == 303
    assert "is not wanted" in browser.get(path).text
    tried = browser.send(f"{path}/try", sent).text
    for expected in ("air_temperature", "30 °C", "[degF]"):
        assert expected in tried
    assert "Would be refused" not in tried


def test_a_property_that_is_missing_is_asked_for_added_by_one_form_and_counts_at_once(
    portal: Portal, cast: Cast
) -> None:
    """The form is all that is done to the vocabulary: no process starts anew."""
    browser, path = cast.salma.browser, make(cast.salma, decoder="native")
    username, secret = credential_on(browser.get(path).text)
    keeper = portal.appoint(Role.ADMINISTRATOR)
    message = json.dumps({"phenomenon_time": "2026-11-24T15:59:00+04:00", "results": {"air_temprature_x": 7}})
    sent = {"topic": "falaj/v1/my-plugs/roof", "payload": message.replace("air_temprature_x", "wall_lean")}
    near = browser.send(f"{path}/try", sent | {"payload": message}).text
    assert "Air temperature</button>" in near, "the nearest names can be chosen"
    tried = browser.send(f"{path}/try", sent).text
    assert f'href="/portal{path}/ask?name=wall_lean"' in tried
    assert 'value="wall_lean"' in browser.get(f"{path}/ask?name=wall_lean").text
    wish = {"name": "wall_lean", "name_en": "Lean of a wall", "name_ar": "ميل الجدار", "unit": "millimetres"}
    assert browser.send(f"{path}/ask", wish).status_code == 422, "it says what is measured"
    assert browser.send(f"{path}/ask", wish | {"description": "By a tiltmeter"}).status_code == 303
    (fields,) = [fields for name, fields in portal.mails(keeper.email) if name == "asked"]
    assert (fields["source"], fields["unit"], fields["text"]) == ("my-plugs", "mm", "By a tiltmeter")
    form = str(fields["form_link"]).partition("/portal")[2]
    shown = keeper.browser.get(form).text
    for text in ("Lean of a wall", "ميل الجدار", 'value="mm"'):
        assert text in shown
    filled = {name: fields[name] for name in ("code", "name_en", "name_ar", "unit")}
    added = {**filled, "sector": "other", "result_type": "measurement"}
    assert keeper.browser.send("/desk/registry/observed_properties/new", added).status_code == 303
    assert browser.send(f"{path}/try/accept", {**sent, "thing": "roof"}).status_code == 303

    def post() -> tuple[int, Any]:
        answer = portal.run(
            browser.client.post(
                "/v1/ingest/my-plugs?topic=roof", content=sent["payload"], auth=(username, secret)
            )
        )
        return answer.status_code, answer.json().get("data", {}).get("stored")

    assert wait_until(lambda: post() == (200, 1), BUSY_SECONDS_MAX)
    assert stored(portal, "my-plugs") == 1
    assert "Lean of a wall" in browser.get(path).text


def test_a_revoked_user_name_sends_nothing_more(portal: Portal, cast: Cast) -> None:
    browser, path = cast.salma.browser, make(cast.salma)
    username, secret = credential_on(browser.get(path).text)
    found = re.search(r"/credentials/(\d+)/revoke", browser.get(path).text)
    assert found is not None
    assert browser.send(f"{path}/credentials/{found.group(1)}/revoke").status_code == 303
    assert browser.send(f"{path}/credentials/{found.group(1)}/revoke").status_code == 409

    def send() -> int:
        answer = portal.run(browser.client.post("/v1/ingest/my-plugs", content="{}", auth=(username, secret)))
        return int(answer.status_code)

    assert wait_until(lambda: send() == 401, BUSY_SECONDS_MAX)
    assert browser.send(f"{path}/credentials").status_code == 303
    assert credential_on(browser.get(path).text)[0] != username


#: What is not taken of a new source, and what is said of it.
REFUSED = (
    ({"name_en": ""}, "needs a name"),
    ({"name_en": "x" * 101}, "needs a name"),
    ({"code": "No Code"}, "small letters"),
    ({"code": "taken"}, "is taken"),
    ({"decoder": "no_such"}, ""),
    ({"zone": "Asia/Nowhere"}, "Asia/Nowhere"),
)


def test_what_cannot_be_made_is_told(portal: Portal, cast: Cast) -> None:
    make(cast.eve, code="taken")
    for changes, words in REFUSED:
        sent = {**WANTED, "owner": f"organisation:{cast.organisation_id}", **changes}
        answer = cast.salma.browser.send("/account/sources/new", sent)
        assert (answer.status_code, words in answer.text) == (422, True), (changes, answer.text)


def test_a_captain_sends_data_of_the_team_and_a_stranger_reads_how(portal: Portal) -> None:
    portal.watch.at = DATES["registration_opens"]
    captain, stranger = portal.join("captain"), portal.join("stranger")
    with portal.city.database.connect() as owner:
        stage = Stage(portal.store, owner)
        stage.until("registration_opens")
        team: Team = stage.complete_team(captain=captain.person_id)
    path = make(captain, f"team:{team.team_id}", name_en="", name_ar="مقابس الفريق")
    assert path.startswith("/account/sources/source-")
    assert stranger.browser.get("/account/sources").status_code == 200
    assert stranger.browser.get("/account/sources/new").status_code == 403
    for language, words in (("ar", "أرسل بياناتك"), ("en", "Send your data")):
        assert words in captain.browser.get(f"/account/sources?lang={language}").text
