"""Open311 GeoReport v2: the specification's names and shapes, and nothing that is anybody's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import httpx
import pytest

from casework.access.model import ANONYMOUS
from casework.cases.model import Asker, Channel
from casework.governorates.model import Governorate
from citycore.keys import build_key, digest_of
from hub_api.serving.keys.model import NewKey, Quota
from hub_api.serving.keys.repository import issue
from participation.voices import service
from participation.voices.model import Kind, NewVoice, Place, Topic
from tests.hackathon.machines import store_agency
from tests.hub_api.portal.conftest import Browser, Portal

V2 = "/open311/v2"
SECRET = "Salim of the third house, +968 9123 4567"
#: As the specification lists them.
FIELDS = {
    "services": {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"},
    "attributes": {"variable", "code", "datatype", "required", "datatype_description", "order", "description", "values"},
    "requests": {
        "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
        "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
        "address", "address_id", "zipcode", "lat", "long", "media_url",
    },
    "posted": {"service_request_id", "service_notice", "account_id"},
}  # fmt: skip


@dataclass
class Door:
    """A program with a key, and an agency to which problems can be reported."""

    portal: Portal
    browser: Browser
    agency: UUID
    key: str

    def get(self, path: str, **query: str) -> httpx.Response:
        answer: httpx.Response = self.portal.run(
            self.browser.client.get(path if path.startswith("/") else f"{V2}/{path}", params=query)
        )
        return answer

    def post(self, path: str = "requests.json", **changes: str) -> httpx.Response:
        sent = {
            "api_key": self.key, "service_code": "street_light", "description": SECRET, "lat": "23.588612",
            "long": "58.407423", "address_string": "شارع السلطان قابوس، بوشر", "email": "salim@example.om",
            "first_name": "Salim", "phone": "91234567", "attribute[agency]": str(self.agency),
            "attribute[governorate]": "OM-MA",
        }  # fmt: skip
        answer: httpx.Response = self.portal.run(
            self.browser.client.post(f"{V2}/{path}", data={**sent, **changes})
        )
        return answer

    def say(self, **changes: object) -> service.Taken:
        new: dict[str, Any] = {
            "kind": Kind.COMPLAINT, "organisation_id": self.agency, "topic": Topic.ROAD, "subject": SECRET,
            "body": SECRET, "place": Place(Governorate.MUSCAT, SECRET, 58.4074231, 23.5886123, is_public=True),
            "channel": Channel.WEB, "language": "en", "asker": Asker(name=SECRET),
        }  # fmt: skip
        return self.portal.office.programme.call(ANONYMOUS, service.submit, NewVoice(**(new | changes)))


@pytest.fixture
def door(portal: Portal) -> Door:
    agency, key = uuid4(), build_key(uuid4().bytes * 2)
    with portal.city.database.connect() as owner:
        store_agency(owner, agency)
        quota = Quota(requests_per_minute=1_000, requests_per_day=1_000)
        issue(owner, NewKey(name=f"k{agency.hex[:9]}", owner="x", digest=bytes.fromhex(digest_of(key)), quota=quota, expires_at=None))  # fmt: skip
        owner.commit()
    return Door(portal, portal.browser(), agency, key)


def test_services_are_the_problems_of_public_places(door: Door) -> None:
    for path in ("services", "services.json"):
        services = door.get(path, jurisdiction_id="om").json()
        assert {one["service_code"] for one in services} == {
            "street_light", "road", "waste", "water", "park", "noise",
        }  # fmt: skip
        assert all(set(one) == FIELDS["services"] for one in services)
        assert {one["type"] for one in services} == {"realtime"}
    definition = door.get("services/road.json").json()
    assert set(definition) == {"service_code", "attributes"}
    agency, governorate = definition["attributes"]
    assert set(agency) == set(governorate) == FIELDS["attributes"]
    assert str(door.agency) in {one["key"] for one in agency["values"]}
    assert len(governorate["values"]) == 11


def test_a_report_is_a_voice_and_is_read_without_anybody_in_it(door: Door) -> None:
    answer = door.post()
    assert answer.status_code == 200, answer.text
    (posted,) = answer.json()
    assert set(posted) == FIELDS["posted"]
    number = posted["service_request_id"]
    code = re.search(r"\w{4}-\w{4}(?!-)", posted["service_notice"])
    assert code is not None
    row = door.portal.store.execute(
        "SELECT channel, is_public_place, body, case_askers.email FROM participation.voices"
        " JOIN participation.cases ON case_id = voice_id JOIN participation.case_askers USING (case_id)"
        " JOIN participation.follow_ups ON object_id = voice_id WHERE number = %s",
        [number.replace("-", "")],
    ).fetchone()
    assert row is not None
    assert row[:2] == ("open311", True)
    assert SECRET in row[2]
    (one,) = door.get(f"requests/{number}.json").json()
    assert set(one) == FIELDS["requests"]
    assert (one["status"], one["service_code"], one["service_request_id"]) == ("open", "street_light", number)
    assert (one["lat"], one["long"]) == (23.5886, 58.4074), "to ten metres or so"
    assert (one["address_id"], one["media_url"]) == ("bawshar", None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+04:00", one["requested_datetime"])
    assert "Salim" not in str(one)
    entered = door.browser.send_once("/follow", {"number": number, "code": code.group()})
    assert entered.status_code == 303, "whoever reported it follows it"


def test_nothing_that_anybody_typed_is_read(door: Door) -> None:
    taken = door.say()
    for path in ("requests.json", "requests.xml", f"requests/{taken.issued.number}.xml"):
        answer = door.get(path)
        assert answer.status_code == 200
        assert taken.issued.number in answer.text
        for part in ("Salim", "house", "9123", taken.issued.code):
            assert part not in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"place": Place(Governorate.MUSCAT, "بوشر", 58.4, 23.5)},
        {"kind": Kind.SUGGESTION},
        {"kind": Kind.QUALITY_NOTE},
    ],
    ids=["home", "suggestion", "note"],
)
def test_what_is_no_public_problem_is_not_there(door: Door, changes: dict[str, object]) -> None:
    number = door.say(**changes).issued.number
    assert door.get(f"requests/{number}.json").status_code == 404
    assert number not in door.get("requests.json").text


def test_where_there_is_noise_no_point_is_told(door: Door) -> None:
    number = door.say(topic=Topic.NOISE).issued.number
    (one,) = door.get(f"requests/{number}").json()
    assert (one["lat"], one["long"]) == (None, None)


def test_our_ends_stand_in_the_notes(door: Door) -> None:
    taken = door.say()
    door.portal.store.execute(
        "UPDATE participation.voices SET state = 'answered', state_reason = 'answered_not_done', answer = 'x',"
        " outcome = 'answered_not_done' WHERE voice_id = %s",
        [taken.case_id],
    )
    door.portal.store.commit()
    (one,) = door.get("requests.json", service_request_id=f"{taken.issued.number},AAAA-AAAA-A").json()
    assert (one["status"], one["status_notes"]) == ("closed", "answered: Answered, not put right")
    listed = door.get("requests.json", status="open").json()
    assert taken.issued.number not in {one["service_request_id"] for one in listed}
    listed = door.get("requests.json", status="closed", service_code="road,waste", page_size="1").json()
    assert [one["service_request_id"] for one in listed] == [taken.issued.number]
    assert door.get("requests.json", start_date="2020-01-01T00:00:00Z").json() == []


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"api_key": ""}, 403, "api_key"),
        ({"api_key": "falaj_" + "0" * 64}, 403, "api_key"),
        ({"service_code": "staff"}, 404, "service_code"),
        ({"jurisdiction_id": "dubai"}, 404, "jurisdiction_id"),
        ({"description": " "}, 400, "description"),
        ({"description": "x" * 5_001}, 400, "description"),
        ({"lat": "91"}, 400, "lat"),
        ({"lat": "nan"}, 400, "lat"),
        ({"lat": ""}, 400, "lat, long"),
        ({"lat": "", "long": "", "address_string": ""}, 400, "address_string"),
        ({"attribute[agency]": ""}, 400, "attribute[agency]"),
        ({"attribute[agency]": str(UUID(int=1))}, 400, "agency"),
        ({"attribute[governorate]": "OM-XX"}, 400, "attribute[governorate]"),
        ({"email": "nobody"}, 400, "email"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
    ],
)
def test_what_is_wrong_with_a_report_is_said_in_its_shape(
    door: Door, changes: dict[str, str], code: int, says: str
) -> None:
    before = door.portal.store.execute("SELECT count(*) FROM participation.voices").fetchone()
    answer = door.post(**changes)
    (error,) = answer.json()
    assert (answer.status_code, error["code"], set(error)) == (code, code, {"code", "description"})
    assert says in error["description"]
    answer = door.post("requests.xml", **changes)
    assert [one.tag for one in ET.fromstring(answer.content).iter()] == [
        "errors",
        "error",
        "code",
        "description",
    ]
    assert door.portal.store.execute("SELECT count(*) FROM participation.voices").fetchone() == before


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("services.json", {"jurisdiction_id": "x"}, 404),
        ("services/nothing.json", {}, 404),
        ("requests/K7QM-2XRD-W.json", {}, 404),
        ("requests/%00.json", {}, 404),
        ("requests.json", {"status": "fixed"}, 400),
        ("requests.json", {"start_date": "yesterday"}, 400),
        ("requests.json", {"start_date": "0001-01-01T00:00:00Z"}, 400),
        ("requests.json", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, 400),
        ("requests.json", {"page_size": "1001"}, 400),
        ("requests.json", {"page": "0"}, 400),
        ("tokens/1.json", {}, 404),
    ],
)
def test_what_is_wrong_with_a_question_is_said_in_its_shape(
    door: Door, path: str, query: dict[str, str], code: int
) -> None:
    answer = door.get(path, **query)
    (error,) = answer.json()
    assert (answer.status_code, error["code"]) == (code, code)
    assert error["description"]


def test_xml_has_the_names_of_the_specification(door: Door) -> None:
    door.say()
    services = ET.fromstring(door.get("services.xml").content)
    assert (services.tag, {one.tag for one in services}) == ("services", {"service"})
    assert {field.tag for field in services[0]} == FIELDS["services"]
    definition = ET.fromstring(door.get("services/road.xml").content)
    attribute = definition.find("attributes/attribute")
    assert attribute is not None
    assert {field.tag for field in attribute} == FIELDS["attributes"]
    value = definition.find("attributes/attribute/values/value")
    assert value is not None
    assert [field.tag for field in value] == ["key", "name"]
    requests = ET.fromstring(door.get("requests.xml").content)
    assert (requests.tag, requests[0].tag) == ("service_requests", "request")
    assert {field.tag for field in requests[0]} == FIELDS["requests"]
    discovery = door.get("/open311/discovery.xml")
    assert discovery.headers["content-type"] == "text/xml; charset=utf-8"
    found = ET.fromstring(discovery.content)
    assert [one.tag for one in found] == ["changeset", "contact", "key_service", "endpoints"]
    assert {one.tag for one in found[3][0]} == {"specification", "url", "changeset", "type", "formats"}


def test_one_network_reports_so_often_as_on_the_web(door: Door) -> None:
    answers = [door.post().status_code for _ in range(31)]
    assert (answers[:30], answers[30]) == ([200] * 30, 429)
