"""The judge's desk: invitations, interests and score sheets, as judges see them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from hackathon.contest.jury import judges
from tests.hackathon.stage import Stage
from tests.hub_api.portal.bench import judged, seat, sheet_of, told
from tests.hub_api.portal.conftest import Portal


@pytest.fixture
def stage(portal: Portal) -> Iterator[Stage]:
    with portal.city.database.connect() as owner:
        yield Stage(portal.store, owner, folder=portal.office.settings.submissions.folder)


def test_somebody_is_asked_by_mail_and_answers(portal: Portal, stage: Stage):
    salma, moza = portal.join("salma"), portal.join("moza")
    assert "Nobody has asked you" in salma.browser.get("/account/judging").text
    for one in (salma, moza):
        stage.call(stage.chief, judges.invite, stage.hackathon_id, one.email, 7)
    link = dict(portal.mails(salma.email))["invitation"]["link"]
    assert link.endswith("/account/judging")
    page = salma.browser.get("/account/judging").text
    assert "City heat" in page
    assert "at most: 7" in page
    judge_id, version = step_form(page, "accept")
    path = f"/account/judging/{judge_id}/step"
    assert moza.browser.send(path, {"event": "accept", "version": version}).status_code == 403
    assert salma.browser.send(path, {"event": "withdraw", "version": version}).status_code == 403
    assert salma.browser.send(path, {"event": "accept", "version": version}).status_code == 303
    again = salma.browser.send(path, {"event": "accept", "version": version})
    assert (again.status_code, bool(told(again))) == (409, True)
    other, version = step_form(moza.browser.get("/account/judging").text, "decline")
    reason = {"event": "decline", "version": version, "reason": "no_time"}
    assert moza.browser.send(f"/account/judging/{other}/step", reason).status_code == 303
    assert "Declined" in moza.browser.get("/account/judging").text
    assert salma.browser.get(f"/hackathons/{stage.hackathon_id}/judging").status_code == 200
    assert moza.browser.get(f"/hackathons/{stage.hackathon_id}/judging").status_code == 404


def step_form(page: str, event: str) -> tuple[str, str]:
    """Whose step it is, and the version that goes with it."""
    found = re.search(
        r'action="/portal/(?:account/judging|sheets)/([0-9a-f-]+)/step">(?:(?!</form>).)*name="version" value="(\d+)"'
        rf'(?:(?!</form>).)*value="{event}"',
        page,
        re.DOTALL,
    )
    assert found is not None, f"no step {event}"
    return found.group(1), found.group(2)


def test_a_judge_accepts_writes_and_hands_in(portal: Portal, stage: Stage):
    stage.judged_by(1)
    salma, _ = seat(portal, stage)
    _, (submission,) = judged(stage, 1, "Shade")
    stage.assign()
    desk = salma.browser.get(f"/hackathons/{stage.hackathon_id}/judging").text
    assert "Shade 0" in desk
    assert "0 of 1 handed in" in desk
    sheet = sheet_of(stage, salma)
    path = f"/sheets/{sheet.sheet_id}"
    page = salma.browser.get(path).text
    assert "Where to walk" in page, "the submission stands beside the sheet"
    assert 'name="mark1"' not in page, "not before it is accepted"
    _, version = step_form(page, "accept")
    assert salma.browser.send(f"{path}/step", {"event": "accept", "version": version}).status_code == 303
    half = {"mark1": "٧٫٥", "comment1": "Good <shade>", "version": "2", "then": "save"}
    assert salma.browser.send(path, half).status_code == 303
    saved = salma.browser.get(path)
    assert "Saved as a draft" in told(saved)
    assert 'value="7.5"' in saved.text
    assert "Good &lt;shade&gt;" in saved.text
    version = re.search(r'name="version" value="(\d+)"', saved.text).group(1)
    lacking = {"mark1": "8", "remark": "Kept & typed", "version": version, "then": "submit"}
    refused = salma.browser.send(path, lacking)
    assert refused.status_code == 422
    assert "“Data” has no mark yet" in told(refused)
    assert "Impact" not in told(refused)
    assert "Kept &amp; typed" in refused.text
    assert 'value="8"' in refused.text
    whole = lacking | {"none2": "1"}
    assert salma.browser.send(path, whole).status_code == 303
    done = salma.browser.get(path).text
    assert "Does not apply" in done
    assert "Kept &amp; typed" in done
    assert 'name="mark1"' not in done
    assert "1 of 1 handed in" in salma.browser.get(f"/hackathons/{stage.hackathon_id}/judging").text
    late = salma.browser.send(path, whole)
    assert late.status_code == 409
    assert str(submission.submission_id) not in told(late)


def test_a_file_of_the_submission_is_there_for_its_judge_and_gone_with_the_sheet(
    portal: Portal, stage: Stage
):
    stage.judged_by(1)
    salma, _ = seat(portal, stage)
    stage.until("registration_opens")
    team = stage.complete_team()
    stage.until("starts")
    stage.admit(stage.hand_in(team, "Shade", {"map.csv": b"a,b\n1,2\n"}))
    stage.assign()
    path = f"/sheets/{sheet_of(stage, salma).sheet_id}"
    found = re.search(r'href="/portal(/submissions/[^"]*/files/[^"]*)"', salma.browser.get(path).text)
    assert found is not None
    file = salma.browser.get(found.group(1))
    assert (file.status_code, file.content) == (200, b"a,b\n1,2\n")
    assert file.headers["content-disposition"].startswith("attachment")
    decline = {"event": "decline", "version": "1", "reason": "conflict"}
    assert salma.browser.send(f"{path}/step", decline).status_code == 303
    assert salma.browser.get(found.group(1)).status_code == 404


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("11", "The mark 11 for “Impact” is not on the scale from 0 to 10 in steps of 0.5."),
        ("7.25", "The mark 7.25 for “Impact” is not on the scale"),
        ("seven", "“seven” is not a number"),
        ("1e-999999999", "“1e-999999999” is not a number"),
    ],
)
def test_a_mark_off_the_scale_is_refused_by_the_name_of_its_criterion(
    portal: Portal, stage: Stage, mark: str, words: str
):
    stage.judged_by(1)
    salma, _ = seat(portal, stage)
    judged(stage, 1)
    stage.assign()
    path = f"/sheets/{sheet_of(stage, salma).sheet_id}"
    assert salma.browser.send(f"{path}/step", {"event": "accept", "version": "1"}).status_code == 303
    refused = salma.browser.send(path, {"mark1": mark, "mark2": "3", "version": "2", "then": "save"})
    assert refused.status_code == 422
    assert words in told(refused)
    assert f'value="{mark}"' in refused.text
    arabic = salma.browser.send(f"{path}?lang=ar", {"mark1": "11", "version": "2", "then": "submit"})
    assert "الأثر" in told(arabic)


def test_a_sheet_is_given_back_for_a_conflict_and_its_team_is_gone(portal: Portal, stage: Stage):
    stage.judged_by(1)
    both = [seat(portal, stage, name)[0] for name in ("salma", "eve")]
    (team, *_), _ = judged(stage, 1, "Marked")
    stage.assign()
    (sheet,) = stage.sheets()
    (giver,) = [one for one in both if one.person_id == sheet.person_id]
    path = f"/sheets/{sheet.sheet_id}"
    decline = {"event": "decline", "version": "1", "reason": "conflict"}
    assert giver.browser.send(f"{path}/step", decline).status_code == 303
    after = giver.browser.get(f"/hackathons/{stage.hackathon_id}/judging")
    assert "given the sheet back" in told(after)
    assert "Marked" not in after.text
    assert giver.browser.get(path).status_code == 404
    found = giver.browser.get(f"/hackathons/{stage.hackathon_id}/judging/interests?q=Crew").text
    assert team.profile.name not in found


def test_interests_of_every_kind_are_declared_and_hide_their_teams(portal: Portal, stage: Stage):
    firm = stage.organisation()
    stage.until("registration_opens")
    member = stage.person("a.member@warsha.example")
    by_team, by_person, by_firm, other = (
        stage.team(name="Sand crew one"),
        stage.team([member], name="Sand crew two"),
        stage.team([stage.person(organisation=firm)], name="Sand crew three"),
        stage.team(name="Sand crew four"),
    )
    salma, _ = seat(portal, stage)
    public = f"/hackathons/{stage.hackathon_id}"
    for is_named, sent in ((True, {"is_named": "1"}), (False, {})):
        assert salma.browser.send(f"{public}/judging/name", sent).status_code == 303
        assert ("The jury</h2>" in portal.browser().get(public).text) == is_named, "as they want it"
    path = f"/hackathons/{stage.hackathon_id}/judging/interests"
    page = salma.browser.get(f"{path}?q=sand").text
    assert all(one.profile.name in page for one in (by_team, by_person, by_firm, other))
    for form in ({"about": by_team.team_id}, {"email": "a.member@warsha.example"}, {"about": firm}):
        answer = salma.browser.send(path, form)
        assert answer.status_code == 303, answer.text
    page = salma.browser.get(f"{path}?q=sand").text
    assert other.profile.name in page
    assert not [one for one in (by_team, by_person, by_firm) if one.profile.name in page]
    unknown = salma.browser.send(path, {"email": "nobody.knows@warsha.example"})
    assert unknown.status_code == 303, "as if there were somebody"
    wrong = salma.browser.send(path, {"email": "no address", "q": "sand"})
    assert wrong.status_code == 422
    assert 'value="no address"' in wrong.text
    stranger = portal.join("stranger")
    assert stranger.browser.send(path, {"about": other.team_id}).status_code == 404
