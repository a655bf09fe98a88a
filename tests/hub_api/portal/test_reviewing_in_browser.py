"""The pages of reviewing in a real browser, in both languages, for a reviewer, an officer and whoever applies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, HUB, SYSTEM, Grant, Role
from casework.people.model import Visitor
from casework.people.roles.service import grant
from casework.people.sessions.service import begin_session
from citycore.language import LANGUAGES, Language
from hackathon.funding.applications.repository import find_application
from hackathon.funding.reviewing import assignment, reviewers
from hackathon.funding.reviewing.deciding import decisions, panel
from hackathon.funding.reviewing.deciding.model import Choice, Verdict
from hackathon.funding.reviewing.model import Review
from tests.browser import needs_chromium
from tests.hackathon.calling import programme_for
from tests.hackathon.reviewing_stage import Applied, ReviewingStage
from tests.hackathon.telling_files import picture
from tests.hub_api.portal.looks import PHONE
from tests.hub_api.portal.stand import House

pytestmark = needs_chromium

IDEAS = ("خريطة ظلال الأشجار على طرق المدارس في الموالح", "Misting at bus stops, fed by what air conditioners drip",
         "A roof that stays cool", "مقاعد مظللة تقيس الحرارة")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bench:
    """A call that is being reviewed, with a copy in each state, and sessions of those who look."""

    stage: ReviewingStage
    reviews: list[Review]
    copies: list[UUID]
    applied: list[Applied]
    reviewer: str
    officer: str
    lead: str

    @property
    def path(self) -> str:
        return f"/calls/{self.stage.call_id}"


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture(scope="module")
def bench(house: House, language: Language, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with house.city.database.connect("portal") as portal, house.city.database.connect() as owner:
        yield build_bench(ReviewingStage(portal, owner, tmp_path_factory.mktemp("reviewing")))


def build_bench(stage: ReviewingStage) -> Bench:
    files = {"shade.png": ("image/png", picture("s", "PNG")), "table.csv": ("text/csv", b"a")}
    applied = [stage.apply(title, files=files if number == 2 else None) for number, title in enumerate(IDEAS)]
    first = stage.reviewer(stage.person(name="Salma Al Harthy", name_ar="سلمى الحارثية"))
    for name, name_ar in (("Rashid", "راشد البلوشي"), ("Moza Al Hinai", None)):
        stage.reviewer(stage.person(name=name, name_ar=name_ar))
    stage.person(address := f"asked.{uuid4().hex}@gmail.com", "Nasser")
    stage.call(stage.officer, reviewers.invite, stage.call_id, address, 4, ("water", "الظل"))
    stage.copy_all()
    late = stage.apply("Written later, 91234567", files=files)
    waiting = next(one for one in stage.copy_all(release=False) if one.application_id == late.application_id)
    stage.pass_on(waiting.copy_id, late.files[0], 1)
    made = assigned(stage, late)
    own = [one for one in made if one.person_id == first.person_id]
    stage.hand_in(own[0], "7", advice="ابدؤوا قبل الصيف. Begin before the summer.", remark="الكلفة؟")
    for review in made:
        if review.application_id == own[0].application_id and review.person_id != first.person_id:
            stage.hand_in(review, "4", remark="Too dear")
    programme_for(stage.portal, stage.watch).call(SYSTEM, grant, stage.person(), Grant(Role.FINANCE, HUB))
    host = stage.person()
    programme_for(stage.portal, stage.watch).call(SYSTEM, grant, host, Grant(Role.PROGRAMME_OFFICER, HUB))
    lead = next(one for one in applied if one.application_id == own[0].application_id)
    stage.call(stage.officer, panel.write_note, lead.application_id, "اسألوا عن الخريطة.")
    decide(stage, lead, made)
    return Bench(
        stage, own, [waiting.copy_id], applied, session(stage, own[0].person_id), session(stage, host),
        session(stage, lead.lead),
    )  # fmt: skip


def assigned(stage: ReviewingStage, late: Applied) -> list[Review]:
    """With the last one out of the way for a moment, since its copy is not released."""
    move = "UPDATE innovation.applications SET state = %s WHERE application_id = %s"
    stage.owner.execute(move, ["screening", late.application_id])
    stage.assign()
    stage.call(stage.officer, assignment.propose, stage.call_id, 2)
    stage.owner.execute(move, ["in_review", late.application_id])
    return stage.reviews()


def decide(stage: ReviewingStage, lead: Applied, made: list[Review]) -> None:
    """One before the panel and told, one before the panel, the others still in review."""
    for number, event in ((0, "approve_with_conditions"), (1, "hold_in_reserve")):
        application_id = [
            lead.application_id,
            *sorted({one.application_id for one in made} - {lead.application_id}),
        ][number]
        for review in stage.reviews():
            if review.application_id == application_id and review.state == "assigned":
                stage.hand_in(review, "6")
        stage.owner.execute(
            "UPDATE innovation.applications SET state = 'panel' WHERE application_id = %s", [application_id]
        )
        found = find_application(stage.portal, application_id)
        assert found is not None
        verdict = Verdict(1_500_000, "إن توفر الماء.", "If there is water.") if number == 0 else Verdict()
        made_id = stage.call(
            stage.officer, decisions.prepare, application_id, Choice(event, verdict), found.version
        ).decision_id
        if number == 0:
            stage.call(stage.officer, decisions.release, stage.call_id, [made_id])


def session(stage: ReviewingStage, person_id: UUID) -> str:
    return (
        programme_for(stage.portal)
        .call(ANONYMOUS, begin_session, person_id, Visitor("127.0.0.1", "test"))
        .token
    )


def pages_of(bench: Bench) -> list[tuple[str, list[str]]]:
    desk = f"{bench.path}/desk"
    reviewer_id = bench.reviews[0].reviewer_id
    return [
        (bench.reviewer, ["/account/reviews", f"{bench.path}/reviews", f"{bench.path}/reviews?q=nothing",
                          *(f"/reviews/{one.review_id}" for one in bench.reviews)]),
        (bench.officer, [f"{desk}/reviewers", f"{desk}/reviewers/{reviewer_id}", f"{desk}/copies",
                         *(f"{desk}/copies/{one}" for one in bench.copies), f"{desk}/assignment", f"{desk}/panel",
                         f"{desk}/decisions", desk]),
        (bench.lead, [f"/applications/{bench.reviews[0].application_id}/decision"]),
    ]  # fmt: skip


def test_pages_of_reviewing_shut_nobody_out(house: House, bench: Bench, language: Language) -> None:
    for token, paths in pages_of(bench):
        house.look(language, *paths, token=token)


def test_a_reviewer_hands_in_on_a_phone_without_scripts(
    house: House, bench: Bench, language: Language
) -> None:
    page = house.open(bench.reviewer, viewport=PHONE)
    waiting = next(
        one
        for one in bench.stage.reviews()
        if one.state == "assigned" and one.person_id == bench.reviews[0].person_id
    )
    page.goto(f"{house.url}/portal{bench.path}/reviews?lang={language}")
    page.locator(f'a[href$="{waiting.review_id}"]').click()
    page.locator("#mark1").fill("٨" if language == "ar" else "8")
    page.locator('button[value="submit"]').click()
    refused = page.get_by_role("alert").inner_text()
    assert ("الفريق" if language == "ar" else "Team") in refused
    page.locator("#mark2").fill("6")
    page.locator("#recommendation-fund").check()
    page.locator("#confidence-medium").check()
    page.locator("#advice").fill("<b>clear</b>")
    page.locator('button[value="submit"]').click()
    assert page.get_by_role("status").count() == 1
    assert "<b>clear</b>" in page.locator("main").inner_text()
    page.context.close()
