"""What an open survey tells about its answers, wherever one looks: nothing."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from casework.access.model import HUB, SYSTEM, Role, Scope, ScopeKind
from hub_api.programme.open_data.lists import PARTICIPATION
from hub_api.programme.public import ROOMS
from hub_api.programme.routes import ROOMS as PAGES
from participation.surveys import service
from participation.surveys.service import ASKING
from tests.hackathon.survey_specimens import AGENCY, store_survey
from tests.hub_api.portal.conftest import Portal, Somebody

#: So many have answered, and what one of them wrote.
NUMBER, WORDS = 7_391, "كلمات لا يعرفها أحد"
TOLD = re.compile(r"\b7[,٬.]?391\b|لا يعرفها")


@pytest.fixture(scope="module")
def survey_id(portal: Portal) -> UUID:
    """Open to all, and answered by many: their answers lie where the portal itself cannot look."""
    with portal.city.database.connect() as owner:
        survey_id = store_survey(owner)
        owner.execute(
            "UPDATE participation.surveys SET state = 'open', release_id = NULL, decision_id = NULL WHERE survey_id = %s",
            [survey_id],
        )
        owner.execute("DELETE FROM participation.decision_grounds WHERE object_id = %s", [survey_id])
        owner.execute(
            "INSERT INTO participation.open_answers (once, object_id, version, channel, language, document)"
            " SELECT gen_random_uuid(), %s, 1, 'web', 'ar', jsonb_build_object('values', jsonb_build_object('hours', 'yes',"
            " 'note', %s::text), 'not_applicable', '[]'::jsonb, 'not_asked', '[]'::jsonb) FROM generate_series(1, %s)",
            [survey_id, WORDS, NUMBER],
        )
    survey = portal.office.programme.call(SYSTEM, service.get_survey, survey_id)
    for begin in (ASKING.prepare, ASKING.open_box):
        portal.office.programme.call(SYSTEM, begin, survey)
    return survey_id


@pytest.fixture(scope="module")
def readers(portal: Portal) -> list[Somebody | None]:
    asks = portal.appoint(Role.OFFICER, Scope(ScopeKind.ORGANISATION, AGENCY), "asks")
    return [
        None,
        asks,
        *(portal.appoint(role, HUB, role.value) for role in (Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)),
    ]


def pages_of(survey_id: UUID) -> list[str]:
    """Every page that can be looked at which is a survey's, a decision's, or names nothing."""
    names = {"survey_id": survey_id, "question": "note", "kind": "yaml"}
    found = []
    for room in PAGES:
        for route in room.router.routes:
            path, methods = getattr(route, "path", ""), getattr(route, "methods", ())
            if "GET" in methods and set(re.findall(r"{(\w+)}", path)) <= set(names):
                found.append(path.format(**names).removeprefix("/portal"))
    return found


def test_no_page_tells_how_many_answered_or_what(
    portal: Portal, survey_id: UUID, readers: list[Somebody | None]
) -> None:
    pages = pages_of(survey_id)
    assert f"/desk/surveys/{survey_id}" in pages
    assert len(pages) > 40
    for reader in readers:
        browser = portal.browser() if reader is None else reader.browser
        told = [page for page in pages if TOLD.search(browser.get(page).text)]
        assert told == []


def test_no_open_data_export_figure_or_log_tells_it(portal: Portal, survey_id: UUID) -> None:
    lists = [
        route.path for room in ROOMS for route in room.router.routes if "{" not in getattr(route, "path", "{")
    ]
    assert "/v1/participation/surveys" in lists
    addresses = [
        *lists,
        *(f"{one}.csv" for one in lists if one.startswith(PARTICIPATION) and "." not in one),
        "/metrics",
        "/status",
        "/openapi.json",
    ]
    with capture_logs() as events:
        for address in (*addresses, f"/v1/participation/figures?subject={survey_id}"):
            assert not TOLD.search(fetch(portal, address)), address
    assert not TOLD.search(str(events))
    rows = json.loads(fetch(portal, "/v1/participation/surveys"))["data"]
    [row] = [one for one in rows if one["survey"] == str(survey_id)]
    assert (row["state"], row["release"], row["decision"], row["alike"]) == ("open", None, None, None)
    assert not {name for name in row if "count" in name or "answer" in name}


def test_that_somebody_answers_is_counted_nowhere(portal: Portal, survey_id: UUID) -> None:
    browser, path = portal.browser(), f"/surveys/{survey_id}"
    before = fetch(portal, "/metrics")
    with capture_logs() as events:
        text = browser.get(f"{path}/answer").text
        for _ in range(2):
            hidden = dict(re.findall(r'name="(carried|page)" value="([^"]+)"', text))
            answer = browser.send_once(f"{path}/answer", hidden | {"hours": "yes", "go": "next"})
            text = answer.text
        assert answer.headers["location"].endswith("?thanks=1"), text
        browser.get(f"{path}?thanks=1")
    told = [
        [line for line in text.splitlines() if "surveys" in line]
        for text in (before, fetch(portal, "/metrics"))
    ]
    assert told[0] == told[1]
    assert not [event for event in events if "surveys/{" in str(event)]
    assert browser.get(f"{path}/answer").status_code == 409


def fetch(portal: Portal, address: str) -> str:
    answer = portal.run(portal.browser().client.get(address))
    assert answer.status_code == 200, (address, answer.text)
    return str(answer.text)
