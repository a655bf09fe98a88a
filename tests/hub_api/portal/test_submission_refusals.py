"""What can stand against a submission: its files, its deadline, and people who have nothing to do with it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event

import httpx
import pytest

from casework.access.model import Role, Scope, ScopeKind
from casework.people.settings import ThrottleSettings
from casework.programme import Session
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.submissions.settings import SubmissionSettings
from hub_api.programme.kit.times import local
from tests.hackathon.stage import DATES, Stage
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.submission_play import PNG, Desk, archive, file_ids, open_desk
from tests.hub_api.portal.team_play import CODE, Play, refused

CLOSE = DATES["submissions_close"]


@pytest.fixture
def desk(portal: Portal) -> Iterator[Desk]:
    with portal.city.database.connect() as owner:
        folder = portal.office.settings.submissions.folder
        one = open_desk(Play(portal, Stage(portal.store, owner, members_min=2, folder=folder)))
        one.begin()
        yield one


@pytest.fixture
def narrow(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little room for files."""
    settings = portal.office.settings
    tight = settings.submissions.model_copy(
        update={
            "files_max": 2, "file_bytes_max": 2_000, "files_bytes_max": 3_000, "unpacked_bytes_max": 50_000,
            "unpacked_files_max": 3,
        }
    )  # fmt: skip
    monkeypatch.setattr(portal.office, "settings", replace(settings, submissions=tight))
    monkeypatch.setitem(portal.office.programme._parts, SubmissionSettings, tight)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("plan.pdf", b"<html><script>alert(1)</script></html>", "not what its name says"),
        ("page.html", b"<html></html>", "its type is not accepted"),
        ("picture.svg", b"<svg onload='alert(1)'/>", "its type is not accepted"),
        ("bomb.zip", archive(a=bytes(60_000)), "unpacked it is larger than"),
        ("many.zip", archive(a=b"1", b=b"2", c=b"3", d=b"4"), "it holds more than"),
        ("paths.zip", archive(**{"../../etc/passwd": b"x"}), "outside its folder"),
        ("empty.txt", b"", "it is empty"),
        ("big.txt", b"x" * 2_001, "larger than 2000 bytes"),
        ("words.txt", "نص".encode("cp1256"), "not UTF-8"),
        ("huge.txt", b"x" * 300_000, "larger than 2000 bytes"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("narrow")
def test_files_that_are_refused(desk: Desk, name: str, content: bytes, words: str) -> None:
    answer = desk.upload(desk.captain, name, content)
    assert answer.status_code in {413, 422}
    assert 'role="alert"' in answer.text
    assert words in answer.text
    assert file_ids(desk.captain.browser.get(desk.path).text) == []


@pytest.mark.usefixtures("narrow")
def test_no_more_files_than_there_is_room_for(desk: Desk) -> None:
    assert desk.upload(desk.captain, "a.txt", b"a" * 1_900).status_code == 303
    refused(desk.upload(desk.captain, "b.txt", b"b" * 1_900), 422, "all files together")
    assert desk.upload(desk.captain, "b.txt", b"b" * 100).status_code == 303
    refused(desk.upload(desk.captain, "c.txt", b"c"), 422, "there are 2 files already")
    assert "/files" not in re.findall(r'action="([^"]+/files)"', desk.captain.browser.get(desk.path).text)
    foreign = desk.captain.browser.send(f"{desk.path}/files", {"x": "1"})
    assert (foreign.status_code, "could not be read" in foreign.text) == (422, True)


def test_a_file_is_sent_to_be_saved_and_never_as_a_page(desk: Desk) -> None:
    desk.upload(desk.captain, 'C:\\plans\\خطة "الظل"\u202egnp.PNG', PNG)
    (file_id,) = file_ids(desk.mate.browser.get(desk.path).text)
    address = f"{desk.path}/files/{file_id}"
    answer = desk.mate.browser.get(address)
    assert answer.content == PNG
    fields = answer.headers
    assert fields["content-type"] == "image/png"
    assert fields["x-content-type-options"] == "nosniff"
    assert fields["cache-control"] == "private, no-store"
    disposition = fields["content-disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''%D8%AE%D8%B7%D8%A9")
    assert "%22" not in disposition
    assert "%E2%80%AE" not in disposition
    assert disposition.endswith(".png")
    head = desk.play.portal.run(desk.mate.browser.client.head(f"/portal{address}"))
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PNG)))


