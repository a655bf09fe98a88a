"""``/v1/innovation/introductions`` and ``…/pilots``: what comes of the marketplace, and nobody who can be found by it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import psycopg
import pytest

from casework.people.model import Names
from hackathon.market.introductions.rules import STAGES
from hackathon.market.pilots import repository, things
from hackathon.market.pilots.machine import PILOT, PUBLIC
from hackathon.market.pilots.model import Ground, NewThing, Origin, Proposal
from hub_api.programme.market.introductions.public import Stage
from hub_api.programme.market.pilots.public import PilotState
from tests.hackathon.award_specimens import store_award
from tests.hackathon.introduction_stage import OPEN, PLAN, IntroductionStage
from tests.hackathon.machines import store_submission
from tests.hub_api.conftest import Api, City, open_city, standing

FORMATS = ("json", "csv", "ndjson", "parquet", "arrow")
#: The pilot that every seeded city has.
CITYS = "listening"
NEW_YEAR = datetime(2025, 12, 31, 20, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
TITLES = Names(PLAN.title_ar, PLAN.title_en)
SECRET = replace(PLAN, title_ar="SECRET", title_en="SECRET", purpose_ar="SECRET", purpose_en="SECRET")


@dataclass(frozen=True, slots=True)
class Tried:
    """Pilots by their codes."""

    city: City
    stage: IntroductionStage
    pilots: dict[str, UUID]
    need: str
    award_id: UUID
    submission_id: UUID

    def execute(self, statement: str, *values: object) -> None:
        self.stage.owner.execute(statement.encode(), values)


def _store(stage: IntroductionStage, ground: Ground, code: str) -> UUID:
    """A pilot that runs, past the services."""
    pilot_id = UUID(int=len(code) << 64)
    plan = replace(PLAN, code=code)
    proposal = Proposal(ground, stage.agency, plan, is_simulated=False)
    assert repository.store_pilot(stage.portal, pilot_id, proposal, stage.watch.at)
    stage.owner.execute("UPDATE innovation.pilots SET state = 'running' WHERE pilot_id = %s", [pilot_id])
    return pilot_id


def _handed_in(owner: Any) -> UUID:
    """What won, in a hackathon that is over."""
    submission_id = store_submission(owner)
    owner.execute(
        "UPDATE innovation.submissions SET state = 'eligible', versions = 1 WHERE submission_id = %s",
        [submission_id],
    )
    owner.execute(
        "INSERT INTO innovation.submission_versions (submission_id, number, content, digest, submitted_at)"
        ' VALUES (%s, 1, \'{"title": "T", "summary": "S"}\', sha256(\'x\'), \'2026-11-24T00:00Z\')',
        [submission_id],
    )
    owner.execute(
        "UPDATE innovation.hackathons SET state = 'results_final' WHERE hackathon_id ="
        " (SELECT hackathon_id FROM innovation.submissions WHERE submission_id = %s)",
        [submission_id],
    )
    return submission_id


@pytest.fixture(scope="module")
def tried(postgres: Any, city_template: Any) -> Iterator[Tried]:
    with open_city(postgres, city_template) as city:
        database = city.database
        with database.connect("portal") as portal, database.connect() as owner:
            stage = IntroductionStage(portal, owner)
            shown = stage.need(stage.need_id).code
            agreed = stage.agreed("agreed")
            sensor = NewThing("one", "leak_sensor", "ح", "S")
            stage.call(stage.actor(stage.vendor), things.register, agreed, sensor)
            stopped = stage.agreed_elsewhere("stopped")
            stage.pilot_step(stopped, "stop", stage.programme, "security")
            stage.need_id = stage.published(OPEN)
            proposed = stage.propose(stage.shared(), replace(SECRET, code="secretone"))
            stage.need_id = stage.published(OPEN)
            declined = stage.propose(stage.shared(), replace(SECRET, code="secrettwo"))
            stage.pilot_step(declined, "decline", stage.officer, "capacity")
            submission_id, award_id = _handed_in(owner), store_award(owner, "active")
            (team_id, application_id), *_ = owner.execute(
                "SELECT team_id, (SELECT application_id FROM innovation.funding_awards WHERE award_id = %s)"
                " FROM innovation.submissions WHERE submission_id = %s",
                [award_id, submission_id],
            ).fetchall()
            won = Ground(
                Origin.SUBMISSION, submission_id, TITLES, stage.agency, is_ready=True, team_id=team_id
            )
            funded = Ground(
                Origin.AWARD, award_id, TITLES, stage.agency, is_ready=True, application_id=application_id
            )  # fmt: skip
            named = {
                "agreed": agreed, "stopped": stopped, "secretone": proposed, "secrettwo": declined,
                "won": _store(stage, won, "won"), "funded": _store(stage, funded, "funded"),
            }  # fmt: skip
            yield Tried(city, stage, named, shown, award_id, submission_id)


@pytest.fixture(scope="module")
def hub(tried: Tried) -> Iterator[Api]:
    with standing(tried.city) as api:
        yield api


def data(hub: Api, url: str) -> Any:
    answer = hub.get(f"/v1/innovation/{url}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def pilots(hub: Api, query: str = "") -> dict[str, Any]:
    return {one["pilot"]: one for one in data(hub, f"pilots{query}") if one["pilot"] != CITYS}


def test_pilots_say_what_is_tried_and_how_it_ended(hub: Api, tried: Tried) -> None:
    found = pilots(hub)
    assert list(found) == ["agreed", "funded", "stopped", "won"]
    one = found["agreed"]
    assert (one["name"], one["description"]["ar"]) == (
        {"en": "Hearing leaks", "ar": "سماع التسرب"}, "نجرب في حي واحد.",
    )  # fmt: skip
    assert (one["state"], one["state_name"]["en"], one["state_reason"]) == ("agreed", "agreed", None)
    assert (one["agency_name"]["en"], one["provider_name"]["en"]) == ("Utility", "Hulul")
    assert (one["first_date"], one["last_date"]) == ("2026-12-01", "2027-02-28")
    assert (one["origin"], one["need"], one["submission"], one["funding_award"]) == (
        "introduction", tried.need, None, None,
    )  # fmt: skip
    assert data(hub, f"needs/{one['need']}")["need"] == tried.need
    assert one["dataset"] == {"dataset": "pilot-agreed", "url": "/v1/datasets/pilot-agreed"}
    assert hub.get(one["dataset"]["url"]).status_code == 200
    stopped = found["stopped"]
    assert (stopped["state"], stopped["state_reason_name"]["en"], stopped["dataset"]) == (
        "stopped", "security", None,
    )  # fmt: skip
    assert data(hub, "pilots/agreed") == one
    again = hub.get("/v1/innovation/pilots/agreed")
    known = hub.get("/v1/innovation/pilots/agreed", headers={"If-None-Match": again.headers["etag"]})
    assert known.status_code == 304


def test_links_lead_to_what_is_public_itself(hub: Api, tried: Tried) -> None:
    won, funded = pilots(hub)["won"], pilots(hub)["funded"]
    assert (won["origin"], won["submission"], won["need"]) == ("submission", str(tried.submission_id), None)
    assert won["provider_name"] == {"en": "T", "ar": "T"}
    assert tried.submission_id in {UUID(one["submission"]) for one in data(hub, "submissions")}
    assert (funded["origin"], funded["funding_award"]) == ("award", str(tried.award_id))
    assert data(hub, f"funding-awards/{tried.award_id}")["funding_award"] == funded["funding_award"]
    assert funded["provider_name"] is None, "people who applied for themselves are not named"
    company = tried.stage.company_of(tried.stage.rival)
    tried.execute(
        "UPDATE innovation.applications SET organisation_id = %s WHERE application_id ="
        " (SELECT application_id FROM innovation.funding_awards WHERE award_id = %s)",
        company, tried.award_id,
    )  # fmt: skip
    assert pilots(hub)["funded"]["provider_name"]["en"] == "Tiqniya"
    tried.execute(
        "UPDATE innovation.organisations SET state = 'suspended' WHERE organisation_id = %s", company
    )
    assert pilots(hub)["funded"]["provider_name"] is None
    set_state = "UPDATE innovation.submissions SET state = %s WHERE submission_id = %s"
    tried.execute(set_state, "disqualified", tried.submission_id)
    assert pilots(hub)["won"]["submission"] is None
    tried.execute(set_state, "eligible", tried.submission_id)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=stopped", ["stopped"]), ("state=running", ["funded", "won"]), ("state=completed", []),
        ("origin=introduction", ["agreed", "stopped"]), ("origin=award", ["funded"]),
        ("origin=submission&state=stopped", []),
    ],
)  # fmt: skip
def test_pilots_are_filtered(hub: Api, query: str, found: list[str]) -> None:
    assert list(pilots(hub, f"?{query}")) == found


def test_pilots_of_a_need(hub: Api, tried: Tried) -> None:
    assert list(pilots(hub, f"?need={tried.need}")) == ["agreed"]
    unknown = hub.get(f"/v1/innovation/pilots?need={tried.need}x")
    assert (unknown.status_code, unknown.json()["suggestion"]) == (404, tried.need)
    for wrong in ("state=proposed", "state=declined", "origin=hackathon"):
        assert hub.get(f"/v1/innovation/pilots?{wrong}").json()["errors"][0]["code"] == "not_one_of"


def test_what_both_have_not_agreed_on_occurs_nowhere(hub: Api) -> None:
    urls = [f"pilots.{chosen}" for chosen in ("json", "csv", "ndjson")]
    urls += [f"pilots?state={state}" for state in get_args(PilotState)]
    urls += ["pilots/secretone", "pilots/secrettwo", "pilots/secrettw"]
    for url in urls:
        answer = hub.get(f"/v1/innovation/{url}")
        # The name that was asked for is told back.
        text = answer.text.replace(url.rpartition("/")[2], "")
        assert answer.status_code == (404 if "/" in url else 200), url
        assert "SECRET" not in text
        assert "secret" not in text
    suggested = hub.get("/v1/innovation/pilots/agree").json()
    assert (suggested["code"], suggested["suggestion"]) == ("not_found", "agreed")


def test_every_state_is_told_or_not_at_all(hub: Api, tried: Tried) -> None:
    for state in PILOT.states:
        tried.execute("UPDATE innovation.pilots SET state = %s WHERE code = 'stopped'", state.name)
        answer = hub.get("/v1/innovation/pilots/stopped")
        assert (answer.status_code == 200) is (state.name in PUBLIC), state.name
        if state.name in PUBLIC:
            label = PILOT.label("state", state.name)
            assert answer.json()["data"]["state_name"] == {"en": label.text("en"), "ar": label.text("ar")}
    tried.execute("UPDATE innovation.pilots SET state = 'stopped' WHERE code = 'stopped'")


def counts(hub: Api, query: str = "") -> dict[tuple[int, str], int | None]:
    return {
        (one["year"], one["stage"]): one["introduction_count"] for one in data(hub, f"introductions{query}")
    }


def test_counts_below_five_are_not_told(hub: Api, tried: Tried) -> None:
    stage = tried.stage
    before = counts(hub)
    assert before == {(2026, "pilot"): None, (2026, "contacts_shared"): None}
    for number in range(5):
        stage.need_id = stage.published(OPEN)
        stage.introduce()
        assert counts(hub)[2026, "interested"] == (5 if number == 4 else None)
    assert counts(hub, "?stage=interested") == {(2026, "interested"): 5}
    assert counts(hub, "?year=2025") == {}
    (one,) = data(hub, "introductions?stage=interested")
    assert one["stage_name"] == {"en": "one side interested", "ar": one["stage_name"]["ar"]}
    rows = list(csv.DictReader(io.StringIO(hub.get("/v1/innovation/introductions.csv").text)))
    assert [(row["stage"], row["introduction_count"]) for row in rows] == [
        ("contacts_shared", ""), ("interested", "5"), ("pilot", ""),
    ]  # fmt: skip
    assert set(one) == {"year", "stage", "stage_name", "introduction_count"}, "no total, and no other count"


def test_a_year_begins_in_muscat(hub: Api, tried: Tried) -> None:
    set_created = "UPDATE innovation.introductions SET created_at = %s WHERE introduction_id::text LIKE '%%-000000000030'"
    for created_at, year in ((NEW_YEAR - INSTANT, 2025), (NEW_YEAR, 2026), (NEW_YEAR + INSTANT, 2026)):
        tried.execute(set_created, created_at)
        assert (2025 in {one for one, _ in counts(hub)}) is (year == 2025)
        assert (2025, "pilot") in counts(hub, "?year=2025") or year == 2026
    tried.execute(set_created, datetime(2026, 11, 24, tzinfo=UTC))


def test_every_format_and_every_page_has_the_same(hub: Api) -> None:
    for name, key in (("pilots", "pilot"), ("introductions", "stage")):
        expected = [one[key] for one in data(hub, name)]
        assert len(expected) > 1
        for chosen in FORMATS:
            assert hub.get(f"/v1/innovation/{name}.{chosen}").status_code == 200, (name, chosen)
        rows = list(csv.DictReader(io.StringIO(hub.get(f"/v1/innovation/{name}.csv").text)))
        assert [row[key] for row in rows] == expected
        url, paged = f"/v1/innovation/{name}?limit=1", []
        while url:
            answer = hub.get(url)
            paged += [one[key] for one in answer.json()["data"]]
            url = answer.links.get("next", {}).get("url", "")
        assert paged == expected
    (row,) = csv.DictReader(
        io.StringIO(hub.get("/v1/innovation/pilots.csv?state=agreed&origin=introduction&limit=1").text)
    )
    assert (row["dataset"], row["last_date"], row["provider_name_en"]) == (
        "pilot-agreed",
        "2027-02-28",
        "Hulul",
    )


def test_nothing_is_sent_again_until_something_changes(city: City, make_api: Any) -> None:
    api = make_api(validator_seconds_max=0)
    urls = [
        f"/v1/innovation/{name}{end}"
        for name in ("pilots", "introductions")
        for end in ("", ".csv", ".arrow")
    ]
    urls.append("/v1/innovation/pilots/listening")
    seen = {url: api.get(url).headers["etag"] for url in urls}
    for url, etag in seen.items():
        again = api.get(url, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b""), url
    with city.database.superuser() as connection:
        connection.execute("UPDATE innovation.pilots SET purpose_en = 'Anew'")
        connection.execute("UPDATE innovation.introductions SET state = 'contract'")
    for url, etag in seen.items():
        assert api.get(url, headers={"If-None-Match": etag}).status_code == 200, url


def test_the_role_of_the_open_data_sees_the_views_and_no_table(tried: Tried) -> None:
    with tried.city.database.connect("read") as reader:
        for table in ("introductions", "introduction_stages", "introduction_outcomes", "pilots"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"SELECT FROM innovation.{table}".encode())
        # A condition that tells what it was asked about would tell of hidden rows, were the view no barrier.
        reader.execute("SELECT FROM open_innovation.pilots WHERE 1 / (title_en <> 'SECRET')::int > 0")


def test_the_documented_words_are_those_of_the_programme() -> None:
    assert set(get_args(PilotState)) == PUBLIC
    assert get_args(Stage) == STAGES
