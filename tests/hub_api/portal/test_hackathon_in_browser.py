"""A whole hackathon, from its draft to its final results with an appeal, played by people at browsers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from casework.access.model import HUB, Grant, Role
from citycore.clock import CITY_ZONE
from citycore.language import Language
from hackathon.contest.hackathons.machine import DEADLINES
from tests.browser import PLAYED, needs_chromium
from tests.hub_api.portal.stand import Player, Stand

pytestmark = needs_chromium
#: What people type, and what everybody reads in the end.
WORDS: dict[Language, dict[str, str]] = {
    "ar": {
        "hackathon": "هاكاثون حرارة المدينة", "challenge": "ظل على طريق المدرسة", "team": "فريق النخيل",
        "rival": "فريق الوادي", "title": "خريطة الظل", "rival_title": "إنذار السيول", "comment": "فكرة واضحة ومفيدة",
        "appeal": "لم يُنظر في البيانات التي أرفقناها.", "answer": "نُظر فيها، والدرجات قائمة.",
    },
    "en": {
        "hackathon": "City heat hackathon", "challenge": "Shade on the way to school", "team": "Palms",
        "rival": "Wadi", "title": "Shade map", "rival_title": "Flood alarm", "comment": "Clear and useful",
        "appeal": "Our data was not looked at.", "answer": "It was; the scores stand.",
    },
}  # fmt: skip


@dataclass
class Play:
    """Everybody in it, and where it takes place."""

    stand: Stand
    language: Language
    organiser: Player
    home: str = ""

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    def until(self, deadline: str) -> None:
        """Let it be a little after the deadline."""
        at = self.stand.one(
            "SELECT instant FROM innovation.deadlines WHERE object_id = %s AND name = %s", self.home.rpartition("/")[2], deadline
        )  # fmt: skip
        self.stand.until(at + timedelta(minutes=1))


@pytest.mark.parametrize("language", PLAYED)
def test_a_whole_hackathon(stand: Stand, language: Language, tmp_path: Path) -> None:
    play = Play(stand, language, stand.join("organiser", language, Grant(Role.ORGANISER, HUB)))
    announce(play)
    propose(play)
    play.until("registration_opens")
    palms, wadi = (found(play, name) for name in ("team", "rival"))
    play.until("team_formation_closes")
    play.until("starts")
    hand_in(play, palms, "title", tmp_path)
    hand_in(play, wadi, "rival_title", tmp_path)
    play.until("submissions_close")
    screen(play)
    judges = [invite(play, name) for name in ("jasim", "jamila")]
    begin_judging(play)
    for judge, marks in zip(judges, (("8", "5"), ("7", "6")), strict=True):
        score(play, judge, marks)
    tell_results(play)
    appeal(play, wadi)
    play.until("appeals_close")
    finish(play, palms)


def announce(play: Play) -> None:
    """From a draft to what everybody reads."""
    organiser, words = play.organiser, play.words
    organiser.go("/hackathons/new")
    organiser.fill(
        code=f"heat-{play.language}", title_ar=words["hackathon"], title_en=words["hackathon"],
        summary_ar="ظل وماء", summary_en="Shade and water", team_members_min="2", team_members_max="4", rounds="1",
    )  # fmt: skip
    organiser.page.locator("#mode").select_option("online")
    organiser.follow(organiser.page.locator("main form.form button").first)
    play.home = re.sub(r".*/portal(/hackathons/[^/]+).*", r"\1", organiser.page.url)
    day = play.stand.watch.at.astimezone(CITY_ZONE).replace(hour=8, minute=0, second=0, microsecond=0)
    organiser.fill(
        **{name: f"{day + timedelta(days=number):%Y-%m-%dT%H:%M}" for number, name in enumerate(DEADLINES, 1)}
    )
    organiser.press("/deadlines")
    organiser.take("announce")


def propose(play: Play) -> None:
    """An agency's challenge, from its draft to its publication."""
    stand, words, language = play.stand, play.words, play.language
    officer = stand.join("officer", language)
    officer.go("/organisations/new")
    officer.fill(name_en=f"Baladiya {language}", name_ar="بلدية")
    officer.follow(officer.page.locator("main form.form button").first)
    agency = officer.page.url.rpartition("/")[2]
    chief = stand.join("chief", language, Grant(Role.ADMINISTRATOR, HUB))
    chief.go(f"/organisations/{agency}")
    chief.take("verify")
    officer.go(f"{play.home}/challenges/new")
    officer.fill(
        title_ar=words["challenge"], title_en=words["challenge"], problem_ar="الطريق حار.",
        problem_en="The way is hot.", things="air-01",
    )  # fmt: skip
    officer.page.locator("#terms").select_option("open_source")
    officer.follow(officer.page.locator("main form.form button").first)
    challenge = "/challenges/" + officer.page.url.rpartition("/")[2]
    officer.take("propose")
    organiser = play.organiser
    organiser.go(challenge)
    organiser.take("take_up")
    organiser.take("approve")
    organiser.go(f"{play.home}/desk")
    organiser.press("/decisions/release")
    organiser.go(challenge)
    organiser.take("publish")
    assert any(challenge in text for text in stand.mailed(officer.email))


def found(play: Play, name: str) -> Player:
    """A captain founds a team, somebody joins with the code, and it is complete."""
    captain = play.stand.join(f"{name}-captain", play.language)
    captain.go(f"{play.home}/teams/new")
    captain.fill(name=play.words[name], pitch="…")
    captain.page.locator("#challenge").select_option(label=play.words["challenge"])
    captain.follow(captain.page.locator("main form.form button").first)
    captain.press("/code")
    code = captain.page.locator("main .code").inner_text()
    mate = play.stand.join(f"{name}-mate", play.language)
    mate.go("/teams/join")
    mate.fill(code=code)
    mate.follow(mate.page.locator("main form.form button").first)
    mate.reads(play.words[name])
    captain.page.reload()
    captain.take("complete")
    return captain


