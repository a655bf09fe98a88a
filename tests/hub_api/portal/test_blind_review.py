"""A reviewer reads everything that can be read, and meets nobody who applies.

The applicant is marked with words that stand nowhere else: in names, addresses, the organisation's name, a telephone
number, in what is written, and in every place where files say whose they are.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from casework.access.model import Role, Scope, ScopeKind
from hackathon.funding.applications.repository import find_application
from hackathon.funding.reviewing.deciding import decisions, panel
from hackathon.funding.reviewing.deciding.model import Choice, Verdict
from hackathon.funding.reviewing.model import Review
from tests.hackathon.reviewing_stage import Applied, ReviewingStage
from tests.hackathon.telling_files import document, picture
from tests.hub_api.participation.conftest import token_of
from tests.hub_api.portal.blind import Leak, Walker, marks_in, readable
from tests.hub_api.portal.conftest import Portal, Somebody

NAME, NAME_AR = "Zumurrudiya", "زمرّديّة"
SURNAME, SURNAME_AR = "Fikrimark", "فكريمارك"
ORGANISATION, ORGANISATION_AR = "Qasrmark", "قصرمارك"
LOCAL, DOMAIN = "zmail77", "marjanlab.example"
PHONE = "92345678"
#: In the files alone, where it is not read.
MAKER = "Lulumaker"
MARKS = (
    NAME,
    NAME_AR,
    "زمردية",
    SURNAME,
    SURNAME_AR,
    ORGANISATION,
    ORGANISATION_AR,
    LOCAL,
    DOMAIN,
    PHONE,
    MAKER,
)
#: Of what the application is about: no secret to its reviewers, but to whoever is close to those who apply.
IDEA = "Sidrshade"
TEXT = (
    f"I am {NAME} Al {SURNAME} ({NAME_AR} {SURNAME_AR}) of the {ORGANISATION} Institute, {ORGANISATION_AR}. Write to"
    f" {LOCAL}@{DOMAIN}, call +968 {PHONE[:4]} {PHONE[4:]}, or see https://{DOMAIN}/{NAME}. {IDEA} cools schools."
)


@dataclass
class Scene:
    """A blind call with an application of the marked one, and another; both reviewed, one decided about."""

    portal: Portal
    stage: ReviewingStage
    reviewer: Somebody
    close: Somebody
    marked: Applied
    reviews: list[Review]
    known: dict[str, list[object]]
    tokens: dict[Any, str] = field(default_factory=dict)

    def walker(self, *more: str) -> Walker:
        words = {
            "mark": NAME, "call": "cooler", "call_id": str(self.stage.call_id),
            "application": str(self.marked.application_id),
        }  # fmt: skip
        return Walker(self.portal, (*MARKS, self.marked.reference, *more), self.known, words)


@pytest.fixture(scope="module")
def scene(portal: Portal) -> Iterator[Scene]:
    with portal.city.database.connect() as owner:
        folder = portal.office.settings.reviewing.folder
        assert folder is not None
        stage = ReviewingStage(portal.store, owner, folder.parent, reviews_each=2, watch=portal.watch)
        portal.watch.at = max(portal.watch.at, stage.watch.at)
        yield build(portal, stage)


def build(portal: Portal, stage: ReviewingStage) -> Scene:
    lead = stage.person(f"{LOCAL}@{DOMAIN}", f"{NAME} Al {SURNAME}", name_ar=f"{NAME_AR} {SURNAME_AR}")
    organisation = stage.organisation(f"{ORGANISATION} Institute", f"معهد {ORGANISATION_AR}")
    # Verified organisations stand in the public directory, applicants or not.
    stage.owner.execute(
        "UPDATE innovation.organisations SET state = 'registered' WHERE organisation_id = %s", [organisation]
    )
    stage.belongs(lead, organisation)
    marked = stage.apply(
        f"{IDEA} by {ORGANISATION}", lead=lead, organisation_id=organisation, summary=TEXT,
        answers={"plan": TEXT, "where": f"{NAME}, {PHONE}", "cv": f"{NAME}: twenty years"},
        files={f"{MAKER}.pdf": ("application/pdf", document(MAKER)), f"{MAKER}.jpg": ("image/jpeg", picture(MAKER))},
    )  # fmt: skip
    stage.apply("Misting at bus stops")
    reviewer, close = portal.join("reviewer", domain="jamia.example"), portal.join("close", domain=DOMAIN)
    for person_id in (reviewer.person_id, close.person_id, stage.person(), stage.person()):
        stage.reviewer(person_id, capacity=2)
    pass_on(stage, marked)
    stage.copy_all()
    made = keep(stage, reviewer)
    for review in made:
        if review.person_id != reviewer.person_id:
            stage.hand_in(review, "8", advice="Good", remark="For the panel")
    own = [one for one in made if one.person_id == reviewer.person_id]
    stage.hand_in(next(one for one in own if one.application_id == marked.application_id), "7")
    stage.call(stage.officer, panel.write_note, marked.application_id, f"Ask {NAME}")
    return Scene(portal, stage, reviewer, close, marked, made, known(stage, marked, made))


def keep(stage: ReviewingStage, reviewer: Somebody) -> list[Review]:
    """An assignment in which the reviewer has the marked application."""
    for seed in range(1, 40):
        from hackathon.funding.reviewing import assignment

        proposal = stage.call(stage.officer, assignment.propose, stage.call_id, seed)
        seats = {(one.reviewer_id, one.application_id) for one in proposal.seats}
        own = stage.owner.execute(
            "SELECT reviewer_id FROM innovation.reviewers WHERE person_id = %s AND call_id = %s",
            [reviewer.person_id, stage.call_id],
        ).fetchone()
        assert own is not None
        if len([one for one in seats if one[0] == own[0]]) == 2:
            break
        stage.owner.execute(
            "UPDATE innovation.reviewers SET capacity = 1 WHERE person_id NOT IN (%s) AND call_id = %s",
            [reviewer.person_id, stage.call_id],
        )
    stage.call(stage.officer, assignment.publish, proposal.proposal_id)
    return stage.reviews()


def pass_on(stage: ReviewingStage, marked: Applied) -> None:
    row = next(one for one in stage.copy_all(release=False) if one.application_id == marked.application_id)
    for number, file_id in enumerate(marked.files):
        stage.pass_on(row.copy_id, file_id, row.version + number)


def known(stage: ReviewingStage, marked: Applied, made: list[Review]) -> dict[str, list[object]]:
    """Identifiers by the names that paths have for them: also those that a reviewer cannot know."""

    def all_of(query: str) -> list[object]:
        return [one for (one,) in stage.owner.execute(query.encode(), [marked.application_id]).fetchall()]

    return {
        "call_id": [stage.call_id],
        "call": [stage.call_id, *all_of("SELECT code FROM innovation.calls JOIN innovation.applications"
                                        " USING (call_id) WHERE application_id = %s")],
        "application_id": [marked.application_id],
        "applicant_id": all_of("SELECT applicant_id FROM innovation.applicants WHERE application_id = %s"),
        "copy_id": all_of("SELECT copy_id FROM innovation.anonymised_copies WHERE application_id = %s"),
        "file_id": list(marked.files),
        "review_id": [one.review_id for one in made],
        "review": [one.review_id for one in made],
        "reviewer_id": [one.reviewer_id for one in made[:1]],
        "organisation_id": all_of("SELECT organisation_id FROM innovation.applications WHERE application_id = %s"),
        "person_id": [marked.lead],
        "place": [1, 2],
        "version": [1],
        "number": [1],
        "round_number": [1],
        "application": [marked.application_id],
        "language": ["ar"],
    }  # fmt: skip


def asking(scene: Scene, somebody: Somebody) -> Any:
    """As the person's browser, and for people's own programs with a token of theirs."""
    if somebody.person_id not in scene.tokens:
        scene.tokens[somebody.person_id] = token_of(scene.portal, somebody.person_id)
    token = scene.tokens[somebody.person_id]

    def ask(address: str, query: dict[str, str]) -> httpx.Response:
        client = somebody.browser.client
        headers = (
            {"Authorization": f"Bearer {token}"}
            if "/innovation/me" in address or "/innovation/desk" in address
            else {}
        )
        answer: httpx.Response = scene.portal.run(client.get(address, params=query, headers=headers))
        return answer

    return ask


def test_a_reviewer_meets_nobody_who_applies(scene: Scene, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    walker = scene.walker()
    leaks = walker.walk(asking(scene, scene.reviewer), readable(scene.portal.app))
    assert leaks == []
    told = capfd.readouterr()
    assert marks_in((told.out + told.err).encode(), walker.marks) == [], "in the log"
    assert {
        "/portal/calls/{call_id}/reviews", "/portal/reviews/{review_id}", "/portal/reviews/{review_id}/files/{place}",
        "/portal/account/reviews", "/portal/calls/{call_id}", "/v1/innovation/me/reviews",
        "/v1/innovation/me/reviews/{review}",
    } <= walker.reached  # fmt: skip
    assert len(walker.asked) > 150, "the walk must be one through all of the application"


def test_who_is_close_does_not_meet_the_application_either(scene: Scene) -> None:
    walker = scene.walker(IDEA)
    # Of the domain is also the address of who is close, on their own pages.
    walker.marks = [mark for mark in walker.marks if mark != DOMAIN]
    assert walker.walk(asking(scene, scene.close), readable(scene.portal.app)) == []


def test_a_stranger_meets_nobody(scene: Scene) -> None:
    """What everybody can read says nothing about whoever applies, before anything is announced."""
    stranger = scene.portal.join("stranger", domain="elsewhere.example")
    assert scene.walker(IDEA).walk(asking(scene, stranger), readable(scene.portal.app)) == []


def test_mails_to_reviewers_say_nothing(scene: Scene) -> None:
    for somebody in (scene.reviewer, scene.close):
        mails = scene.portal.mails(somebody.email)
        assert {"invitation"} <= {name for name, _ in mails}
        assert marks_in(json.dumps(mails, ensure_ascii=False, default=str).encode(), (*MARKS, IDEA)) == []


def test_a_reviewers_own_data_say_nothing(scene: Scene) -> None:
    answer = scene.reviewer.browser.send("/account/export")
    assert answer.status_code == 200
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert "reviews" in json.loads(archive.read("data.json"))["sections"]
    assert marks_in(answer.content, (*MARKS, scene.marked.reference)) == []


def test_the_codes_and_the_order_of_copies_say_nothing_of_when(scene: Scene) -> None:
    page = scene.reviewer.browser.get(f"/calls/{scene.stage.call_id}/reviews").text
    codes = [one.code for one in scene.reviews if one.person_id == scene.reviewer.person_id]
    places = [page.index(code) for code in sorted(codes)]
    assert places == sorted(places)
    row = scene.stage.owner.execute(
        "SELECT count(*) FROM innovation.anonymised_copies WHERE code = ANY (%s)", [codes]
    ).fetchone()
    assert row == (len(codes),)


def test_nothing_shows_after_a_decision_is_prepared(scene: Scene) -> None:
    portal, stage = scene.portal, scene.stage
    for review in stage.reviews():
        if review.state == "assigned":
            stage.hand_in(review, "6")
    stage.call(stage.officer, panel.begin, stage.call_id)
    found = find_application(portal.store, scene.marked.application_id)
    assert found is not None
    stage.call(
        stage.officer,
        decisions.prepare,
        found.application_id,
        Choice("approve_with_conditions", Verdict(1_000_000, f"بشرط {NAME_AR}", f"If {NAME}")),
        found.version,
    )
    routes = [
        one
        for one in readable(portal.app)
        if "call" in one.path or "review" in one.path or "appl" in one.path
    ]
    assert scene.walker().walk(asking(scene, scene.reviewer), routes) == []


# The walk itself


LEAKS = {
    "text": lambda: Response(f"by {NAME}", media_type="text/html"),
    "in another case": lambda: Response(NAME.upper()),
    "escaped": lambda: Response(json.dumps({"name": NAME_AR}), media_type="application/json"),
    "a header": lambda: JSONResponse({}, headers={"Content-Disposition": f'attachment; filename="{MAKER}.pdf"'}),
    "a quoted header": lambda: JSONResponse({}, headers={"Location": f"/x?q={httpx.QueryParams({'x': NAME_AR})}"[0:]}),
    "a packed stream": lambda: Response(document(MAKER), media_type="application/pdf"),
    "a picture": lambda: Response(picture(MAKER), media_type="image/jpeg"),
    "an archive": lambda: Response(archived(TEXT), media_type="application/zip"),
    "an error": lambda: JSONResponse({"detail": f"{NAME} is not yours"}, status_code=404),
}  # fmt: skip


def archived(text: str) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", text)
    return written.getvalue()


@pytest.mark.parametrize("kind", sorted(LEAKS))
def test_the_walk_finds_what_leaks(scene: Scene, kind: str) -> None:
    path = f"/portal/leaking/{uuid4().hex}"

    async def leak() -> Response:
        return LEAKS[kind]()

    scene.portal.app.add_api_route(path, leak, methods=["GET"])
    routes = [one for one in readable(scene.portal.app) if one.path == path]
    assert len(routes) == 1, "a route that is added is walked"
    found = scene.walker().walk(asking(scene, scene.reviewer), routes)
    scene.portal.app.router.routes[:] = [
        one for one in scene.portal.app.router.routes if getattr(one, "path", "") != path
    ]
    assert found
    assert all(isinstance(one, Leak) and path in one.where for one in found)


def test_the_walk_finds_what_a_search_gives_away(scene: Scene) -> None:
    """A page that shows what was looked for is no leak; one that finds it is."""
    path = "/portal/searching"

    async def search(q: str = "") -> Response:
        hit = f"<li>{NAME} Al {SURNAME}</li>" if q.casefold() in NAME.casefold() and q else ""
        return Response(f'<input name="q" value="{q}">{hit}', media_type="text/html")

    scene.portal.app.add_api_route(path, search, methods=["GET"])
    routes = [one for one in readable(scene.portal.app) if one.path == path]
    walker = scene.walker()
    walker.marks = (NAME, SURNAME)
    found = walker.walk(asking(scene, scene.reviewer), routes)
    scene.portal.app.router.routes[:] = [
        one for one in scene.portal.app.router.routes if getattr(one, "path", "") != path
    ]
    assert SURNAME in {leak.mark for leak in found}


def test_the_application_itself_would_be_found(scene: Scene) -> None:
    """What officers see has all the marks: the walk of an officer finds them."""
    officer = scene.portal.appoint(
        Role.PROGRAMME_OFFICER, Scope(ScopeKind.CALL, UUID(str(scene.stage.call_id))), "officer"
    )
    routes = [
        one for one in readable(scene.portal.app) if one.path.startswith("/portal/calls/{call_id}/desk")
    ]
    found = scene.walker().walk(asking(scene, officer), routes)
    assert {NAME, ORGANISATION, PHONE, scene.marked.reference} <= {leak.mark for leak in found}
