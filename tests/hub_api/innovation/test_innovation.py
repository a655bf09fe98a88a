"""``/v1/innovation`` over a real programme: what is public in every format, and nothing else anywhere."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import psycopg
import pyarrow as pa
import pytest
from psycopg import sql
from pyarrow import parquet

from casework.programme import Session
from hackathon.contest.challenges.machine import CHALLENGE, PUBLISHED
from hackathon.contest.hackathons.machine import HACKATHON, UNPUBLISHED
from hackathon.contest.hackathons.repository import HACKATHONS
from hub_api.programme.contest.hackathons import public as hackathons
from hub_api.serving.paging import Cursors, question
from hub_api.settings import ApiSettings
from tests.hackathon.calling import programme_for
from tests.hackathon.heat import AGENCY, CHIEF, DATES, NOW, at
from tests.hub_api.conftest import SHADE

HEAT = "00000000-0000-4000-8000-000000000002"
LISTS = ("hackathons", "challenges", "organisations", "deadlines", "ambassadors", "reach")
LISTED = "00000000-0000-4000-8000-000000000004"
FORMATS = ("json", "csv", "ndjson", "parquet", "arrow")


def data(api: Any, url: str) -> Any:
    answer = api.get(f"/v1/innovation/{url}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def rows(answer: Any, chosen: str) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    if chosen == "json":
        return list(answer.json()["data"])
    if chosen == "ndjson":
        return [json.loads(line) for line in answer.text.splitlines()]
    if chosen == "csv":
        return list(csv.DictReader(io.StringIO(answer.text)))
    if chosen == "arrow":
        return list(pa.ipc.open_stream(answer.content).read_all().to_pylist())
    return list(parquet.read_table(io.BytesIO(answer.content)).to_pylist())


def test_hackathons_from_their_announcement_on(hub: Any, programme: Any) -> None:
    found = {one["hackathon"]: one for one in data(hub, "hackathons")}
    assert set(found) == {"called-off", "city-heat", "heat-wave", "postponed"}
    wave = found["heat-wave"]
    assert (wave["state"], wave["state_name"]) == ("announced", {"en": "Announced", "ar": "معلَن"})
    assert (wave["mode"], wave["place"], wave["challenge_count"]) == (
        "in_place",
        {"en": "Muscat", "ar": "مسقط"},
        1,
    )
    assert [one["deadline"] for one in wave["deadlines"]] == list(DATES)
    assert wave["deadlines"][0]["instant"] == "2026-11-02T08:00:00Z"
    assert wave["deadlines"][0]["zone"] == "Asia/Muscat"
    off = found["called-off"]
    assert (off["state"], off["state_reason_name"]["en"]) == ("cancelled", "The venue is not available")
    assert [found[code]["deadlines"] for code in ("called-off", "postponed")] == [[], []]
    assert data(hub, "hackathons/heat-wave") == wave
    assert {one["hackathon"] for one in data(hub, "hackathons?state=announced&mode=in_place")} == {
        "heat-wave"
    }


def test_published_challenges_and_what_they_link(hub: Any, programme: Any) -> None:
    found = {one["challenge"]: one for one in data(hub, "challenges")}
    assert set(found) == {SHADE, str(programme.open_challenge)}
    one = found[str(programme.open_challenge)]
    assert one["organisation"] == {
        "organisation": str(AGENCY), "kind": "agency", "name": dict.fromkeys(("en", "ar"), "Water; Works, \\ Office"),
    }  # fmt: skip
    assert one["terms_name"]["en"] == "Open source: everybody may use the result"
    assert one["datasets"] == [{"dataset": "simulator", "url": "/v1/datasets/simulator"}]
    assert [link["url"] for link in one["things"]] == ["/v1/things/air-01", "/v1/things/weather-01"]
    for link in one["datasets"] + one["things"]:
        assert hub.get(link["url"]).status_code == 200
    assert data(hub, f"challenges/{programme.open_challenge}") == one
    for query, expected in (
        ("hackathon=heat-wave", 1), ("thing=air-01", 2), ("thing=weather-01", 1), ("dataset=simulator", 2),
        ("dataset=recorded", 0), ("hackathon=called-off", 0), (f"organisation={AGENCY}", 1),
    ):  # fmt: skip
        assert len(data(hub, f"challenges?{query}")) == expected, query


def test_things_and_datasets_name_the_challenges_that_link_them(hub: Any, programme: Any) -> None:
    for url, expected in (
        ("/v1/things/air-01", {SHADE, str(programme.open_challenge)}),
        ("/v1/things/weather-01", {str(programme.open_challenge)}),
        ("/v1/things/bus-01", set()),
        ("/v1/datasets/simulator", {SHADE, str(programme.open_challenge)}),
        ("/v1/datasets/recorded", set()),
    ):
        found = hub.get(url).json()["data"]["challenges"]
        assert {one["challenge"] for one in found} == expected, url
        for one in found:
            assert hub.get(one["url"]).json()["data"]["name"] == one["name"]


def test_organisations_that_are_verified(hub: Any, programme: Any) -> None:
    found = {one["organisation"]: one for one in data(hub, "organisations")}
    assert set(found) == {
        str(AGENCY), "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000009",
    }  # fmt: skip
    assert (found[str(AGENCY)]["challenge_count"], found[str(AGENCY)]["kind_name"]["en"]) == (
        1,
        "Government agency",
    )
    assert data(hub, "organisations?kind=university") == []


def test_dates_in_the_order_of_time_within_a_window(hub: Any, programme: Any) -> None:
    found = data(hub, "deadlines")
    assert [one["instant"] for one in found] == sorted(one["instant"] for one in found)
    heat = [one for one in found if one["kind"] == "hackathon"]
    assert len(heat) == 14
    assert {one["hackathon"] for one in heat} == {"heat-wave", "city-heat"}
    window = data(hub, "deadlines?start=2026-11-02T08:00:00Z&end=2026-11-03T12:00:00%2B04:00")
    assert [one["deadline"] for one in window] == ["challenges_close"], "the end does not belong to it"
    assert len(data(hub, "deadlines?hackathon=city-heat")) == 7
    answer = hub.get("/v1/innovation/deadlines?start=2026-11-03T00:00:00Z&end=2026-11-02T00:00:00Z")
    assert answer.json()["errors"][0]["code"] == "start_not_before_end"


def test_ambassadors_who_agreed_to_be_seen(hub: Any, programme: Any) -> None:
    (one,) = data(hub, "ambassadors")
    assert one == {
        "ambassador": LISTED,
        "name": {"en": "Listed", "ar": "Listed"},
        "governorate": "OM-MA",
        "governorate_name": {"en": "Muscat", "ar": "مسقط"},
        "biography": {"en": "أعلّم البيانات", "ar": "أعلّم البيانات"},
        "emeritus": False,
    }
    assert data(hub, "ambassadors?governorate=OM-MA") == [one]
    assert data(hub, "ambassadors?governorate=OM-ZU") == []


def test_reach_counts_what_was_verified_and_each_event_once(hub: Any, programme: Any) -> None:
    online, muscat = data(hub, "reach")
    assert (online["governorate"], online["governorate_name"], online["person_count"]) == (None, None, 7)
    assert (muscat["month"], muscat["governorate_name"]["ar"]) == ("2026-11", "مسقط")
    assert (muscat["event_count"], muscat["person_count"]) == (1, 40)
    assert (muscat["topic_name"]["en"], muscat["audience_name"]["en"]) == ("Open data", "Pupils")
    assert data(hub, "reach?governorate=OM-MA&topic=open_data&audience=pupils") == [muscat]
    assert data(hub, "reach?topic=health") == data(hub, "reach?governorate=OM-ZU") == []


def test_every_list_is_the_same_in_every_format_and_page_by_page(hub: Any, programme: Any) -> None:
    keys = {
        "hackathons": "hackathon", "challenges": "challenge", "organisations": "organisation", "deadlines": "deadline",
        "ambassadors": "ambassador", "reach": "person_count",
    }  # fmt: skip
    for name in LISTS:
        expected = [one[keys[name]] for one in data(hub, name)]
        for chosen in FORMATS:
            found = rows(hub.get(f"/v1/innovation/{name}.{chosen}"), chosen)
            assert [str(one[keys[name]]) for one in found] == [str(one) for one in expected], (name, chosen)
        url, paged = f"/v1/innovation/{name}?limit=1", []
        while url:
            answer = hub.get(url)
            paged += [one[keys[name]] for one in answer.json()["data"]]
            url = answer.links.get("next", {}).get("url", "")
        assert paged == expected, name
    (wave,) = [
        one
        for one in rows(hub.get("/v1/innovation/hackathons.parquet"), "parquet")
        if one["hackathon"] == "heat-wave"
    ]
    assert wave["submissions_close"] == DATES["submissions_close"]
    assert hub.get("/v1/innovation/hackathons.geojson").status_code == 404


def test_a_forged_cursor_is_refused(hub: Any, programme: Any) -> None:
    cursors = Cursors(ApiSettings().cursor_key.get_secret_value().encode())
    for name, position in (
        ("challenges", "x"), ("organisations", ""), ("deadlines", "x"), ("ambassadors", "x"), ("reach", "x"), ("deadlines", "2026-11-24T00:00:00/a/b"),
        ("deadlines", "0001-01-01T00:00:00+14:00/a/b"), ("introductions", "x/meeting"), ("introductions", "2026"),
        ("introductions", "99999999999/meeting"),
    ):  # fmt: skip
        path = f"/v1/innovation/{name}"
        answer = hub.get(path, params={"cursor": cursors.write(question(path, {}), position)})
        assert answer.json()["errors"][0]["code"] == "bad_cursor", (name, position)


def test_the_licence_is_told_with_the_data(hub: Any, programme: Any) -> None:
    for url in ("hackathons", "hackathons/heat-wave", f"challenges/{programme.open_challenge}"):
        meta = hub.get(f"/v1/innovation/{url}").json()["meta"]
        assert meta["licence"]["id"] == "CC-BY-4.0"
        assert meta["newest_phenomenon_time"] is None
    told = hub.get("/v1/innovation/challenges.csv?header=metadata").text
    assert "# licence: CC-BY-4.0" in told
    schema = parquet.read_schema(io.BytesIO(hub.get("/v1/innovation/deadlines.parquet").content))
    assert schema.metadata[b"licence"] == b"CC-BY-4.0"


def public_urls(programme: Any) -> list[str]:
    """Everything that could tell of the programme: lists, filters, pages, formats, single elements, documentation."""
    names = [f"{name}.{chosen}" for name in LISTS for chosen in FORMATS]
    names += [f"{name}?limit=1" for name in LISTS]
    names += [f"hackathons?state={state}" for state in get_args(hackathons.HackathonState)]
    names += ["challenges?hackathon=heat-wave", "challenges?thing=air-01", "challenges?dataset=simulator"]
    names += [
        "deadlines.ics",
        "deadlines.ics?lang=ar",
        "hackathons/heat-wave",
        f"challenges/{programme.open_challenge}",
    ]
    # Errors, which suggest the nearest name.
    names += [
        "hackathons/heat-wave-sekret", "challenges?hackathon=heat-wave-zecret-too", "deadlines?hackathon=wave-sekret",
        "deadlines.ics?hackathon=heat-wave-zecret-to", f"challenges/{uuid4()}", f"challenges?organisation={uuid4()}",
    ]  # fmt: skip
    others = [
        "/v1/things/air-01",
        "/v1/things/weather-01",
        "/v1/datasets/simulator",
        "/openapi.json",
        "/docs",
    ]
    return [f"/v1/innovation/{name}" for name in names] + others


def test_what_is_not_public_occurs_nowhere(hub: Any, programme: Any) -> None:
    for url in public_urls(programme):
        answer = hub.get(url)
        assert answer.status_code in (200, 404), url
        text = answer.text
        if ".parquet" in url or ".arrow" in url:
            text = json.dumps(rows(answer, url.rpartition(".")[2]), default=str)
        for word in programme.hidden:
            assert word not in text, (url, word)


def test_what_is_hidden_is_answered_like_what_does_not_exist(hub: Any, programme: Any) -> None:
    nothing = str(uuid4())
    for template in ("challenges/{}", "challenges?organisation={}"):
        for identifier in (*programme.identifiers, nothing):
            answer = hub.get(f"/v1/innovation/{template.format(identifier)}")
            expected = hub.get(f"/v1/innovation/{template.format(nothing)}").text.replace(nothing, identifier)
            assert (answer.status_code, answer.text) == (404, expected)
    for template in (
        "hackathons/{}",
        "challenges?hackathon={}",
        "deadlines?hackathon={}",
        "deadlines.ics?hackathon={}",
    ):
        for code in ("heat-wave-secret", "heat-wave-secret-too", "heat-wave-secret-no"):
            answer = hub.get(f"/v1/innovation/{template.format(code)}").json()
            assert (answer["status"], answer["suggestion"]) == (404, "heat-wave")
    for name in ("not-a-uuid", f"{{{programme.open_challenge}}}", f"urn:uuid:{programme.open_challenge}"):
        assert hub.get(f"/v1/innovation/challenges/{name}").json()["code"] == "not_found"


def test_the_role_of_the_open_data_sees_the_views_and_no_table(programme: Any) -> None:
    with programme.database.connect("read") as reader:
        counted = reader.execute("SELECT count(*) FROM open_innovation.challenges").fetchone()
        assert counted == (2,)
        for table in (
            "hackathons",
            "challenges",
            "organisations",
            "deadlines",
            "deadline_extensions",
            "people",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(sql.SQL("SELECT FROM innovation.{}").format(sql.Identifier(table)))
        # A condition that tells what it was asked about would tell of hidden rows, were the views no barriers.
        reader.execute("SELECT FROM open_innovation.challenges WHERE 1 / (title_en <> 'SECRET')::int > 0")
        reader.execute("SELECT FROM open_innovation.ambassadors WHERE 1 / (name_en <> 'UNLISTED')::int > 0")
        reader.execute("SELECT FROM open_innovation.hackathons WHERE 1 / (title_en <> 'SECRET')::int > 0")


@pytest.fixture
def seeded(city: Any, make_api: Any) -> Any:
    """The small programme of every city, for tests that change it."""
    return make_api(validator_seconds_max=0)


def change(city: Any, statement: str, *values: object) -> None:
    with city.database.superuser() as connection:
        connection.execute(statement.encode(), values)


def test_every_state_is_told_by_its_public_word_or_not_at_all(seeded: Any, city: Any) -> None:
    for state in HACKATHON.states:
        change(city, "UPDATE innovation.hackathons SET state = %s", state.name)
        answer = seeded.get("/v1/innovation/hackathons/city-heat")
        # It was never announced by anybody, so a cancelled one was a draft.
        if state.name in UNPUBLISHED | {"cancelled"}:
            assert answer.status_code == 404
            continue
        told = answer.json()["data"]
        label = HACKATHON.public_label(state.name)
        assert told["state_name"] == {"en": label.text("en"), "ar": label.text("ar")}, state.name
        assert told["state"] in get_args(hackathons.HackathonState)
        assert told["state"] == (state.public or state.name)
        assert [one["hackathon"] for one in data(seeded, f"hackathons?state={told['state']}")] == [
            "city-heat"
        ]
    change(city, "UPDATE innovation.hackathons SET state = 'announced'")
    for state in CHALLENGE.states:
        change(city, "UPDATE innovation.challenges SET state = %s", state.name)
        found = data(seeded, "challenges")
        assert [one["state_name"]["en"] for one in found] == ["Published"] * (state.name in PUBLISHED), (
            state.name
        )


def test_an_organisation_that_is_doubted_disappears_from_its_challenge(seeded: Any, city: Any) -> None:
    for state, is_named in (
        ("suspended", False),
        ("rejected", False),
        ("dissolved", True),
        ("verified", True),
    ):
        change(city, "UPDATE innovation.organisations SET state = %s", state)
        (challenge,) = data(seeded, "challenges")
        assert (challenge["organisation"] is not None) is is_named, state
        assert bool(data(seeded, "organisations")) is (state == "verified")
        by_name = seeded.get("/v1/innovation/challenges?organisation=00000000-0000-4000-8000-000000000001")
        assert by_name.status_code == (200 if is_named else 404), state


def test_nothing_is_sent_again_until_something_changes(seeded: Any, city: Any) -> None:
    urls = [f"/v1/innovation/{name}{end}" for name in LISTS for end in ("", ".csv", ".arrow")]
    urls += [
        "/v1/innovation/hackathons/city-heat",
        f"/v1/innovation/challenges/{SHADE}",
        "/v1/innovation/deadlines.ics",
    ]
    urls.append("/v1/datasets/simulator")
    seen = {url: seeded.get(url).headers["etag"] for url in urls}
    for url, etag in seen.items():
        again = seeded.get(url, headers={"if-none-match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag), url
        head = seeded.request("HEAD", url)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag), url
    change(city, "UPDATE innovation.hackathons SET title_en = 'Cool city', summary_en = 'Ice'")
    change(city, "UPDATE innovation.organisations SET name_en = 'Ice Office'")
    change(city, "UPDATE innovation.challenges SET title_en = 'Ice'")
    change(city, "UPDATE innovation.ambassadors SET biography_en = 'Ice'")
    change(city, "UPDATE innovation.activities SET counted = 50 WHERE counted = 40")
    for url, etag in seen.items():
        assert seeded.get(url, headers={"if-none-match": etag}).status_code == 200, url


def test_an_extension_is_told_with_its_reason(seeded: Any, city: Any) -> None:
    later = DATES["submissions_close"] + timedelta(days=60)
    change(
        city,
        "UPDATE innovation.deadlines SET instant = %s WHERE name = 'appeals_close'",
        later + timedelta(days=9),
    )
    with city.database.connect("portal") as portal:
        programme_for(portal, at(NOW)).call(
            CHIEF, Session.extend, HACKATHONS, UUID(HEAT), "submissions_close", later, "weather"
        )
    (one,) = [one for one in data(seeded, "deadlines") if one["deadline"] == "submissions_close"]
    assert one["instant"] == f"{later:%Y-%m-%dT%H:%M:%SZ}"
    (told,) = one["extensions"]
    assert (told["previous"], told["reason"]) == ("2026-11-30T00:00:00Z", "weather")
    assert told["reason_name"] == {"en": "Weather", "ar": told["reason_name"]["ar"]}
    (row,) = [
        row
        for row in rows(seeded.get("/v1/innovation/deadlines.csv"), "csv")
        if row["deadline"] == "submissions_close"
    ]
    assert (row["extension_count"], row["extension_reason"]) == ("1", "weather")
    text = seeded.get("/v1/innovation/deadlines.ics").text.replace("\r\n ", "")
    event = next(part for part in text.split("BEGIN:VEVENT") if f"DTSTART:{later:%Y%m%dT%H%M%SZ}" in part)
    assert "SEQUENCE:1" in event
    assert "until then Monday 30 November 2026\\, 04:00 (Muscat time): Weather" in event
