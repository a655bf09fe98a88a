"""Calls by program: officers screen what was handed in, and do not meet what is theirs or in conflict with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import HUB, Role, Scope, ScopeKind
from casework.access_tokens.model import TokenScope
from tests.hackathon.reviewing_stage import ReviewingStage
from tests.hub_api.participation.conftest import Program, token_of
from tests.hub_api.portal.conftest import Portal, Somebody


@dataclass
class Scene:
    portal: Portal
    stage: ReviewingStage
    somebody: Somebody
    officer: Program

    @property
    def path(self) -> str:
        return f"/desk/calls/{self.stage.call_id}"

    def program(self, who: Somebody, *scopes: TokenScope) -> Program:
        return Program(self.portal, token_of(self.portal, who.person_id, *scopes))

    def seen(self) -> list[str]:
        return [one["title"] for one in data(self.officer.ask("GET", f"{self.path}/applications"))]


@pytest.fixture
def scene(portal: Portal, tmp_path: Path) -> Iterator[Scene]:
    """A call whose applications are screened, and the program of an officer of its."""
    with portal.city.database.connect() as owner:
        stage = ReviewingStage(portal.store, owner, tmp_path, watch=portal.watch)
        somebody = portal.appoint(
            Role.PROGRAMME_OFFICER, Scope(ScopeKind.CALL, stage.call_id), f"screens-{uuid4().hex[:6]}"
        )
        program = Program(portal, token_of(portal, somebody.person_id, TokenScope.CALLS_WRITE))
        yield Scene(portal, stage, somebody, program)


def data(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_an_officer_sees_the_calls_that_are_theirs(scene: Scene) -> None:
    listed = data(scene.officer.ask("GET", "/desk/calls"))
    assert [one["call"] for one in listed] == [str(scene.stage.call_id)], "not every one that is public"
    scene.stage.apply("Shade", state="screening")
    one = data(scene.officer.ask("GET", scene.path))
    assert (one["state"], one["applications"], one["blind"]) == ("reviewing", {"screening": 1}, True)
    chief = scene.program(scene.portal.appoint(Role.PROGRAMME_OFFICER, HUB, "chief"))
    assert str(scene.stage.call_id) in [each["call"] for each in data(chief.ask("GET", "/desk/calls"))]
    other = scene.program(
        scene.portal.appoint(Role.PROGRAMME_OFFICER, Scope(ScopeKind.CALL, uuid4()), "elsewhere")
    )
    assert data(other.ask("GET", "/desk/calls")) == []
    assert other.ask("GET", scene.path).status_code == 403
    assert other.ask("GET", f"{scene.path}/applications").status_code == 403
    assert scene.program(scene.portal.join("plain")).ask("GET", "/desk/calls").status_code == 403
    step = scene.officer.ask("POST", f"{scene.path}/steps", {"event": "begin_reviewing"}, seen=one["version"])
    assert step.status_code == 409, "it is reviewing already"
    hidden = scene.officer.ask("POST", f"{scene.path}/steps", {"event": "announce"}, seen=one["version"])
    assert refusal(hidden) == (422, "invalid_parameter")


def test_applicants_are_asked_and_their_clock_stands_still(scene: Scene) -> None:
    applied = scene.stage.apply("Shade", state="screening")
    path = f"{scene.path}/applications/{applied.application_id}"
    one = data(scene.officer.ask("GET", path))
    assert (one["title"], one["state"], one["questions"]) == ("Shade", "screening", [])
    due = (scene.portal.watch() + timedelta(days=5)).isoformat()
    late = {"question": "Whose wells?", "due_at": (scene.portal.watch() - timedelta(days=1)).isoformat()}
    assert scene.officer.ask("POST", f"{path}/questions", late, seen=one["version"]).status_code == 409
    asked = scene.officer.ask(
        "POST", f"{path}/questions", {"question": "Whose wells?", "due_at": due}, seen=one["version"]
    )
    assert (data(asked)["state"], data(asked)["questions"][0]["question"]) == ("more_info", "Whose wells?")
    twice = scene.officer.ask(
        "POST", f"{path}/questions", {"question": "Whose wells?", "due_at": due}, seen=one["version"]
    )
    assert refusal(twice) == (412, "version_outdated")


def test_a_decision_is_prepared_and_nobody_is_told(scene: Scene) -> None:
    lead = scene.portal.join("lead", domain=f"d{uuid4().hex[:6]}.example")
    applied = scene.stage.apply("Shade", lead=lead.person_id, state="screening")
    path = f"{scene.path}/applications/{applied.application_id}"
    version = data(scene.officer.ask("GET", path))["version"]
    bare = scene.officer.ask("POST", f"{path}/decision", {"event": "exclude"}, seen=version)
    assert refusal(bare) == (409, "reason_missing")
    body = {"event": "exclude", "reason": "not_eligible"}
    decided = data(scene.officer.ask("POST", f"{path}/decision", body, seen=version))
    assert (decided["prepared"]["event"], decided["prepared"]["reason"]) == ("exclude", "not_eligible")
    assert decided["state"] == "screening"
    own = data(scene.program(lead).ask("GET", f"/me/applications/{applied.application_id}"))
    assert (own["state"], "prepared" in own) == ("being_checked", False)
    assert scene.portal.mails(lead.email)[-1][0] != "excluded"
    panel = scene.officer.ask("POST", f"{path}/decision", {"event": "approve"}, seen=version)
    assert refusal(panel) == (422, "invalid_parameter"), "the panel's are the portal's"


@pytest.mark.parametrize("tie", ["organisation", "own", "reviewer", "role"])
def test_what_is_in_conflict_is_not_there(scene: Scene, tie: str) -> None:
    stage, person_id = scene.stage, scene.somebody.person_id
    stage.apply("Almas", state="screening")
    organisation = stage.organisation(f"Org {uuid4().hex[:6]}")
    hidden = stage.apply(
        "Zumurrud", organisation_id=None if tie == "own" else organisation, state="screening",
        lead=person_id if tie == "own" else None,
    )  # fmt: skip
    path = f"{scene.path}/applications/{hidden.application_id}"
    assert tie == "own" or sorted(scene.seen()) == ["Almas", "Zumurrud"]
    version = 1 if tie == "own" else data(scene.officer.ask("GET", path))["version"]
    if tie == "organisation":
        stage.belongs(person_id, organisation)
    elif tie == "reviewer":
        kin(scene, hidden.lead)
        stage.reviewer(person_id)
    elif tie == "role":
        kin(scene, hidden.lead)
        scene.portal.appoint_too(scene.somebody, Role.REVIEWER, Scope(ScopeKind.CALL, stage.call_id))
    assert scene.seen() == ["Almas"]
    assert sum(data(scene.officer.ask("GET", scene.path))["applications"].values()) == 1
    body = {"event": "accept"}
    inquiry = {"question": "?", "due_at": (scene.portal.watch() + timedelta(days=5)).isoformat()}
    nobodys = f"{scene.path}/applications/{uuid4()}"
    for method, part, sent in (
        ("GET", "", None),
        ("POST", "/decision", body),
        ("POST", "/questions", inquiry),
    ):
        answer = scene.officer.ask(method, f"{path}{part}", sent, seen=version)
        assert answer.status_code == 404, (tie, part)
        missing = scene.officer.ask(method, f"{nobodys}{part}", sent, seen=version)
        assert answer.json() | {"instance": ""} == missing.json() | {"instance": ""}
    # As the desk of the portal has it.
    page = scene.somebody.browser.get(f"/calls/{stage.call_id}/desk/applications").text
    assert ("Almas" in page, "Zumurrud" in page) == (True, False)


def kin(scene: Scene, lead: UUID) -> None:
    """The officer and who applies have a mail domain of their own in common."""
    domain = f"kin{uuid4().hex[:6]}.example"
    for number, person_id in enumerate((scene.somebody.person_id, lead)):
        scene.stage.owner.execute(
            "UPDATE innovation.people SET email = %(mail)s, email_key = %(mail)s WHERE person_id = %(person)s",
            {"mail": f"p{number}@{domain}", "person": person_id},
        )


def test_an_application_is_found_under_its_call_alone(scene: Scene) -> None:
    applied = scene.stage.apply("Shade", state="screening")
    with scene.portal.city.database.connect() as owner:
        other = ReviewingStage(scene.portal.store, owner, scene.stage.folder, watch=scene.portal.watch)
        scene.portal.appoint_too(scene.somebody, Role.PROGRAMME_OFFICER, Scope(ScopeKind.CALL, other.call_id))
    strange = scene.officer.ask("GET", f"/desk/calls/{other.call_id}/applications/{applied.application_id}")
    assert strange.status_code == 404