def team_of(play: Play, captain: Player) -> str:
    """The path of a captain's team, found as they find it."""
    captain.go("/account/teams")
    link = captain.page.locator('main a[href*="/portal/teams/"]').first.get_attribute("href")
    return str(link).partition("/portal")[2]


def hand_in(play: Play, captain: Player, title: str, folder: Path) -> None:
    """A draft, a file, and the version that counts."""
    file = folder / "plan.csv"
    file.write_text("tree,shade\n1,12\n")
    captain.go(team_of(play, captain) + "/submission")
    captain.follow(captain.page.locator('main form[action$="/submission"] button'))
    captain.fill(title=play.words[title], summary="…")
    captain.click(captain.page.locator('main button[value="save"]').first)
    captain.attach(file)
    captain.press("/files")
    captain.reads("plan.csv")
    captain.click(captain.page.locator('main button[value="submit"]').first)


def screen(play: Play) -> None:
    """Both are admitted, and told so at once."""
    organiser, desk = play.organiser, f"{play.home}/desk/submissions"
    organiser.go(f"{play.home}/desk")
    organiser.take("begin_screening")
    organiser.go(desk)
    links = organiser.page.locator(f'main table.list a[href*="{desk}/"]')
    paths = [str(link.get_attribute("href")).partition("/portal")[2] for link in links.all()]
    assert len(paths) == 2
    for path in paths:
        organiser.go(path)
        organiser.take("accept")
    organiser.go(desk)
    organiser.press("/release")


def invite(play: Play, name: str) -> Player:
    judge = play.stand.join(name, play.language, domain=f"{name}.example")
    play.organiser.go(f"{play.home}/desk/jury")
    play.organiser.fill(email=judge.email, capacity="5")
    play.organiser.press("/invite")
    judge.go("/account/judging")
    judge.take("accept")
    return judge


def begin_judging(play: Play) -> None:
    """A rubric, a proposal, and the sheets."""
    organiser = play.organiser
    organiser.go(f"{play.home}/desk/jury/rounds/1")
    organiser.fill(
        code0="impact", name_ar0="الأثر", name_en0="Impact", weight0="60",
        code1="data", name_ar1="البيانات", name_en1="Data", weight1="40", judges_per_entry="2",
    )  # fmt: skip
    organiser.click(organiser.page.locator('main button[value="save"]').first)
    organiser.go(f"{play.home}/desk")
    organiser.take("begin_judging")
    organiser.go(f"{play.home}/desk/jury/assignment")
    organiser.press("/assignment")
    organiser.press("/publish")


def score(play: Play, judge: Player, marks: tuple[str, str]) -> None:
    """The first of two gets the higher marks of every judge."""
    desk = f"{play.home}/judging"
    for title, mark in zip(("title", "rival_title"), marks, strict=True):
        judge.go(desk)
        judge.follow(judge.page.get_by_role("link", name=play.words[title]))
        judge.take("accept")
        judge.reads("plan.csv")
        judge.fill(mark1=mark, comment1=play.words["comment"], mark2=mark, remark=play.words["comment"])
        judge.click(judge.page.locator('main button[value="submit"]').first)
    judge.go(desk)


def tell_results(play: Play) -> None:
    organiser = play.organiser
    organiser.go(f"{play.home}/desk/jury")
    organiser.press("/lock")
    organiser.go(f"{play.home}/desk")
    organiser.take("begin_deliberation")
    organiser.go(f"{play.home}/desk/results")
    organiser.press("/prepare")
    visitor = play.stand.open()
    visitor.goto(f"{play.stand.url}/portal{play.home}/results?lang={play.language}")
    assert play.words["rival_title"] not in visitor.locator("main").inner_text(), "not before they are told"
    organiser.press("/release")
    visitor.reload()
    told = visitor.locator("main").inner_text()
    assert told.index(play.words["title"]) < told.index(play.words["rival_title"])
    visitor.context.close()


def appeal(play: Play, captain: Player) -> None:
    """Filed by who came second, answered by somebody who did not make the results."""
    captain.go(team_of(play, captain) + "/feedback")
    captain.reads(play.words["comment"])
    captain.fill(text=play.words["appeal"])
    captain.press("/appeal")
    other = play.stand.join("other", play.language, Grant(Role.ORGANISER, HUB))
    other.go(f"{play.home}/desk/results")
    other.reads(play.words["appeal"])
    other.page.locator('main [name="decision"]').select_option("dismiss/no_error")
    other.fill(answer=play.words["answer"])
    other.click(other.page.locator('main form[action*="/appeals/"] button').first)
    captain.page.reload()
    captain.reads(play.words["answer"])


def finish(play: Play, captain: Player) -> None:
    """Final results, what becomes of the winner, and their certificate."""
    organiser = play.organiser
    organiser.go(f"{play.home}/desk/results")
    organiser.press("/finalise")
    organiser.page.locator('main [name="kind"]').select_option("pilot")
    organiser.fill(reference="P-1")
    organiser.press("/continuation")
    organiser.go(f"{play.home}/desk/certificates")
    organiser.press("/offer")
    captain.go("/account/certificates")
    link = captain.page.locator('main a[href*="/portal/account/certificates/"]').first
    captain.follow(link)
    captain.press("/issue")
    visitor = play.stand.open()
    visitor.goto(f"{play.stand.url}/portal{play.home}/results?lang={play.language}")
    told = visitor.locator("main").inner_text()
    assert "P-1" in told
    assert play.words["title"] in told
    visitor.context.close()
    assert isinstance(play.stand.watch.at, datetime)
