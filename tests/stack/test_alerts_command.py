"""``falaj alerts assign``: with whom an alert stands, as an operator types it."""

from __future__ import annotations

from uuid import UUID

import pytest

from citycore.model import DatastreamDescription
from citycore.store.registry import register
from stack import boundary
from tests.conftest import Database
from tests.hub_api.conftest import City
from tests.hub_api.portal.alert_scene import ALERT, raise_alert
from tests.ingest.conftest import describe_source, describe_thing

EMAIL = "first@baladiya.example"


def test_an_alert_is_given_to_an_account_or_a_unit_and_to_no_name(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (database.environment() | {"FALAJ_LANGUAGE": "en"}).items():
        monkeypatch.setenv(name, value)
    with database.connect("owner") as owner:
        register(
            owner,
            describe_source("s"),
            [describe_thing("t", DatastreamDescription(observed_property="pm2_5"))],
        )
        numbers = owner.execute("SELECT datastream_id FROM datastreams").fetchall()
    raise_alert(City(database, {"air-01.pm2_5": numbers[0][0]}))

    def standing() -> str:
        with database.superuser() as connection:
            return str(connection.execute("SELECT assigned_to FROM alerts").fetchall()[0][0])

    def assign(whom: str) -> int:
        return boundary.run(["alerts", "assign", str(ALERT), whom])

    assert boundary.run(["people", "admin", EMAIL, "--name", "Salma Al Harthi"]) == 0
    assert assign("Civil Defence") == 0
    assert standing() == "Civil Defence"
    assert assign(EMAIL) == 0
    assert UUID(standing()), "by the key of the account"
    capsys.readouterr()
    assert assign("salma al harthi") != 0
    assert "This is a person" in capsys.readouterr().err
    assert assign("nobody@baladiya.example") != 0