def test_files_and_drafts_are_not_there_for_others(desk: Desk) -> None:
    portal = desk.play.portal
    desk.upload(desk.captain, "map.csv", b"a,b\n")
    (file_id,) = file_ids(desk.captain.browser.get(desk.path).text)
    rival, eve = desk.play.person("rival", "else.example"), portal.join("eve")
    for somebody in (rival, eve):
        assert somebody.browser.get(desk.path).status_code == 404
        assert somebody.browser.get(f"{desk.path}/files/{file_id}").status_code == 404
        assert somebody.browser.get(f"/teams/{desk.team.team_id}/submission").status_code == 404
        assert desk.upload(somebody, "a.txt", b"mine").status_code == 404
        assert desk.write(somebody).status_code == 404
        assert desk.step(somebody, "reopen").status_code == 404
        assert somebody.browser.send(f"{desk.path}/files/{file_id}/remove").status_code == 404
    assert desk.host.browser.get(f"{desk.path}/files/{file_id}").status_code == 404, (
        "of a draft, not handed in"
    )
    visitor = portal.browser()
    assert visitor.get(desk.path).status_code == 404
    assert desk.submission.draft.title == ""


def test_a_file_from_another_site_is_refused(desk: Desk) -> None:
    files = {"file": ("a.txt", b"a")}
    for fields, headers in (
        ({"form_token": "forged"}, {}),
        ({}, {"Origin": "https://elsewhere.example"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        answer = desk.captain.browser.send(f"{desk.path}/files", fields, files=files, headers=headers)
        assert answer.status_code == 403
    assert file_ids(desk.captain.browser.get(desk.path).text) == []


def test_the_deadline_is_to_the_instant_and_an_extension_moves_it(desk: Desk) -> None:
    stage = desk.play.stage
    desk.write(desk.captain)
    stage.watch.at = CLOSE - timedelta(hours=1)
    stage.call(
        stage.chief,
        Session.extend,
        HACKATHONS,
        stage.hackathon_id,
        "submissions_close",
        CLOSE + timedelta(hours=2),
        "technical_fault",
    )
    desk.play.portal.watch.at = CLOSE + timedelta(hours=2) - timedelta(microseconds=1)
    desk.back()
    assert desk.write(desk.captain, "submit").status_code == 303
    assert desk.step(desk.captain, "reopen").status_code == 303
    desk.play.portal.watch.at += timedelta(microseconds=1)
    for answer in (
        desk.write(desk.captain, title="Late"),
        desk.write(desk.captain, "submit"),
        desk.upload(desk.captain, "late.txt", b"late"),
    ):
        assert answer.status_code == 409
        assert 'role="alert"' in answer.text
        assert "The deadline has passed" in answer.text
    page = desk.captain.browser.get(desk.path).text
    assert 'name="title"' not in page
    assert desk.submission.draft.title == "Shade map"


def test_a_late_code_opens_an_expired_draft_once_until_its_own_end(desk: Desk) -> None:
    desk.write(desk.captain)
    desk.play.until("submissions_close")
    desk.back()
    assert "the draft has expired" in desk.captain.browser.get(desk.path).text
    until = CLOSE + timedelta(hours=3)
    refused(desk.host.browser.send(f"{desk.at_desk}/late", {"until": local(CLOSE)}), 409, "Late access ends")
    assert desk.captain.browser.send(f"{desk.at_desk}/late", {"until": local(until)}).status_code == 403
    assert desk.host.browser.send(f"{desk.at_desk}/late", {"until": local(until)}).status_code == 303
    found = CODE.search(desk.host.browser.get(desk.at_desk).text)
    assert found is not None
    assert CODE.search(desk.host.browser.get(desk.at_desk).text) is None, "shown once"

    answer = desk.captain.browser.send(f"{desk.path}/late", {"code": "AAAA-BBBB-CCCC-DDDD"})
    refused(answer, 404, "There is no such code")
    assert "AAAA-BBBB-CCCC-DDDD" in answer.text
    code = {"code": found.group(1).lower()}
    assert desk.captain.browser.send(f"{desk.path}/late", code).status_code == 303
    page = desk.captain.browser.get(desk.path).text
    assert "Late access until" in page
    assert 'name="title"' in page
    refused(desk.captain.browser.send(f"{desk.path}/late", code), 404, "There is no such code")
    assert desk.write(desk.captain, "submit").status_code == 303
    desk.play.portal.watch.at = until
    refused(desk.step(desk.captain, "reopen"), 409, "The deadline has passed")


def test_the_desk_shows_submissions_of_its_own_hackathon_alone(desk: Desk) -> None:
    other = Stage(desk.play.portal.store, desk.play.stage.owner)
    path = f"/hackathons/{other.hackathon_id}/desk{desk.path}"
    desk.play.portal.appoint_too(desk.host, Role.ORGANISER, Scope(ScopeKind.HACKATHON, other.hackathon_id))
    assert desk.host.browser.get(path).status_code == 404
    assert desk.step(desk.host, "disqualify", f"{path}/step", reason="conduct").status_code == 404
    assert desk.step(desk.host, "disqualify", f"{desk.at_desk}/step", reason="conduct").status_code == 409
    listing = f"{desk.play.path}/desk/submissions"
    assert "without a title" in desk.host.browser.get(listing).text
    assert "Nothing found" in desk.host.browser.get(listing, params={"q": "none"}).text
    assert desk.captain.browser.get(listing).status_code == 403


def test_a_captain_withdraws_and_a_mate_does_not(desk: Desk) -> None:
    assert desk.step(desk.mate, "withdraw").status_code == 403
    assert desk.step(desk.captain, "disqualify").status_code == 403
    assert desk.step(desk.captain, "withdraw").status_code == 303
    assert "Your team has withdrawn it" in desk.mate.browser.get(desk.path).text


def test_files_that_wait_to_be_read_hold_no_connection(desk: Desk) -> None:
    """More than there are connections, while whatever may be read at once is being read."""
    portal, office, browser = desk.play.portal, desk.play.portal.office, desk.captain.browser
    token, known, goes_on = browser.form_token(), file_ids(browser.get(desk.path).text), Event()

    async def send(number: int) -> httpx.Response:
        return await browser.client.post(
            f"/portal{desk.path}/files",
            data={"form_token": token},
            files={"file": (f"{number}.txt", b"shade")},
        )

    async def work() -> tuple[httpx.Response, list[httpx.Response]]:
        reading = [
            asyncio.create_task(office.read(lambda: goes_on.wait(300)))
            for _ in range(office.settings.files.at_once_max)
        ]
        sending = [asyncio.create_task(send(one)) for one in range(office.settings.portal.requests_max + 2)]
        while office.files_waiting < len(sending):  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.01)
        page = await browser.client.get(f"/portal{desk.path}")
        assert not any(one.done() for one in sending)
        goes_on.set()
        await asyncio.gather(*reading)
        return page, await asyncio.gather(*sending)

    page, answers = portal.run(work())
    assert page.status_code == 200
    assert {answer.status_code for answer in answers} == {303}
    assert len(file_ids(browser.get(desk.path).text)) == len(known) + len(answers)


def test_who_sends_refused_files_again_and_again_is_asked_to_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = desk.play.portal.office
    limits = office.programme.of(ThrottleSettings)
    strict = limits.model_copy(update={"refused_uploads_per_account": 3})
    monkeypatch.setitem(office.programme._parts, ThrottleSettings, strict)
    who = desk.mate
    for number in range(6):
        assert desk.upload(who, f"{number}.txt", b"shade").status_code == 303, "what was taken does not count"
    for _ in range(3):
        refused(desk.upload(who, "a.zip", b"PK no"), 422, "damaged")
    answer = desk.upload(who, "fine.txt", b"shade")
    refused(answer, 429, "too many were refused")
    unread = who.browser.send(f"{desk.path}/files", files={"other": ("large.txt", bytes(1_100_000))})
    refused(unread, 429, "too many were refused")
    assert desk.upload(desk.captain, "fine.txt", b"shade").status_code == 303, "others go on"
    desk.play.portal.watch.pass_by(minutes=16)
    desk.back()
    assert desk.upload(who, "fine.txt", b"shade").status_code == 303
