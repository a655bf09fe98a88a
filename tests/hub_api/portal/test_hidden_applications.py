"""Who has a conflict of interest with an application sees every page as if there were no such application.

Two calls are alike, but for one application more in the first, with which somebody is in conflict who runs and reviews
both. Each page of both says the same, word for word, and of what belongs to that application it says what it says of
things that do not exist.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from uuid import UUID, uuid4

import pytest

from casework.access.model import HUB, Role
from citycore.store.connections import Connection
from hackathon.funding.reviewing.deciding import panel
from tests.hackathon.reviewing_stage import ReviewingStage
from tests.hub_api.portal.blind import HERE, readable
from tests.hub_api.portal.conftest import Portal, Somebody

MARK = "Zumurrud"
IDEAS = ("Almas", "Yaqut")
QUERIES: tuple[dict[str, str], ...] = (
    {},
    {"q": MARK},
    {"q": "a"},
    {"state": "in_review"},
    {"state": "panel"},
)
#: What differs from page to page without telling anything: identifiers, codes, references, addresses of calls.
_OWN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\bcall-\d+-[0-9a-f]+|\b[0-9a-z]{8}\b|\b[0-9a-hjkmnp-tv-z]{6}\b|\b[0-9a-f]{12,64}\b|[\w-]{43}"
)


@dataclass
class Twin:
    """A call and its objects by the names that paths have for them; ``marked`` are of the hidden application."""

    stage: ReviewingStage
    known: dict[str, list[UUID]]
    marked: dict[str, list[UUID]]


@dataclass
class Pair:
    portal: Portal
    somebody: Somebody
    crowded: Twin
    plain: Twin

    def text(self, address: str, query: dict[str, str]) -> tuple[int, str]:
        self.portal.watch.pass_by(seconds=2)
        answer = self.somebody.browser.get(address.removeprefix("/portal"), params=query)
        return answer.status_code, answer.text


@pytest.fixture(scope="module", params=["reviewed", "panel"])
def pair(portal: Portal, request: pytest.FixtureRequest) -> Iterator[Pair]:
    with portal.city.database.connect() as owner:
        somebody = portal.join("kin", domain="kin.example")
        portal.appoint_too(somebody, Role.PROGRAMME_OFFICER, HUB)
        crowded, plain = (
            build(portal, owner, somebody, names, before_panel=request.param == "panel")
            for names in ((*IDEAS, MARK), IDEAS)
        )
        yield Pair(portal, somebody, crowded, plain)


def build(
    portal: Portal, owner: Connection, somebody: Somebody, names: tuple[str, ...], *, before_panel: bool
) -> Twin:
    folder = portal.office.settings.reviewing.folder
    assert folder is not None
    stage = ReviewingStage(portal.store, owner, folder.parent, reviews_each=2, watch=portal.watch)
    applied = {
        name: stage.apply(
            f"Idea of {name}", lead=stage.person(f"{uuid4().hex}@{'kin' if name == MARK else 'dar'}.example")
        )
        for name in names
    }
    stage.reviewer(somebody.person_id)
    for _ in range(2):
        stage.reviewer()
    stage.copy_all()
    # Each review by hand: the solver would spread one application more in another way.
    made = seat(stage, somebody.person_id, [applied[name].application_id for name in names])
    for review in made:
        stage.hand_in(
            review,
            "7",
            remark=MARK if review.application_id == getattr(applied.get(MARK), "application_id", 0) else "",
        )
    if MARK in applied:
        stage.call(stage.officer, panel.write_note, applied[MARK].application_id, MARK)
    if before_panel:
        stage.call(stage.officer, panel.begin, stage.call_id)
    hidden = applied[MARK].application_id if MARK in applied else None
    known: dict[str, list[UUID]] = {"call_id": [stage.call_id]}
    marked: dict[str, list[UUID]] = {}
    for review in made:
        mine = review.person_id == somebody.person_id
        if review.application_id == hidden or mine:
            (marked if review.application_id == hidden else known).setdefault("review_id", []).append(
                review.review_id
            )
    rows = owner.execute(
        "SELECT copy_id, application_id FROM innovation.anonymised_copies WHERE call_id = %s", [stage.call_id]
    ).fetchall()
    for copy_id, application_id in rows:
        place = marked if application_id == hidden else known
        place.setdefault("copy_id", []).append(copy_id)
        place.setdefault("application_id", []).append(application_id)
    reviewers = owner.execute(
        "SELECT reviewer_id FROM innovation.reviewers WHERE call_id = %s", [stage.call_id]
    ).fetchall()
    known["reviewer_id"] = [one for (one,) in reviewers]
    return Twin(stage, known, marked)


def seat(stage: ReviewingStage, person_id: UUID, applications: list[UUID]) -> list[object]:
    """Two reviews each: of what they may see one is somebody's, the others are of the other two."""
    rows = stage.owner.execute(
        "SELECT reviewer_id, person_id FROM innovation.reviewers WHERE call_id = %s ORDER BY person_id",
        [stage.call_id],
    ).fetchall()
    own = next(one for one, person in rows if person == person_id)
    first, second = (one for one, person in rows if person != person_id)
    for number, application_id in enumerate(applications):
        pair = (first, second) if number == len(IDEAS) else (own, first)
        for reviewer_id in pair:
            stage.owner.execute(
                "INSERT INTO innovation.reviews (review_id, call_id, round, application_id, reviewer_id, state,"
                " state_changed_at, created_at) VALUES (%s, %s, 1, %s, %s, 'assigned', now(), now())",
                [uuid4(), stage.call_id, application_id, reviewer_id],
            )
    return stage.reviews()  # type: ignore[return-value]


