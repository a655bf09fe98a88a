"""The life of a submission as its people press it together: written, handed in, screened, seen by everybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256

import pytest

from tests.hackathon.stage import Stage
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.submission_play import DIGEST, PNG, Desk, file_ids, open_desk
from tests.hub_api.portal.team_play import Play, refused


@pytest.fixture
def desk(portal: Portal) -> Iterator[Desk]:
    with portal.city.database.connect() as owner:
        folder = portal.office.settings.submissions.folder
        yield open_desk(Play(portal, Stage(portal.store, owner, members_min=2, folder=folder)))


def test_a_draft_becomes_versions_of_which_anybody_can_recompute_the_digest(desk: Desk) -> None:
    captain, mate = desk.captain.browser, desk.mate.browser
    space = captain.get(f"/teams/{desk.team.team_id}").text
    assert f"/teams/{desk.team.team_id}/submission" in space
    ahead = mate.get(f"/teams/{desk.team.team_id}/submission").text
    assert "Anybody in the team can write" in ahead
    desk.begin()
    assert mate.get(f"/teams/{desk.team.team_id}/submission").headers["location"] == f"/portal{desk.path}"
    assert "a draft that was not handed in by then has expired" in captain.get(desk.path).text

    assert desk.write(desk.mate, title="Shade & <map>").status_code == 303
    assert desk.upload(desk.captain, "../خريطة الظل.csv", b"street,shade\n").status_code == 303
    page = captain.get(desk.path).text
    assert "The file is in the draft" in page
    assert "Shade &amp; &lt;map&gt;" in page
    assert "<bdi>خريطة الظل.csv</bdi>" in page
    (file_id,) = file_ids(page)
    refused(desk.write(desk.captain, "submit", title=""), 409, "Title, summary and every required field")
    assert desk.write(desk.captain, "submit").status_code == 303

    page = mate.get(desk.path).text
    assert "It is handed in" in page
    assert 'name="title"' not in page
    (digest,) = DIGEST.findall(page)
    record = mate.get(f"{desk.path}/versions/1")
    assert sha256(record.content).hexdigest() == digest
    assert record.headers["content-disposition"].startswith("attachment")
    told = json.loads(record.content)
    assert told["content"]["files"][0]["sha256"] == sha256(b"street,shade\n").hexdigest()

    assert desk.step(desk.captain, "reopen").status_code == 303
    assert captain.send(f"{desk.path}/files/{file_id}/remove").status_code == 303
    assert desk.write(desk.captain, "submit", title="Second").status_code == 303
    page = captain.get(desk.path).text
    assert len(DIGEST.findall(page)) == 2
    assert captain.get(f"{desk.path}/files/{file_id}").status_code == 200, "the first version keeps it"
    for number in ("3", "0", "x", "9" * 30):
        assert captain.get(f"{desk.path}/versions/{number}").status_code == 404


def test_a_file_takes_along_what_was_typed_beside_it(desk: Desk) -> None:
    desk.begin()
    captain, version = desk.captain.browser, desk.submission.version
    typed = {"title": "Typed", "summary": "Not saved <yet>", "version": str(version)}

    answer = captain.send(f"{desk.path}/files", typed, files={"file": ("map.csv", b"street,shade\n")})
    assert answer.status_code == 303
    assert (desk.submission.draft.title, desk.submission.draft.summary) == ("Typed", "Not saved <yet>")
    page = captain.get(desk.path).text
    (file_id,) = file_ids(page)
    assert 'formaction="/portal' in page
    assert page.index('value="save"') < page.index("formaction"), "the Enter key saves and uploads nothing"

    typed |= {"title": "Typed again", "version": str(desk.submission.version)}
    for name, content in (("bad.exe", b"MZ"), ("bad.png", b"MZ"), ("", b"")):
        refusal = captain.send(f"{desk.path}/files", typed, files={"file": (name, content)})
        assert refusal.status_code >= 400, name
        assert 'value="Typed again"' in refusal.text, name
        assert "Not saved &lt;yet&gt;" in refusal.text, name
        typed["version"] = str(desk.submission.version)

    removed = captain.send(f"{desk.path}/files/{file_id}/remove", typed | {"title": "Typed at last"})
    assert removed.status_code == 303
    assert desk.submission.draft.title == "Typed at last"
    stale = typed | {"title": "Unseen", "version": "1"}
    answer = captain.send(f"{desk.path}/files", stale, files={"file": ("map.csv", b"street,shade\n")})
    assert (answer.status_code, 'value="Unseen"' in answer.text) == (409, True)
    assert file_ids(captain.get(desk.path).text) == []


def test_what_was_typed_beside_a_file_is_shown_to_its_own_browser_alone(desk: Desk) -> None:
    desk.begin()
    fields = {"form_token": "other", "title": "<b>Typed elsewhere</b>", "version": "1"}
    answer = desk.captain.browser.send(f"{desk.path}/files", fields, files={"file": ("", b"")})
    assert (answer.status_code, "Typed elsewhere" in answer.text) == (403, False)


def test_what_somebody_else_saved_is_not_overwritten_unseen(desk: Desk) -> None:
    desk.begin()
    seen = str(desk.submission.version)
    assert desk.write(desk.mate, title="By the mate").status_code == 303
    answer = desk.write(desk.captain, title="By the captain", version=seen)
    assert answer.status_code == 409
    assert "By the mate" in answer.text, "what is stored"
    assert 'value="By the captain"' in answer.text, "what was typed"
    assert desk.submission.draft.title == "By the mate"


def test_the_form_of_a_hackathon_is_asked_and_what_was_typed_is_kept(desk: Desk) -> None:
    path = f"{desk.play.path}/desk/submissions/form"
    rows = {
        "name_ar1": "عرض", "name_en1": "Demo", "kind1": "link", "characters_max1": "200", "code1": "",
        "name_ar2": "البيانات", "name_en2": "Data used", "kind2": "text", "characters_max2": "30", "code2": "",
        "is_required2": "1", "name_ar3": "", "name_en3": "", "kind3": "line", "characters_max3": "", "code3": "",
    }  # fmt: skip
    answer = desk.host.browser.send(path, rows | {"name_ar2": ""})
    refused(answer, 422, "a name in both languages")
    assert 'value="Data used"' in answer.text
    assert desk.host.browser.send(path, rows).status_code == 303
    assert 'value="Demo"' in desk.host.browser.get(path).text
    assert "Data used" in desk.mate.browser.get(f"/teams/{desk.team.team_id}/submission").text
    desk.begin()
    page = desk.captain.browser.get(desk.path).text
    assert 'name="answer_question_1" type="url"' in page
    typed = {"answer_question_1": "javascript:alert(1)", "answer_question_2": "air"}
    answer = desk.write(desk.captain, "submit", title="Kept", **typed)
    refused(answer, 422, "https://")
    assert 'value="javascript:alert(1)"' in answer.text
    assert 'value="Kept"' in answer.text
    assert desk.submission.draft.title == ""
    refused(desk.write(desk.captain, "submit"), 409, "every required field")
    typed = {"answer_question_1": "https://shade.example/demo", "answer_question_2": "air"}
    assert desk.write(desk.captain, "submit", **typed).status_code == 303
    assert 'href="https://shade.example/demo"' in desk.captain.browser.get(desk.path).text
    refused(desk.host.browser.send(path, rows), 409, "Teams have begun")
    assert "<form" not in desk.host.browser.get(path).text.partition("<h1>")[2]


def test_screening_is_quiet_until_all_are_told(desk: Desk) -> None:
    portal = desk.play.portal
    desk.begin()
    desk.upload(desk.captain, "map.png", PNG)
    desk.write(desk.captain, "submit", title="ظِلال مسقط", summary="أين نمشي")
    desk.step(desk.captain, "reopen")
    desk.write(desk.captain, title="Not handed in")
    listing = f"{desk.play.path}/desk/submissions"
    desk.screen()
    desk.back()
    assert "the last version is frozen" in desk.captain.browser.get(desk.path).text
    page = desk.host.browser.get(listing).text
    assert "Shade palms" in page
    assert '<option value="frozen">' in page
    assert "ظِلال مسقط" in desk.host.browser.get(desk.at_desk).text, "what counts"

    prepare = f"{desk.at_desk}/prepare"
    refused(desk.step(desk.host, "reject", prepare), 409, "reason")
    assert desk.step(desk.host, "reject", prepare, reason="no_data").status_code == 303
    assert desk.step(desk.host, "accept", prepare).status_code == 303, "it replaces the other"
    assert desk.submission.state == "frozen"
    assert "the last version is frozen" in desk.captain.browser.get(desk.path).text
    decision = one_decision(desk)
    assert desk.host.browser.send(f"{listing}/decisions/{decision}/withdraw").status_code == 303
    refused(desk.host.browser.send(f"{listing}/release", {"decision": str(decision)}), 409, "in the meantime")
    assert desk.step(desk.host, "accept", prepare).status_code == 303
    before = len(portal.mails(desk.mate.email))
    answer = desk.host.browser.send(f"{listing}/release", {"decision": str(one_decision(desk))})
    assert answer.status_code == 303, answer.text
    assert "The teams are told" in desk.host.browser.get(listing).text
    (name, fields) = portal.mails(desk.mate.email)[-1]
    assert (len(portal.mails(desk.mate.email)) - before, name, fields["title"]) == (1, "decided", "ظِلال مسقط")


def test_from_judging_on_everybody_sees_what_was_admitted(desk: Desk) -> None:
    stage, portal = desk.play.stage, desk.play.portal
    gallery, visitor = f"{desk.play.path}/submissions", portal.browser()
    desk.begin()
    desk.upload(desk.captain, "map.png", PNG)
    desk.write(desk.captain, "submit", title="ظِلال مسقط", summary="أين نمشي")
    desk.step(desk.captain, "reopen")
    desk.write(desk.captain, title="Not handed in")
    desk.screen()
    desk.back()
    stage.screen({desk.submission.submission_id: ("accept", None)})
    assert "nothing to see yet" in visitor.get(gallery).text
    assert visitor.get(desk.path).status_code == 404
    stage.step("begin_judging")
    page = visitor.get(gallery).text
    assert "ظِلال مسقط" in page
    assert "Not handed in" not in page
    assert "Nothing found" in visitor.get(gallery, params={"q": "Not handed"}).text
    for words in ("ظلال", "Shade palms"):
        assert "ظِلال مسقط" in visitor.get(gallery, params={"q": words}).text
    other = stage.challenge(stage.agency)
    assert "Nothing found" in visitor.get(gallery, params={"challenge": str(other)}).text
    assert visitor.get(gallery, params={"challenge": "x"}).status_code == 422
    page = visitor.get(desk.path).text
    assert "Shade palms" in page
    assert "أين نمشي" in page
    (file_id,) = file_ids(page)
    assert visitor.get(f"{desk.path}/files/{file_id}").content == PNG
    assert desk.step(desk.host, "disqualify", f"{desk.at_desk}/step", reason="plagiarism").status_code == 303
    assert visitor.get(desk.path).status_code == 404
    assert visitor.get(f"{desk.path}/files/{file_id}").status_code == 404
    assert visitor.get(f"{desk.path}/files/{file_id}?preview=1").status_code == 404
    assert "nothing to see yet" in visitor.get(gallery).text
    page = desk.captain.browser.get(desk.path).text
    assert "Work of others" in page


def test_a_refused_team_reads_why_and_others_do_not(desk: Desk) -> None:
    desk.begin()
    desk.write(desk.captain, "submit")
    desk.screen()
    desk.back()
    desk.step(desk.host, "reject", f"{desk.at_desk}/prepare", reason="off_topic")
    listing = f"{desk.play.path}/desk/submissions"
    desk.host.browser.send(f"{listing}/release", {"decision": str(one_decision(desk))})
    assert "Does not answer the challenge" in desk.mate.browser.get(desk.path).text
    ((name, _),) = desk.play.portal.mails(desk.mate.email)[-1:]
    assert name == "decided_with_reason"
    desk.play.stage.step("begin_judging")
    assert desk.play.portal.join("eve").browser.get(desk.path).status_code == 404


def one_decision(desk: Desk) -> object:
    row = desk.play.portal.store.execute(
        "SELECT decision_id FROM innovation.decisions WHERE object_id = %s AND released_at IS NULL"
        " AND withdrawn_at IS NULL",
        [desk.submission.submission_id],
    ).fetchone()
    assert row is not None
    return row[0]
