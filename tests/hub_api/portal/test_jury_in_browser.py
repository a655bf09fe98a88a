"""The pages of a jury in a real browser, in both languages, for a judge and for an organiser; a sheet without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Grant, Role, Scope, ScopeKind
from casework.people.model import Visitor
from casework.people.roles.service import grant
from casework.people.sessions.service import begin_session
from citycore.language import LANGUAGES, Language
from hackathon.contest.jury import assignment, judges, sheets
from hackathon.contest.jury.model import StoredSheet
from tests.browser import needs_chromium
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import Stage
from tests.hub_api.portal.bench import judged
from tests.hub_api.portal.looks import PHONE
from tests.hub_api.portal.stand import House

pytestmark = needs_chromium

NAMES = (
    ("سلمى الحارثية", "Salma Al Harthy"),
    ("راشد البلوشي", None),
    (None, "Moza Al Hinai"),
    ("ناصر", "Nasser"),
)


@dataclass(frozen=True, slots=True)
class Bench:
    """A hackathon with a jury that works, one judge and one organiser with their sessions."""

    stage: Stage
    judge_id: UUID
    sheets: dict[str, StoredSheet]
    judge: str
    host: str

    @property
    def path(self) -> str:
        return f"/hackathons/{self.stage.hackathon_id}"


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture(scope="module")
def bench(house: House, language: Language) -> Iterator[Bench]:
    with house.city.database.connect("portal") as portal, house.city.database.connect() as owner:
        stage = Stage(portal, owner)
        yield build_bench(stage)


def build_bench(stage: Stage) -> Bench:
    """The first judge has one sheet in every state; sheets were given back, and judges fall apart."""
    stage.judged_by(2)
    people = [stage.person() for _ in NAMES]
    for person_id, (ar, en) in zip(people, NAMES, strict=True):
        stage.owner.execute(
            "UPDATE innovation.people SET name_ar = %s, name_en = %s WHERE person_id = %s",
            [ar, en, person_id],
        )
    first, *_ = [stage.judge(person_id) for person_id in people]
    judged(stage, 8, "خريطة ظلال الأشجار على طرق المدارس Shade along the ways to school")
    stage.assign()
    own = [sheet for sheet in stage.sheets() if sheet.person_id == first.person_id]
    given, written, done, *_ = own
    stage.score(done, "7.5", comment="خريطة واضحة، وبيانات PM2.5 في مكانها.")
    actor = stage.actor(first.person_id)
    stage.call(actor, sheets.move, written.sheet_id, "accept", 1)
    stage.call(actor, sheets.move, given.sheet_id, "decline", 1, "no_time")
    stage.call(stage.chief, assignment.propose, stage.hackathon_id, 12)
    waiting = stage.person()
    row = stage.owner.execute(
        "SELECT email FROM innovation.people WHERE person_id = %s", [waiting]
    ).fetchone()
    assert row is not None
    stage.call(stage.chief, judges.invite, stage.hackathon_id, row[0], 5)
    host = stage.person()
    scope = Scope(ScopeKind.HACKATHON, stage.hackathon_id)
    stage.programme.call(SYSTEM, grant, host, Grant(Role.ORGANISER, scope))
    return Bench(
        stage, first.judge_id, {"offered": own[-1], "accepted": written, "submitted": done},
        _session(stage, first.person_id), _session(stage, host),
    )  # fmt: skip


def _session(stage: Stage, person_id: UUID) -> str:
    """As the browser's cookie has it."""
    return (
        programme_for(stage.portal)
        .call(ANONYMOUS, begin_session, person_id, Visitor("127.0.0.1", "test"))
        .token
    )


def pages_of_judge(bench: Bench) -> list[str]:
    return [
        "/account/judging", f"{bench.path}/judging", f"{bench.path}/judging/interests",
        f"{bench.path}/judging/interests?q=crew", f"{bench.path}/judging/interests?q=nothing",
        *(f"/sheets/{sheet.sheet_id}" for sheet in bench.sheets.values()),
    ]  # fmt: skip


def pages_of_host(bench: Bench) -> list[str]:
    desk = f"{bench.path}/desk/jury"
    return [
        f"{bench.path}/desk",
        desk,
        f"{desk}/judges/{bench.judge_id}",
        f"{desk}/rounds/1",
        f"{desk}/assignment",
    ]


def test_pages_of_a_jury_shut_nobody_out(house: House, bench: Bench, language: Language) -> None:
    house.look(language, *pages_of_judge(bench), token=bench.judge)
    house.look(language, *pages_of_host(bench), token=bench.host)


def test_a_judge_hands_in_on_a_phone_without_scripts(house: House, bench: Bench, language: Language) -> None:
    page = house.open(bench.judge, viewport=PHONE)
    page.goto(f"{house.url}/portal{bench.path}/judging?lang={language}")
    page.locator(f'a[href$="{bench.sheets["offered"].sheet_id}"]').click()
    page.locator('form:has(input[value="accept"]) button').click()
    page.locator("#mark1").fill("٨" if language == "ar" else "8")
    page.locator("#comment1").fill("<b>clear</b>")
    page.locator('button[value="submit"]').click()
    refused = page.get_by_role("alert").inner_text()
    assert ("البيانات" if language == "ar" else "Data") in refused
    assert page.locator("#comment1").input_value() == "<b>clear</b>"
    page.locator("#none2").check()
    page.locator('button[value="submit"]').click()
    assert page.get_by_role("status").is_visible()
    assert page.locator("#mark1").count() == 0
    page.locator("main").get_by_text("<b>clear</b>").first.wait_for()
    page.context.close()