def pages() -> list[tuple[str, tuple[str, ...]]]:
    """Every page that is about a call or what belongs to one."""
    from hub_api.programme import routes as portal

    class App:
        routes = portal.branch().routes

    found = {route.path: tuple(re.findall(r"{(\w+)}", route.path)) for route in readable(App)}
    about = {"call_id", "review_id", "copy_id", "application_id", "reviewer_id"}
    return sorted((path, names) for path, names in found.items() if set(names) & about or "review" in path)


def addresses(path: str, names: tuple[str, ...], objects: dict[str, list[UUID]]) -> list[str]:
    choices = [objects.get(name, [UUID(int=0)]) for name in names]
    return [path.format(**dict(zip(names, chosen, strict=True))) for chosen in product(*choices)]


def words(text: str) -> Counter[str]:
    """What a page says, whatever the order of lists that have none."""
    return Counter(_OWN.sub("·", text).split())


@pytest.mark.parametrize(("path", "names"), pages())
def test_a_page_says_nothing_of_an_application_in_conflict(
    pair: Pair, path: str, names: tuple[str, ...]
) -> None:
    for query in QUERIES:
        crowded, plain = (
            [pair.text(address, query) for address in addresses(path, names, twin.known)]
            for twin in (pair.crowded, pair.plain)
        )
        for _, text in crowded:
            assert MARK not in text.replace(f'value="{MARK}"', "").replace(f"q={MARK}", "")
        assert sorted(status for status, _ in crowded) == sorted(status for status, _ in plain)
        if names:
            assert sum((words(text) for _, text in crowded), Counter()) == sum(
                (words(text) for _, text in plain), Counter()
            )
        if MARK in query.values() and HERE not in {status for status, _ in crowded}:
            break  # a door that is shut says no more to other questions


@pytest.mark.parametrize(
    ("path", "names"), [page for page in pages() if set(page[1]) & {"review_id", "copy_id", "application_id"}]
)
def test_what_is_of_an_application_in_conflict_does_not_exist(
    pair: Pair, path: str, names: tuple[str, ...]
) -> None:
    nothing = {name: [uuid4()] for name in ("review_id", "copy_id", "application_id")}
    shared = {name: pair.crowded.known[name] for name in ("call_id", "reviewer_id")}
    told = {pair.text(address, {})[0] for address in addresses(path, names, shared | nothing)}
    assert told <= {404, 422}
    for address in addresses(path, names, shared | pair.crowded.marked):
        status, text = pair.text(address, {})
        assert status in told
        assert MARK not in text
