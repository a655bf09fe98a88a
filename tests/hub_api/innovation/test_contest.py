"""Submissions, results and awards as open data: what is released in every format, and nothing before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID, uuid4

import psycopg
import pytest

import falaj_client
from citycore.store.connections import Connection
from falaj_client.parsing import parse
from falaj_client.tables import to_arrow
from hackathon.contest.results import service
from hackathon.contest.results.model import Continuation
from hackathon.contest.submissions.machine import PUBLIC, PUBLIC_IN
from hackathon.contest.submissions.model import Submission
from hub_api.programme.contest.submissions import public
from hub_api.serving.paging import Cursors, question
from hub_api.settings import ApiSettings
from tests.hackathon.stage import Stage
from tests.hub_api.conftest import Api, City, open_city, standing
from tests.hub_api.innovation.test_innovation import FORMATS, rows
from tests.hub_api.portal.town import deliberated, told

LISTS = ("submissions", "results", "awards")
NOBODY = UUID(int=7)


@dataclass(frozen=True)
class Contest:
    """Hackathons by how far they are; ``final`` has awards, ``quiet`` results that nobody was told."""

    city: City
    final: Stage
    provisional: Stage
    quiet: Stage
    winners: list[Submission]

    def code(self, stage: Stage) -> str:
        with self.city.database.connect() as owner:
            return code_of(owner, stage)


def code_of(owner: Connection, stage: Stage) -> str:
    row = owner.execute(
        "SELECT code FROM innovation.hackathons WHERE hackathon_id = %s", [stage.hackathon_id]
    ).fetchone()
    assert row is not None
    return str(row[0])


def conclude(owner: Connection, stage: Stage, submissions: list[Submission]) -> None:
    """Final results, a vote that has closed, and what becomes of the first."""
    stage.until("appeals_close")
    stage.step("finalise")
    first, second, third = (one.submission_id for one in submissions)
    stage.call(stage.chief, service.note_continuation, first, Continuation.PILOT, "Ruwi, 2027")
    owner.execute(
        "INSERT INTO innovation.ballots VALUES (%s, '2020-01-01T00:00Z', '2020-01-02T00:00Z')",
        [stage.hackathon_id],
    )
    for choice, votes in ((first, 1), (second, 2), (third, 1)):
        owner.execute("INSERT INTO innovation.vote_counts VALUES (%s, %s)", [choice, votes])


def begin_secretly(stage: Stage) -> None:
    """A team whose work is not public yet."""
    stage.until("registration_opens")
    team = stage.complete_team(name="SECRET team")
    stage.until("starts")
    stage.hand_in(team, "SECRET idea")


@pytest.fixture(scope="module")
def contest(postgres: Any, city_template: Any) -> Iterator[Contest]:
    with open_city(postgres, city_template) as city:
        database = city.database
        with database.connect("portal") as portal, database.connect() as owner:
            # One after the other: the clockwork of a later one moves those that are there.
            final = Stage(portal, owner)
            _, winners = told(final, ["9", "7", "5"])
            conclude(owner, final, winners)
            provisional = Stage(portal, owner)
            told(provisional, ["8", "8"])
            quiet = Stage(portal, owner)
            _, prepared = deliberated(quiet, ["6", "7"])
            quiet.call(quiet.chief, service.prepare, quiet.hackathon_id)
            begin_secretly(Stage(portal, owner))
            # Written after it was handed in, and out of the contest.
            owner.execute(
                "UPDATE innovation.submissions SET title = 'SECRET draft' WHERE submission_id = %s",
                [prepared[0].submission_id],
            )
            owner.execute(
                "UPDATE innovation.submissions SET state = 'disqualified', state_reason = 'plagiarism'"
                " WHERE submission_id = %s",
                [prepared[1].submission_id],
            )
            owner.execute(
                "UPDATE innovation.teams SET name = 'SECRET cheats' WHERE team_id = %s", [prepared[1].team_id]
            )
        yield Contest(city, final, provisional, quiet, winners)


@pytest.fixture(scope="module")
def open_hub(contest: Contest) -> Iterator[Api]:
    with standing(contest.city) as api:
        yield api


def data(api: Any, url: str) -> Any:
    answer = api.get(f"/v1/innovation/{url}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_results_with_both_scores_and_whether_they_are_final(open_hub: Any, contest: Contest) -> None:
    final = data(open_hub, f"results?hackathon={contest.code(contest.final)}")
    assert [(one["place"], one["title"], one["raw_place"]) for one in final] == [
        (1, "Idea 1", 1), (2, "Idea 2", 2), (3, "Idea 3", 3),
    ]  # fmt: skip
    first = final[0]
    assert first["submission"] == str(contest.winners[0].submission_id)
    assert (first["team"], first["sheet_count"], first["challenge"]) == ("Falaj walkers", 2, None)
    assert first["raw_score"] == pytest.approx(7.4)
    assert first["status_name"] == {"en": "Final", "ar": "نهائية"}
    shared = data(open_hub, "results?status=provisional")
    assert {one["hackathon"] for one in shared} == {contest.code(contest.provisional)}
    assert [one["place"] for one in shared] == [1, 1]
    assert data(open_hub, f"results?hackathon={contest.code(contest.quiet)}") == []


def test_awards_once_results_are_final(open_hub: Any, contest: Contest) -> None:
    found = data(open_hub, "awards")
    assert {one["hackathon"] for one in found} == {contest.code(contest.final)}
    by_jury = [one for one in found if one["award"] == "place"]
    assert [(one["place"], one["vote_count"]) for one in by_jury] == [(1, None), (2, None), (3, None)]
    assert by_jury[0]["continuations"] == [
        {"kind": "pilot", "kind_name": {"en": "Pilot", "ar": by_jury[0]["continuations"][0]["kind_name"]["ar"]},
         "reference": "Ruwi, 2027"},
    ]  # fmt: skip
    (choice,) = data(open_hub, "awards?award=peoples_choice")
    assert (choice["title"], choice["vote_count"], choice["place"]) == ("Idea 2", 2, 1)
    (row,) = rows(open_hub.get("/v1/innovation/awards.csv?award=place"), "csv")[:1]
    assert row["continuations"] == "pilot: Ruwi, 2027"


def test_the_gallery_holds_what_was_handed_in(open_hub: Any, contest: Contest) -> None:
    found = data(open_hub, "submissions")
    assert len(found) == 3 + 2 + 1
    (quiet,) = data(open_hub, f"submissions?hackathon={contest.code(contest.quiet)}")
    assert (quiet["title"], quiet["state"], len(quiet["sha256"])) == ("Idea 1", "eligible", 64)
    challenge = quiet["challenge"]
    assert [one["title"] for one in data(open_hub, f"submissions?challenge={challenge}")] == ["Idea 1"]
    assert data(open_hub, "submissions?state=finalist") == []


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("chosen", FORMATS)
def test_every_format_has_every_row(open_hub: Any, contest: Contest, name: str, chosen: str) -> None:
    expected = [one["submission"] for one in data(open_hub, name)]
    assert expected
    found = rows(open_hub.get(f"/v1/innovation/{name}.{chosen}"), chosen)
    assert [one["submission"] for one in found] == expected


@pytest.mark.parametrize("name", LISTS)
def test_pages_follow_each_other_without_a_gap(open_hub: Any, contest: Contest, name: str) -> None:
    expected, found, cursor = data(open_hub, name), [], None
    while cursor is not None or not found:
        asked = {"limit": 1} | ({} if cursor is None else {"cursor": cursor})
        answer = open_hub.get(f"/v1/innovation/{name}", params=asked).json()
        found += answer["data"]
        cursor = answer["next"]
    assert found == expected


def test_what_is_not_public_occurs_nowhere(open_hub: Any, contest: Contest) -> None:
    for name in LISTS:
        for end in ("", ".csv", ".ndjson", "?limit=1", f"?hackathon={contest.code(contest.quiet)}"):
            text = open_hub.get(f"/v1/innovation/{name}{end}").text
            assert "SECRET" not in text, (name, end)
            assert "plagiarism" not in text


def test_names_that_exist_nowhere_are_said_to(open_hub: Any, contest: Contest) -> None:
    for name in LISTS:
        for query in (f"challenge={uuid4()}", "challenge=x", "hackathon=stage-0"):
            assert open_hub.get(f"/v1/innovation/{name}?{query}").status_code == 404, (name, query)
        assert open_hub.get(f"/v1/innovation/{name}?hackathon=stage-0&x=1").status_code == 422
    path = "/v1/innovation/submissions"
    forged = Cursors(ApiSettings().cursor_key.get_secret_value().encode()).write(question(path, {}), "x")
    assert open_hub.get(path, params={"cursor": forged}).json()["errors"][0]["code"] == "bad_cursor"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("results", "x"), ("results", f"heat//{10**12}/{NOBODY}"), ("results", f"heat//x/{NOBODY}"),
        ("results", "heat//1/x"), ("awards", f"heat/place//{NOBODY}"), ("awards", "heat/place//1/x"),
        ("reach", "2026-13/OM-MA/mobility/public"), ("reach", "2026-11/OM-MA/mobility"),
    ],
)  # fmt: skip
def test_keys_that_lead_nowhere_are_said_to(open_hub: Any, name: str, key: str) -> None:
    path = f"/v1/innovation/{name}"
    forged = Cursors(ApiSettings().cursor_key.get_secret_value().encode()).write(question(path, {}), key)
    assert open_hub.get(path, params={"cursor": forged}).json()["errors"][0]["code"] == "bad_cursor"


def test_a_cursor_of_before_the_update_still_leads_on(open_hub: Any, contest: Contest) -> None:
    """Places were written with zeros before them."""
    path, code = "/v1/innovation/results", contest.code(contest.final)
    key = f"{code}//000001/{contest.winners[0].submission_id}"
    known = Cursors(ApiSettings().cursor_key.get_secret_value().encode()).write(question(path, {}), key)
    found = open_hub.get(path, params={"cursor": known}).json()["data"]
    assert [one["place"] for one in found if one["hackathon"] == code] == [2, 3]


def test_the_views_are_barriers(contest: Contest) -> None:
    with contest.city.database.connect() as owner:
        hidden = owner.execute(
            "SELECT submission_id FROM innovation.submissions WHERE state = 'disqualified'"
        ).fetchone()
    assert hidden is not None
    with contest.city.database.connect("read") as reader:
        reader.execute("SELECT FROM open_innovation.submissions WHERE 1 / (team <> 'SECRET cheats')::int > 0")
        for view in ("placings", "awards"):
            query = f"SELECT FROM open_innovation.{view} WHERE 1 / (submission_id <> %s)::int > 0"
            reader.execute(query.encode(), hidden)
        for table in ("result_sets", "placings", "voters", "vote_counts", "peoples_choice", "appeals"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"SELECT FROM innovation.{table}".encode())


def test_documented_words_are_those_of_the_programme() -> None:
    assert set(get_args(public.SubmissionState)) == set(PUBLIC)


def test_states_that_are_public_are_those_of_the_portal(contest: Contest) -> None:
    """The view lists them anew, since a state is public only where it stands."""
    with contest.city.database.connect() as owner:
        key = [contest.winners[0].submission_id]
        seen = "SELECT count(*) FROM open_innovation.submissions WHERE submission_id = %s"
        for table, column, states, public in (
            ("submissions", "submission_id", ("draft", "frozen", "ineligible", "withdrawn", *PUBLIC), PUBLIC),
            ("hackathons", "hackathon_id", ("running", "screening", "cancelled", *PUBLIC_IN), PUBLIC_IN),
        ):
            for state in states:
                with owner.transaction(force_rollback=True):
                    value = key if table == "submissions" else [contest.final.hackathon_id]
                    owner.execute(
                        f"UPDATE innovation.{table} SET state = %s WHERE {column} = %s".encode(), [state, *value]
                    )  # fmt: skip
                    row = owner.execute(seen.encode(), key).fetchone()
                    assert row == (int(state in public),), state


def test_the_client_reads_all_of_it(open_hub: Any, contest: Contest) -> None:
    for name, kind in (
        ("submissions", falaj_client.Submission),
        ("results", falaj_client.Result),
        ("awards", falaj_client.Award),
    ):
        told_rows = data(open_hub, name)
        read = [parse(kind, row) for row in told_rows]
        table = to_arrow(kind, read).to_pylist()
        assert [row["title"] for row in table] == [row["title"] for row in told_rows]
        exported = rows(open_hub.get(f"/v1/innovation/{name}.arrow"), "arrow")
        assert list(table[0]) == list(exported[0]), "the same columns as the hub's own tables"
        assert table == exported
