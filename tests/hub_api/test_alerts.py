"""Alerts as open data, as CAP 1.2 and as an Atom feed, and rules at the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from psycopg.types.json import Jsonb
from typer.testing import CliRunner

from citycore.alerts.document import plain, read_rules
from stack.cli import app
from tests.hub_api.conftest import NOW, START, Api, City

FIRST, SECOND, HIDDEN = (UUID(int=number) for number in (1, 2, 3))
RULE = """
[[rules]]
code = "fine_dust"
kind = "threshold"
observed_property = "pm2_5"
above = 100.0
severity = "severe"
category = "Health"
name = { en = "Fine dust <high>", ar = "غبار دقيق" }
text = { en = "Stay indoors & rest.", ar = "ابقَ في الداخل." }
"""
CAP, ATOM = "{urn:oasis:names:tc:emergency:cap:1.2}", "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def raised(city: City) -> City:
    """One that goes on, one that was cleared, and one that is not for everybody."""
    (rule,) = read_rules(RULE)
    with city.database.superuser() as connection:
        for number, alert_id in enumerate((FIRST, SECOND, HIDDEN)):
            connection.execute(
                "INSERT INTO alerts (alert_id, rule_code, subject, thing_id, datastream_id, rule, severity, is_public,"
                " raised_at, noted_at, value, cleared_at, is_false, acknowledged_by)"
                " SELECT %s, 'fine_dust', %s, thing_id, datastream_id, %s, 'severe', %s, %s, %s, 140.5, %s, %s, 'Salim'"
                " FROM datastreams WHERE datastream_id = %s",
                [
                    alert_id,
                    f"datastream:{number}",
                    Jsonb(plain(rule)),
                    alert_id != HIDDEN,
                    START + timedelta(hours=number),
                    START + timedelta(hours=number, seconds=2),
                    NOW if alert_id == FIRST else None,
                    True if alert_id == FIRST else None,
                    city.datastreams["air-01.pm2_5"],
                ],
            )
    return city


def test_alerts_the_newest_first(api: Api, raised: City) -> None:
    newest, oldest = api.get("/v1/alerts").json()["data"]
    assert (newest["alert"], oldest["alert"]) == (str(SECOND), str(FIRST))
    assert (oldest["cleared_at"], oldest["false_alarm"]) == ("2026-11-24T12:00:00Z", True)
    assert (newest["cleared_at"], newest["value"], newest["unit"]) == (None, 140.5, "ug/m3")
    assert [newest[key] for key in ("above", "below", "bound_unit", "probability")] == [
        100.0,
        None,
        None,
        None,
    ]
    assert newest["text"] == {"en": "Stay indoors & rest.", "ar": "ابقَ في الداخل."}
    assert "Salim" not in api.get("/v1/alerts").text, "who looked after it is nobody's business"
    assert str(HIDDEN) not in api.get("/v1/alerts.csv").text

    def found(question: str) -> list[str]:
        return [one["alert"] for one in api.get(f"/v1/alerts?{question}").json()["data"]]

    assert found("open=true") == [str(SECOND)]
    assert found("open=false") == [str(FIRST)]
    assert found("severity=extreme") == []
    assert found("rule=fine_dust&place=matrah&end=2026-11-24T01:00:00Z") == [str(FIRST)]
    page = api.get("/v1/alerts?limit=1").json()
    assert found(f"limit=1&cursor={page['next']}") == [str(FIRST)]
    assert api.get("/v1/alerts.geojson").json()["features"][0]["geometry"]["coordinates"] == [58.54, 23.6]
    for question, status in (
        ("thing=air-1", 404),
        ("severity=bad", 422),
        ("open=maybe", 422),
        ("cursor=x", 409),
    ):
        assert api.get(f"/v1/alerts?{question}").status_code == status


def test_each_is_a_message_of_cap_and_its_end_a_cancellation(api: Api, raised: City) -> None:
    answer = api.get(f"/v1/alerts/{SECOND}.cap")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/cap+xml; charset=utf-8")
    root = ET.fromstring(answer.content)
    told = {child.tag.removeprefix(CAP): child.text for child in root}
    assert list(told) == ["identifier", "sender", "sent", "status", "msgType", "scope", "info"]
    assert (told["status"], told["msgType"], told["sent"]) == ("Test", "Alert", "2026-11-24T01:00:02-00:00")
    english, arabic = root.findall(f"{CAP}info")
    names = [child.tag.removeprefix(CAP) for child in english]
    # As the schema orders them.
    assert names == [
        "language", "category", "event", "urgency", "severity", "certainty", "effective", "onset", "expires",
        "headline", "instruction", "web", "parameter", "area",
    ]  # fmt: skip
    assert english.findtext(f"{CAP}event") == "Fine dust <high>"
    assert (arabic.findtext(f"{CAP}language"), arabic.findtext(f"{CAP}headline")) == (
        "ar-OM",
        "غبار دقيق: روي",
    )
    assert english.findtext(f"{CAP}area/{CAP}circle") == "23.60000,58.54000 0"
    assert english.findtext(f"{CAP}parameter/{CAP}value") == "140.5 ug/m3"
    ended = ET.fromstring(api.get(f"/v1/alerts/{FIRST}.cap").content)
    assert ended.findtext(f"{CAP}msgType") == "Cancel"
    assert str(ended.findtext(f"{CAP}references")).split(",")[1:] == [str(FIRST), "2026-11-24T00:00:02-00:00"]
    assert ended.findtext(f"{CAP}info/{CAP}urgency") == "Past"
    assert api.get(f"/v1/alerts/{HIDDEN}.cap").status_code == 404
    assert api.get("/v1/alerts/17.cap").status_code == 422


def test_the_newest_are_a_feed_in_both_languages(api: Api, raised: City) -> None:
    answer = api.get("/v1/alerts.atom?lang=ar")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.content)
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [f"urn:uuid:{SECOND}", f"urn:uuid:{FIRST}"]
    assert entries[0].findtext(f"{ATOM}title") == "غبار دقيق: روي"
    link = entries[0].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"http://hub.test/v1/alerts/{SECOND}.cap"
    again = api.get("/v1/alerts.atom?lang=ar", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_rules_at_the_command_line(city: City, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FALAJ_STORE_OWNER_URL", city.database.url("owner"))
    monkeypatch.setenv("FALAJ_STORE_REGISTRY_URL", city.database.url("registry"))
    monkeypatch.setenv("FALAJ_ALERTS_PREVIEW_DAYS", "10000")

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["alerts", *arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    file = tmp_path / "rules.toml"
    file.write_text(run("examples") + RULE, "utf-8")
    assert "6 rules" in run("load", str(file))
    assert "dust_storm\tdraft\tthreshold\tsevere\t0\t-" in run("rules")
    # The city's story rises to 149.75 within ten hours.
    told = run("preview", "fine_dust")
    assert "air-01\t1\t" in told
    assert "raised 1 time " in told
    run("on", "fine_dust")
    assert "fine_dust\ton" in run("rules")
    run("off", "fine_dust")
    secret = run("tell", "operations", "https://example.org/hook")
    assert len(secret.splitlines()[-1]) > 40
    assert "operations\twebhook\thttps://example.org/hook" in run("receivers")
    run("forget", "operations")
    run("remove", "fine_dust")
    assert "fine_dust" not in run("rules")


def test_alerts_are_looked_after_at_the_command_line(raised: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FALAJ_STORE_OWNER_URL", raised.database.url("owner"))
    monkeypatch.setenv("FALAJ_STORE_PORTAL_URL", raised.database.url("portal"))
    monkeypatch.setenv("FALAJ_STORE_REGISTRY_URL", raised.database.url("registry"))

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["alerts", *arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    assert str(FIRST) not in run("list", "--open")
    run("ack", str(SECOND), "--note", "on my way")
    run("assign", str(SECOND), "Civil Defence")
    run("assess", str(SECOND), "--justified", "--note", "seen")
    told = run("show", str(SECOND))
    assert [line.split("\t")[1] for line in told.splitlines()] == ["acknowledged", "assigned", "assessed"]
    assert "on my way" in told
    assert "Civil Defence" in run("list")


def test_an_element_is_what_the_client_reads(api: Api, raised: City) -> None:
    from falaj_client.alerts import Alert
    from falaj_client.parsing import parse

    told: dict[str, Any] = api.get("/v1/alerts").json()["data"][0]
    alert = parse(Alert, told)
    assert (alert.alert, alert.raised_at, alert.thing_name.ar) == (
        str(SECOND),
        START + timedelta(hours=1),
        "روي",
    )
