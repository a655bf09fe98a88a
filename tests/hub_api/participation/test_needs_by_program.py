"""Needs by program: an agency reads, answers and adds; a vendor reads and asks; what is sealed stays it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import Role
from casework.access_tokens.model import TokenScope
from hackathon.market.responses.model import Answers
from tests.hackathon.need_stage import ABOUT, RESPONSES_END, NeedStage
from tests.hub_api.participation.conftest import BODIES, Program, token_of
from tests.hub_api.portal.conftest import Portal

SECRET = f"zumurrud{uuid4().hex[:10]}"


@dataclass
class Scene:
    stage: NeedStage
    need_id: UUID
    officer: Program
    vendor: Program
    rival: Program

    def program(self, person_id: UUID, *scopes: TokenScope) -> Program:
        return Program(self.officer.portal, token_of(self.officer.portal, person_id, *scopes))


@pytest.fixture
def scene(portal: Portal) -> Iterator[Scene]:
    """A published need, and the programs of its agency, of a vendor and of a rival."""
    with portal.city.database.connect() as owner:
        stage = NeedStage(portal.store, owner)
        # The calls of the API are at this hour.
        portal.watch.at = stage.watch.at
        need_id = stage.published(replace(ABOUT, title_en="Leaks by program"))
        portal.store.commit()
        yield Scene(
            stage, need_id,
            *(Program(portal, token_of(portal, who)) for who in (stage.officer, stage.vendor, stage.rival)),
        )  # fmt: skip


def data(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_question_is_asked_and_answered_to_everybody(scene: Scene) -> None:
    path, own = f"/me/marketplace/needs/{scene.need_id}", f"/me/needs/{scene.need_id}"
    assert str(scene.need_id) in [
        one["need"] for one in data(scene.vendor.ask("GET", "/me/marketplace/needs"))
    ]
    words = {"text": f" We are {SECRET}: how deep? ", "language": "en"}
    asked = data(scene.vendor.ask("POST", f"{path}/questions", words))
    assert (asked["text"], asked["answer"]) == (words["text"].strip(), None)
    assert data(scene.vendor.ask("POST", f"{path}/questions", words)) == asked, "the one there is"
    assert data(scene.rival.ask("GET", path))["questions"] == []
    assert [one["question"] for one in data(scene.vendor.ask("GET", path))["questions"]] == [
        asked["question"]
    ]
    (seen,) = data(scene.officer.ask("GET", own))["questions"]
    assert seen == asked, "and not who asked"
    answering = f"{own}/questions/{asked['question']}/answer"
    answered = data(scene.officer.ask("POST", answering, BODIES["answer_question"]))
    assert [one["answer"]["en"] for one in answered["questions"]] == ["One metre."]
    again = scene.officer.ask("POST", answering, BODIES["answer_question"])
    assert (again.status_code, again.json()["code"]) == (409, "question_answered")
    told = scene.rival.ask("GET", path)
    assert data(told)["questions"][0]["text"] == BODIES["answer_question"]["shown"]
    assert SECRET not in told.text
    assert SECRET not in scene.vendor.ask("GET", path).text, "everybody reads the same words"


def test_an_addendum_sent_twice_is_one(scene: Scene) -> None:
    path = f"/me/needs/{scene.need_id}/addenda"
    first = data(scene.officer.ask("POST", path, BODIES["add_addendum"]))
    assert data(scene.officer.ask("POST", path, BODIES["add_addendum"])) == first
    shown = data(scene.vendor.ask("GET", f"/me/marketplace/needs/{scene.need_id}"))
    assert shown["addenda"] == [first]
    assert [one["deadline"] for one in shown["deadlines"]] == ["questions_close", "responses_close"]
    empty = scene.officer.ask("POST", path, {"text_ar": " ", "text_en": "x"})
    assert (empty.status_code, empty.json()["code"]) == (422, "invalid_parameter")


def test_what_is_not_public_and_what_is_prepared_stays_inside(scene: Scene) -> None:
    draft = scene.stage.draft()
    scene.stage.portal.commit()
    assert scene.vendor.ask("GET", f"/me/marketplace/needs/{draft}").status_code == 404
    assert data(scene.officer.ask("GET", f"/me/needs/{draft}"))["state"] == "draft"
    assert scene.vendor.ask("POST", f"/me/marketplace/needs/{draft}/questions", BODIES["ask_question"]).status_code == 404  # fmt: skip
    add = scene.officer.ask("POST", f"/me/needs/{draft}/addenda", BODIES["add_addendum"])
    assert (add.status_code, add.json()["code"]) == (409, "need_not_published")
    # Its budget is not public.
    assert data(scene.officer.ask("GET", f"/me/needs/{scene.need_id}"))["budget_minor"] == ABOUT.budget_minor
    assert data(scene.vendor.ask("GET", f"/me/marketplace/needs/{scene.need_id}"))["budget_minor"] is None
    strange = scene.program(scene.stage.speaker(scene.stage.organisation("agency", "Other")))
    assert strange.ask("GET", f"/me/needs/{scene.need_id}").status_code == 403
    assert strange.ask("GET", f"/me/needs/{draft}").status_code == 404
    assert data(strange.ask("GET", "/me/needs")) == []


def test_small_companies_alone_find_what_is_for_them(scene: Scene) -> None:
    large = scene.program(scene.stage.vendor_of("Kabir", is_sme=False))
    waiting = scene.program(scene.stage.vendor_of("Jadid", state="pending"))
    only = str(scene.stage.published(replace(ABOUT, sme_only=True)))
    scene.stage.portal.commit()

    def found(program: Program) -> set[str]:
        return {one["need"] for one in data(program.ask("GET", "/me/marketplace/needs"))}

    assert {only, str(scene.need_id)} <= found(scene.vendor)
    assert str(scene.need_id) in found(large)
    assert only not in found(large)
    assert found(waiting) == set()
    refused = waiting.ask("GET", f"/me/marketplace/needs/{scene.need_id}")
    assert (refused.status_code, refused.json()["code"]) == (403, "vendor_not_verified")


def test_how_many_responded_and_how_is_told_when_it_may_be(scene: Scene, portal: Portal) -> None:
    stage, own, market = scene.stage, f"/me/needs/{scene.need_id}", f"/me/marketplace/needs/{scene.need_id}"
    answers = Answers(SECRET, {"fit": SECRET, "support": SECRET}, 19_500_500)
    receipt = stage.hand_in(scene.need_id, answers=answers)
    stage.portal.commit()
    assert data(scene.officer.ask("GET", own))["response_count"] is None, "before the close nobody knows"
    response = data(scene.vendor.ask("GET", market))["response"]
    assert (response["state"], response["sha256"]) == ("sealed", receipt.digest)
    assert data(scene.rival.ask("GET", market))["response"] is None
    stage.close()
    stage.portal.commit()
    portal.watch.at = RESPONSES_END
    assert data(scene.officer.ask("GET", own))["response_count"] == 1
    assert str(scene.need_id) not in scene.vendor.ask("GET", "/me/marketplace/needs").text, "it is closed"
    stage.opened(scene.need_id)
    stage.accept(receipt.response_id, "disqualify", "requirements")
    stage.portal.commit()
    seen = scene.vendor.ask("GET", market)
    response = data(seen)["response"]
    assert (response["state"], response["state_reason"]) == ("in_evaluation", None), "all are told together"
    assert "version" not in response
    for program, path in ((scene.officer, own), (scene.vendor, market), (scene.rival, market)):
        assert SECRET not in program.ask("GET", path).text
        assert "19500500" not in program.ask("GET", path).text


def test_one_scope_does_not_do_the_other_s_work(scene: Scene) -> None:
    stage = scene.stage
    chief = stage.appointed(Role.ADMINISTRATOR)
    staff = scene.program(chief, TokenScope.NEEDS_WRITE)
    assert staff.ask("GET", f"/me/needs/{scene.need_id}").status_code == 403, (
        "no administrator's by this scope"
    )
    narrow = scene.program(stage.officer, TokenScope.QUESTIONS_WRITE)
    refused = narrow.ask("GET", f"/me/needs/{scene.need_id}")
    assert (refused.status_code, refused.json()["code"]) == (403, "token_scope_missing")
    assert data(narrow.ask("GET", "/me/marketplace/needs")) == []
