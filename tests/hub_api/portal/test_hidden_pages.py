"""Who has a conflict of interest with a team sees every page as if there were no such team.

Two hackathons are alike, but for one team more in the first, with which somebody is in conflict who organises and
judges both. Each page of the portal says the same of both, word for word, and of what belongs to that team it says
what it says of things that do not exist.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from casework.access.model import Role, Scope, ScopeKind
from citycore.store.connections import Connection
from hackathon.contest.submissions.model import Submission
from hackathon.contest.teams.model import Team
from hub_api.programme.routes import ROOMS
from tests.hackathon.stage import Stage
from tests.hub_api.portal.blind import HERE
from tests.hub_api.portal.conftest import Portal, Somebody

MARK = "Zumurrud"
TEAMS = ("Almas", "Yaqut")
#: What is asked of lists besides nothing.
QUERIES: tuple[dict[str, str], ...] = ({}, {"q": MARK}, {"q": "a"}, {"page": "2"}, {"state": "accepted"})
#: What differs from page to page without telling anything: identifiers, digests, addresses of judges.
_OWN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{12,64}\b|\bp[0-9a-f]{32}\b|stage-\d+-[0-9a-f]+|[\w-]{43}"
)


@dataclass
class Twin:
    """A hackathon and what is known of it by the names that paths have for it; ``marked`` is of the hidden team."""

    stage: Stage
    known: dict[str, list[UUID]] = field(default_factory=dict)
    marked: dict[str, list[UUID]] = field(default_factory=dict)

    def note(self, team: Team, submission: Submission) -> None:
        place = self.marked if team.profile.name == MARK else self.known
        place.setdefault("team_id", []).append(team.team_id)
        place.setdefault("submission_id", []).append(submission.submission_id)


@dataclass
class Pair:
    """``crowded`` has the team that ``somebody`` must not see, ``plain`` is the same without it."""

    portal: Portal
    somebody: Somebody
    crowded: Twin
    plain: Twin

    def text(self, address: str, query: dict[str, str]) -> tuple[int, str]:
        answer = self.somebody.browser.get(address.removeprefix("/portal"), params=query)
        return answer.status_code, answer.text


@pytest.fixture(autouse=True)
def _patience(pair: Pair) -> None:
    """One address may read only so many pages a minute."""
    pair.portal.watch.pass_by(seconds=10)


@pytest.fixture(scope="module")
def pair(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with portal.city.database.connect() as owner:
        twins = [
            build(portal, owner, tmp_path_factory.mktemp("files"), names) for names in (TEAMS, (*TEAMS, MARK))
        ]
        plain, crowded = twins
        portal.watch.at = plain.stage.watch.at
        somebody = portal.join("kin", domain="kin.example")
        for twin in (plain, crowded):
            seat(portal, twin, somebody)
        yield Pair(portal, somebody, crowded, plain)


def build(portal: Portal, owner: Connection, folder: Path, names: tuple[str, ...]) -> Twin:
    """Teams of these names that have handed in."""
    twin = Twin(Stage(portal.store, owner, folder=folder))
    stage = twin.stage
    stage.until("registration_opens")
    domains = dict.fromkeys(TEAMS, "dar.example") | {MARK: "kin.example"}
    teams = []
    for number, name in enumerate(names):
        captain = stage.person(f"c{number}.{uuid4().hex}@{domains[name]}")
        teams.append(stage.complete_team(name=name, captain=captain))
    stage.until("starts")
    submissions = [stage.hand_in(team, f"Idea of {team.profile.name}") for team in teams]
    for team, submission in zip(teams, submissions, strict=True):
        twin.note(team, submission)
    stage.admit(*submissions)
    return twin


def seat(portal: Portal, twin: Twin, somebody: Somebody) -> None:
    """Somebody organises it and judges what they may, one judge everything, and a colleague of the others the rest."""
    stage = twin.stage
    portal.appoint_too(somebody, Role.ORGANISER, Scope(ScopeKind.HACKATHON, stage.hackathon_id))
    stage.judge(somebody.person_id)
    other = stage.judge()
    stage.judge(stage.person(f"k.{uuid4().hex}@dar.example"))
    stage.judged_by(2)
    stage.assign()
    for sheet in stage.sheets():
        mine = sheet.person_id == somebody.person_id
        (twin.known if mine else twin.marked).setdefault("sheet_id", []).append(sheet.sheet_id)
        stage.score(sheet, "7", comment=MARK if not mine else "good")
    assert len(twin.known["sheet_id"]) == len(TEAMS)
    twin.known |= {
        "hackathon_id": [stage.hackathon_id],
        "challenge_id": [stage.challenge_id],
        "judge_id": [other.judge_id],
    }


def pages() -> list[tuple[str, tuple[str, ...]]]:
    """Every page that is read, with the names of what its address holds."""
    found = {
        route.path: tuple(re.findall(r"{(\w+)}", route.path))
        for room in ROOMS
        for route in room.router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    }
    return sorted(found.items())


def addresses(path: str, names: tuple[str, ...], objects: dict[str, list[UUID]]) -> list[str]:
    """The page for each of these objects; for what is no object of a hackathon, for one that does not exist."""
    choices = [objects.get(name, [UUID(int=0)]) for name in names]
    return [path.format(**dict(zip(names, chosen, strict=True))) for chosen in product(*choices)]


def words(text: str) -> Counter[str]:
    """What a page says, whatever the order of lists that have none."""
    return Counter(_OWN.sub("·", text).split())


@pytest.mark.parametrize(("path", "names"), pages())
def test_a_page_says_nothing_of_a_team_in_conflict(pair: Pair, path: str, names: tuple[str, ...]) -> None:
    for query in QUERIES:
        crowded, plain = (
            [pair.text(address, query) for address in addresses(path, names, twin.known)]
            for twin in (pair.crowded, pair.plain)
        )
        asked = {} if MARK not in query.values() else query
        for _, text in crowded:
            assert MARK not in (
                text if not asked else text.replace(f'value="{MARK}"', "").replace(f"q={MARK}", "")
            )
        if "hackathon_id" in names or set(names) & set(pair.crowded.known):
            assert sorted(status for status, _ in crowded) == sorted(status for status, _ in plain)
            assert sum((words(text) for _, text in crowded), Counter()) == sum(
                (words(text) for _, text in plain), Counter()
            )
        if MARK in query.values() and HERE not in {status for status, _ in crowded}:
            break  # a door that is shut says no more to other questions


@pytest.mark.parametrize(
    ("path", "names"), [page for page in pages() if set(page[1]) & {"team_id", "submission_id", "sheet_id"}]
)
def test_what_is_of_a_team_in_conflict_does_not_exist(pair: Pair, path: str, names: tuple[str, ...]) -> None:
    nothing = {name: [uuid4()] for name in ("team_id", "submission_id", "sheet_id")}
    shared = {name: pair.crowded.known[name] for name in ("hackathon_id", "challenge_id", "judge_id")}
    (expected,) = {
        (status, tuple(sorted(words(text).items())))
        for status, text in (pair.text(address, {}) for address in addresses(path, names, shared | nothing))
    }
    assert expected[0] == 404
    for address in addresses(path, names, shared | pair.crowded.marked):
        status, text = pair.text(address, {})
        assert (status, tuple(sorted(words(text).items()))) == expected
