"""A survey and a session of dialogue as programs of calendars read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from citycore.store.connections import Connection
from participation.dialogue.machine import BEGINS, ENDS
from participation.surveys.machine import CLOSES, OPENS
from tests.hackathon.dialogue_specimens import store_talk
from tests.hackathon.survey_specimens import store_survey
from tests.hub_api.portal.conftest import Portal

AT = datetime(2026, 12, 14, 14, 30, tzinfo=UTC)


def plan(owner: Connection, object_id: UUID, *names: str) -> None:
    """Two hours apart."""
    for number, name in enumerate(names):
        owner.execute(
            "INSERT INTO innovation.deadlines VALUES (%s, %s, %s, 'Asia/Muscat')"
            " ON CONFLICT (object_id, name) DO UPDATE SET instant = EXCLUDED.instant",
            [object_id, name, AT + timedelta(hours=2 * number)],
        )


def events(portal: Portal, path: str, language: str) -> list[dict[str, str]]:
    """What each says, without the parameters of its lines."""
    answer = portal.browser(language).get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    parts = answer.text.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    return [dict(re.findall(r"^([A-Z-]+)[^:\r\n]*:(.*?)\r$", part, re.MULTILINE)) for part in parts]


@pytest.mark.parametrize(("language", "place"), [("en", "Library"), ("ar", "مكتبة")])
def test_a_session_has_its_hours_and_its_place(portal: Portal, language: str, place: str) -> None:
    with portal.city.database.connect() as owner:
        talk, draft = store_talk(owner, "registration"), store_talk(owner, "draft")
        off = store_talk(owner, "cancelled")
        plan(owner, talk, BEGINS, ENDS)
    (event,) = events(portal, f"/dialogue/{talk}/calendar.ics", language)
    assert (event["DTSTART"], event["DTEND"]) == ("20261214T143000Z", "20261214T163000Z")
    assert (event["LOCATION"], event["TRANSP"]) == (place, "OPAQUE")
    assert f"/portal/dialogue/{talk}?lang={language}" in event["DESCRIPTION"]
    assert events(portal, f"/dialogue/{off}/calendar.ics", language) == []
    assert portal.browser().get(f"/dialogue/{draft}/calendar.ics").status_code == 404
    assert f"/dialogue/{talk}/calendar.ics" in portal.browser(language).get(f"/dialogue/{talk}").text


def test_a_survey_has_its_two_dates(portal: Portal) -> None:
    with portal.city.database.connect() as owner:
        survey = store_survey(owner)
        owner.execute(
            "UPDATE participation.surveys SET state = 'scheduled', release_id = NULL, decision_id = NULL"
            " WHERE survey_id = %s",
            [survey],
        )
        plan(owner, survey, OPENS, CLOSES)
    found = events(portal, f"/surveys/{survey}/calendar.ics", "en")
    assert [one["DTSTART"] for one in found] == ["20261214T143000Z", "20261214T163000Z"]
    assert [one["SUMMARY"].rpartition(": ")[2] for one in found] == ["Opens", "Closes"]
    assert len({one["UID"] for one in found}) == 2
    assert f"/surveys/{survey}/calendar.ics" in portal.browser().get(f"/surveys/{survey}").text
