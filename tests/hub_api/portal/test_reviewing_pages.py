"""Reviewing from the first invitation to what applicants read, by the forms of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from benchmarks.besieging.heavy_files import heavy_document
from casework.access.model import HUB, Role
from tests.hackathon.reviewing_stage import Applied, ReviewingStage
from tests.hackathon.telling_files import picture
from tests.hub_api.portal.conftest import Portal, Somebody

MARKS = {"mark1": "7.0", "mark2": "٨", "confidence": "high", "recommendation": "fund"}


@dataclass
class Play:
    """One application of a call that is being reviewed, and the people around it."""

    portal: Portal
    stage: ReviewingStage
    officer: Somebody
    reviewer: Somebody
    lead: Somebody
    applied: Applied

    @property
    def call(self) -> str:
        return f"/calls/{self.stage.call_id}"

    @property
    def desk(self) -> str:
        return f"{self.call}/desk"

    def sent(self, who: Somebody, path: str, fields: dict[str, str] | None = None) -> httpx.Response:
        answer = who.browser.send(path, fields)
        assert answer.status_code == 303, answer.text
        return who.browser.get(answer.headers["location"].removeprefix("/portal"))

    def refused(self, who: Somebody, path: str, fields: dict[str, str], status: int = 422) -> str:
        answer = who.browser.send(path, fields)
        assert answer.status_code == status, answer.text
        found = re.search(r'role="alert" id="refused">([^<]+)<', answer.text)
        assert found is not None
        return found.group(1)


@pytest.fixture
def play(portal: Portal) -> Iterator[Play]:
    with portal.city.database.connect() as owner:
        folder = portal.office.settings.reviewing.folder
        assert folder is not None
        stage = ReviewingStage(portal.store, owner, folder.parent, reviews_each=1, watch=portal.watch)
        lead = portal.join("salma", domain="bahth.example")
        applied = stage.apply(
            "Shade by Salma", lead=lead.person_id,
            files={"salma.png": ("image/png", picture("s", "PNG")), "t.csv": ("text/csv", b"a")},
        )  # fmt: skip
        officer = portal.appoint(Role.PROGRAMME_OFFICER, HUB, "officer")
        yield Play(portal, stage, officer, portal.join("reviewer", domain="jamia.example"), lead, applied)


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found.group(1)


def link(page: str, pattern: str) -> str:
    found = re.search(rf'href="/portal({pattern})"', page)
    assert found is not None, page
    return found.group(1)


def ask(play: Play) -> None:
    """Invited, and accepted."""
    fields = {"email": play.reviewer.email, "capacity": "3", "topics": "shade، water"}
    page = play.sent(play.officer, f"{play.desk}/reviewers", fields)
    assert "Reviewer Al Harthy" in page.text
    assert "shade, water" in page.text
    own = play.reviewer.browser.get("/account/reviews").text
    path = re.search(r'action="/portal(/account/reviews/[^"]+/step)"', own)
    assert path is not None
    play.sent(play.reviewer, path.group(1), {"event": "accept", "version": version(own)})


def copy(play: Play) -> str:
    """Proposed, edited, a file passed on, and released; its page."""
    listed = play.sent(play.officer, f"{play.desk}/copies").text
    path = link(listed, rf"{play.desk}/copies/[0-9a-f-]+")
    page = play.officer.browser.get(path).text
    assert "▮▮▮" in page
    fields = {"version": version(page), "title": "Shade", "summary": "Trees", "answer:plan": "Plant"}
    page = play.sent(play.officer, path, fields).text
    file = re.search(r'name="file" value="([^"]+)"', page)
    assert file is not None
    assert page.count('name="file"') == 1, "what cannot be cleaned is not offered"
    page = play.sent(play.officer, f"{path}/files", {"version": version(page), "file": file.group(1)}).text
    assert "attachment-1.png" in page
    assert play.officer.browser.get(f"{path}/files/1").headers["content-type"] == "image/png"
    play.sent(play.officer, f"{path}/release", {"version": version(page)})
    return path


def assign(play: Play) -> str:
    """The path of the review."""
    page = play.sent(play.officer, f"{play.desk}/assignment", {"seed": "1"}).text
    path = re.search(rf'action="/portal({play.desk}/assignment/[^"]+/publish)"', page)
    assert path is not None
    play.sent(play.officer, path.group(1))
    return link(play.reviewer.browser.get(f"{play.call}/reviews").text, "/reviews/[0-9a-f-]+")


def test_from_the_invitation_to_the_feedback(play: Play) -> None:
    ask(play)
    copy(play)
    review = assign(play)
    page = play.reviewer.browser.get(review).text
    assert "Salma" not in page.replace("Salma Al Harthy", "")
    assert play.reviewer.browser.get(f"{review}/files/1").status_code == 200
    told = play.refused(play.reviewer, review, {"version": version(page), "mark1": "7", "then": "submit"})
    assert "Team" in told
    saved = play.sent(
        play.reviewer, review, {"version": version(page), "mark1": "7", "advice": "Plant earlier"}
    )
    assert "Plant earlier" in saved.text
    fields = {
        **MARKS,
        "version": version(saved.text),
        "advice": "Plant earlier",
        "remark": "Doubts",
        "then": "submit",
    }
    assert "Nobody else has handed in" in play.sent(play.reviewer, review, fields).text
    panel = play.officer.browser.get(f"{play.desk}/panel").text
    assert "7.40" in panel
    panel = play.sent(play.officer, f"{play.desk}/panel").text
    note = {"note": "Ask for a map"}
    assert (
        "Ask for a map"
        in play.sent(play.officer, f"{play.desk}/panel/{play.applied.application_id}/notes", note).text
    )
    decide(play)
    own = play.lead.browser.get(f"/applications/{play.applied.application_id}/decision").text
    assert "Approved with conditions" in own
    assert "OMR 1,500.000" in own or "1,500.000" in own
    assert "If there is water" in own
    assert "Plant earlier" in own
    assert "Doubts" not in own
    assert "Reviewer Al Harthy" not in own
    ((_, mail),) = [one for one in play.portal.mails(play.lead.email) if one[0] == "decided"]
    assert mail["reference"] == play.applied.reference


def decide(play: Play) -> None:
    before = play.lead.browser.get(f"/applications/{play.applied.application_id}/decision").text
    assert "Nothing has been told yet" in before
    page = play.officer.browser.get(f"{play.desk}/decisions").text
    path = f"{play.desk}/decisions/{play.applied.application_id}/prepare"
    fields = {
        "event": "approve_with_conditions", "version": version(page), "amount": "1,500.000",
        "conditions_ar": "إن توفر الماء", "conditions_en": "",
    }  # fmt: skip
    assert "conditions stand in Arabic and in English" in play.refused(play.officer, path, fields)
    page = play.sent(play.officer, path, fields | {"conditions_en": "If there is water"}).text
    decision = re.search(r'name="decision" value="([^"]+)"', page)
    assert decision is not None
    assert (
        "Nothing has been told yet"
        in play.lead.browser.get(f"/applications/{play.applied.application_id}/decision").text
    )
    play.sent(play.officer, f"{play.desk}/decisions/release", {"decision": decision.group(1)})


def test_a_file_that_is_too_heavy_is_not_passed_on_and_the_officer_is_told_what_to_do(play: Play) -> None:
    play.stage.apply("Heavy", files={"heavy.pdf": ("application/pdf", heavy_document(20_000_000))})
    listed = play.sent(play.officer, f"{play.desk}/copies").text
    pages = [
        (path, play.officer.browser.get(path).text)
        for path in re.findall(rf'href="/portal({play.desk}/copies/[0-9a-f-]+)"', listed)
    ]
    path, page = next(one for one in pages if "heavy.pdf" in one[1])
    file = re.search(r'name="file" value="([^"]+)"', page)
    assert file is not None
    words = play.refused(play.officer, f"{path}/files", {"version": version(page), "file": file.group(1)})
    assert "Ask whoever applies for another" in words
    after = play.officer.browser.get(path).text
    assert (version(after), "attachment-1" in after) == (version(page), False)
    metrics = play.portal.run(play.officer.browser.client.get("/metrics")).text
    assert 'falaj_api_files_refused_total{code="too_heavy"} 1.0' in metrics


def test_closeness_is_typed_and_there_is_no_list(play: Play) -> None:
    ask(play)
    page = play.reviewer.browser.get(f"{play.call}/reviews").text
    assert "<select" not in page
    assert "datalist" not in page
    page = play.sent(play.reviewer, f"{play.call}/reviews/closeness", {"email": play.lead.email}).text
    known = page.replace(play.lead.email.casefold(), "·")
    page = play.sent(play.reviewer, f"{play.call}/reviews/closeness", {"email": "n.body@else.example"}).text
    assert "n.body@else.example" in page
    assert "Noted." in known
    assert "Noted." in page
    assert "at least 3 letters" in play.refused(
        play.reviewer, f"{play.call}/reviews/closeness", {"organisation": "x"}
    )


def test_whoever_sends_a_review_that_is_refused_is_shown_the_copy_and_that_is_logged(play: Play) -> None:
    ask(play)
    copy(play)
    review = assign(play)
    told = play.refused(play.reviewer, review, {"version": "1", "mark1": "99"})
    assert "Worth" in told
    logged = "SELECT count(*) FROM innovation.audit WHERE object = %s AND event = 'open'"
    assert play.stage.owner.execute(logged, [review.rpartition("/")[2]]).fetchone() == (1,)


def test_a_review_stays_in_its_form_where_it_is_not_given_back(play: Play) -> None:
    ask(play)
    copy(play)
    review = assign(play)
    play.sent(play.reviewer, review, {"version": "1", "mark1": "7", "advice": "Plant earlier"})
    step = {"version": "1", "event": "recuse", "reason": "other"}
    refused = play.reviewer.browser.send(f"{review}/step", step)
    assert refused.status_code == 409, "of another version than that which was seen"
    assert "Plant earlier" in refused.text


def test_what_is_given_back_is_gone(play: Play) -> None:
    ask(play)
    copy(play)
    review = assign(play)
    page = play.reviewer.browser.get(review).text
    fields = {"event": "recuse", "reason": "conflict", "version": version(page)}
    listed = play.sent(play.reviewer, f"{review}/step", fields).text
    assert review not in listed
    assert "Close to an application that you gave back" in listed
    assert play.reviewer.browser.get(review).status_code == 404


def test_an_assignment_that_is_impossible_says_what_is_missing(play: Play) -> None:
    copy(play)
    told = play.refused(play.officer, f"{play.desk}/assignment", {"seed": "1"}, 409)
    assert "accepted to review" in told
    play.refused(play.officer, f"{play.desk}/assignment", {"seed": "one"})


def test_a_reviewers_page_at_the_desk(play: Play) -> None:
    ask(play)
    copy(play)
    review = assign(play)
    listed = play.officer.browser.get(f"{play.desk}/reviewers").text
    path = link(listed, rf"{play.desk}/reviewers/[0-9a-f-]+")
    page = play.officer.browser.get(path).text
    assert 'value="take_out"' in page
    fields = {"event": "take_out", "version": "1"}
    assert "Given back" in play.sent(play.officer, f"{path}{review}/step", fields).text
    removed = play.sent(play.officer, f"{path}/remove", {"version": version(page)}).text
    assert "Removed" in removed
    assert play.reviewer.browser.get(f"{play.call}/reviews").status_code == 404


@pytest.mark.parametrize("room", ["reviewers", "copies", "assignment", "panel", "decisions"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_desks_in_both_languages(play: Play, room: str, language: str) -> None:
    answer = play.officer.browser.get(f"{play.desk}/{room}", params={"lang": language})
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
    assert "reviewing." not in re.sub(r"/portal/\S+|hub\.test\S*", "", answer.text)
