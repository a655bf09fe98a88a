"""The play of a call for funding, up to what is reviewed: who is in it, and what they do at their browsers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from casework.access.model import HUB, Grant, Role
from citycore.clock import CITY_ZONE
from citycore.language import Language
from tests.hackathon.telling_files import document
from tests.hub_api.portal.stand import Player, Stand, address_of

DAYS = {"opens": 1, "closes": 10, "reviews_due": 30, "appeals_close": 50}
#: What people type, and what others read.
WORDS: dict[Language, dict[str, str]] = {
    "ar": {
        "call": "أبحاث شبكات المياه", "summary": "أبحاث تقلّل فاقد المياه", "plan": "خطة العمل", "team": "فريق العمل",
        "impact": "الأثر", "feasibility": "الجدوى", "ethics": "نلتزم بأخلاقيات البحث", "institute": "معهد السواقي",
        "title": "إصغاء إلى الأنابيب", "rival_title": "عدّادات المساجد", "draft_title": "بحيرات صغيرة",
        "pitch": "نسمع التسرب قبل أن يُرى", "lead": "نورة الريامية", "mate": "هلال البوسعيدي",
        "told": "نورة الريامية تقيس الضغط في مختبر وادي حلفين كل ليلة.", "laboratory": "مختبر وادي حلفين",
        "bare": "نقيس الضغط في مختبرنا كل ليلة.", "who": "نورة وهلال من معهد السواقي",
        "question": "أي أحياء تشملها القياسات؟", "answer": "روي ومطرح والخوض.", "holiday": "إجازة رسمية",
        "advice": "وضّحوا كيف تُحفظ القياسات.", "rival_advice": "الفكرة عامة، فحدّدوا موقعًا واحدًا.",
        "secret": "لا يقرأ هذا إلا أعضاء اللجنة.", "note": "تمويل كامل.", "condition": "تُنشر القياسات بيانات مفتوحة.",
        "milestone": "قياسات شهر", "report": "قسنا الضغط في ثلاثين موقعًا.", "account": "أجهزة قياس",
        "register": "المنح", "missed": "لم يُقدَّم قبل الموعد النهائي", "paid": "صُرف منها",
    },
    "en": {
        "call": "Water network research", "summary": "Research that cuts losses of water", "plan": "Work plan",
        "team": "Who does the work", "impact": "Impact", "feasibility": "Feasibility",
        "ethics": "We keep to the ethics of research", "institute": "Sawaqi Institute",
        "title": "Listening to pipes", "rival_title": "Meters for mosques", "draft_title": "Small lakes",
        "pitch": "Leaks are heard before they are seen", "lead": "Noura Al Harthy", "mate": "Hilal Al Harthy",
        "told": "Noura Al Harthy measures pressure at the Wadi Halfayn laboratory every night.",
        "laboratory": "Wadi Halfayn", "bare": "We measure pressure at our laboratory every night.",
        "who": "Noura and Hilal of the Sawaqi Institute", "question": "Which quarters are measured?",
        "answer": "Ruwi, Muttrah and Al Khoud.", "holiday": "Public holiday",
        "advice": "Say how the measurements are kept.", "rival_advice": "It is general; choose one place.",
        "secret": "Only the panel reads this.", "note": "Fund it in full.",
        "condition": "The measurements become open data.", "milestone": "A month of measurements",
        "report": "We measured pressure at thirty places.", "account": "Gauges", "register": "Awards",
        "missed": "Not handed in before the deadline", "paid": "paid",
    },
}  # fmt: skip


@dataclass
class Play:
    """Everybody in it, and where it takes place; ``home`` is the path of the call."""

    stand: Stand
    language: Language
    folder: Path
    officer: Player
    finance: Player
    cast: dict[str, Player] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    @property
    def home(self) -> str:
        return self.paths["call"]

    @property
    def desk(self) -> str:
        return f"{self.home}/desk"

    def join(self, name: str, domain: str = "", name_ar: str = "سلمى الحارثية") -> Player:
        self.cast[name] = self.stand.join(name, self.language, domain=domain, name_ar=name_ar)
        return self.cast[name]

    def until(self, at: datetime) -> None:
        """Let it be later."""
        self.stand.until(at)

    def deadline(self, name: str) -> datetime:
        found: datetime = self.stand.one(
            "SELECT instant FROM innovation.deadlines WHERE object_id = %s AND name = %s", self.home.rpartition("/")[2], name
        )  # fmt: skip
        return found

    def local(self, days: float) -> str:
        """So many days from now, as a field for date and time has it."""
        return f"{(self.stand.watch() + timedelta(days=days)).astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"

    def request(self, path: str) -> Any:
        """A page as somebody sees it who has no account; close it."""
        page = self.stand.open()
        page.goto(f"{self.stand.url}/portal{path}?lang={self.language}")
        return page


def open_play(stand: Stand, language: Language, folder: Path) -> Play:
    officer = stand.join("mudira", language, Grant(Role.PROGRAMME_OFFICER, HUB))
    return Play(stand, language, folder, officer, stand.join("maliya", language, Grant(Role.FINANCE, HUB)))


def announce(play: Play) -> None:
    """A call from its draft to what everybody reads, and then to its opening by the clock."""
    officer, words = play.officer, play.words
    officer.go("/desk")
    officer.walk("/portal/calls", "/portal/calls/new")
    officer.fill(
        code=f"networks-{play.language}", title_ar=WORDS["ar"]["call"], title_en=WORDS["en"]["call"],
        summary_ar=WORDS["ar"]["summary"], summary_en=WORDS["en"]["summary"], budget="٦٠٬٠٠٠٫٠٠٠",
        award_min="1000", award_max="40 000", reviews_each="2",
    )  # fmt: skip
    officer.press("/calls/new")
    play.paths["call"] = officer.path.removesuffix("/desk")
    officer.walk("/desk/form/1")
    officer.fill(
        name_ar1=WORDS["ar"]["plan"], name_en1=WORDS["en"]["plan"], name_ar2=WORDS["ar"]["team"], name_en2=WORDS["en"]["team"],
    )  # fmt: skip
    for box in ("is_required1", "is_identifying2"):
        officer.page.locator(f"#{box}").check()
    officer.press("/form/1")
    officer.walk(play.desk, "/desk/criteria")
    for number, name, weight in ((1, "impact", "60"), (2, "feasibility", "٤٠")):
        officer.fill(**{f"name_ar{number}": WORDS["ar"][name], f"name_en{number}": WORDS["en"][name], f"weight{number}": weight})  # fmt: skip
    officer.press("/criteria")
    officer.walk(play.desk, "/desk/eligibility")
    officer.fill(name_ar1=WORDS["ar"]["ethics"], name_en1=WORDS["en"]["ethics"])
    officer.press("/eligibility")
    officer.walk(play.desk)
    officer.fill(**{name: play.local(days) for name, days in DAYS.items()})
    officer.press("/deadlines")
    officer.take("approve")
    officer.take("forecast")
    visitor = play.request(play.home)
    assert words["call"] in visitor.locator("main").inner_text()
    assert visitor.locator('main a[href$="/applications/new"]').count() == 0, "nobody applies before it opens"
    visitor.context.close()
    play.until(play.deadline("opens"))


def apply(play: Play) -> None:
    """Two write one application together and hand it in; somebody hands in alone, and somebody writes a draft."""
    words, domain = play.words, f"sawaqi-{play.language}.example"
    lead = play.join("noura", domain, WORDS["ar"]["lead"])
    organisation = found(play, lead)
    begin(play, lead)
    write(
        lead,
        "save",
        title=words["title"],
        summary="…",
        amount="38500.5",
        answer_question_1=words["told"],
        answer_question_2=words["who"],
    )
    play.paths["application"] = lead.path
    lead.fill(email=address_of("hilal", play.language, domain))
    lead.press("/invite")
    mate = play.join("hilal", domain, WORDS["ar"]["mate"])
    mate.go("/account")
    mate.walk("/account/applications")
    mate.take("accept")
    mate.follow(mate.page.get_by_role("link", name=words["title"]))
    together(play, lead, mate, organisation)
    lead.go(play.paths["application"])
    lead.take("submit")
    digest = lead.page.locator("main code").first.inner_text()
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert any(words["title"] in text for text in play.stand.mailed(mate.email)), "both are told"
    rival = play.join("salim")
    begin(play, rival)
    write(
        rival,
        "submit",
        title=words["rival_title"],
        summary=words["pitch"],
        amount="20000",
        answer_question_1=words["plan"],
    )
    play.paths["rival"] = rival.path
    late = play.join("rashid")
    begin(play, late)
    write(late, "save", title=words["draft_title"], summary="…")
    play.paths["draft"] = late.path


def found(play: Play, founder: Player) -> str:
    """An institute, verified by an administrator; its identifier."""
    founder.go("/organisations/new")
    founder.page.locator('main [name="kind"]').select_option("university")
    founder.fill(name_ar=WORDS["ar"]["institute"], name_en=f"{WORDS['en']['institute']} {play.language}")
    founder.follow(founder.page.locator("main form.form button").first)
    path = founder.path
    chief = play.stand.join("raisa", play.language, Grant(Role.ADMINISTRATOR, HUB))
    chief.go(path)
    chief.take("verify")
    return path.rpartition("/")[2]


def begin(play: Play, player: Player) -> None:
    """From the list of calls to the form."""
    player.go("/calls")
    player.walk(play.home, "/applications/new")
    player.page.locator("#governorate").select_option("OM-MA")
    player.press("/applications/new")


def write(player: Player, then: str, **fields: str) -> None:
    player.fill(**fields)
    player.page.locator('main [name="confirmed"]').first.check()
    player.click(player.page.locator(f'main button[name="then"][value="{then}"]'))


def together(play: Play, lead: Player, mate: Player, organisation: str) -> None:
    """Both have the form open and save: neither loses anything. A file is added."""
    words = play.words
    for player in (lead, mate):
        player.go(f"{play.paths['application']}/form")
    write(mate, "save", summary=words["pitch"])
    lead.page.locator("#organisation").select_option(organisation)
    lead.follow(lead.page.locator('main button[name="then"][value="save"]'))
    assert lead.page.locator("#refused").count() == 1, "somebody else wrote meanwhile"
    assert lead.page.locator("#summary").input_value() == words["pitch"]
    assert lead.page.locator("#organisation").input_value() == organisation
    write(lead, "save")
    file = play.folder / "noura.pdf"
    file.write_bytes(document("noura al harthy"))
    mate.go(play.paths["application"])
    assert mate.page.locator('form:has(input[value="submit"])').count() == 0, "the lead hands in"
    mate.attach(file)
    mate.press("/files")
    mate.reads("noura.pdf")
    mate.walk("/trail")
    mate.reads(words["lead"], words["mate"])


def extend(play: Play) -> None:
    """Publicly, for all; what would have closed does not."""
    officer, planned = play.officer, play.deadline("closes")
    officer.go(play.desk)
    officer.page.locator("#name").select_option("closes")
    officer.page.locator("#reason").select_option("holiday")
    officer.fill(instant=f"{(planned + timedelta(days=2)).astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}")
    officer.press("/extension")
    visitor = play.request(play.home)
    assert play.words["holiday"] in visitor.locator("main").inner_text()
    visitor.context.close()
    play.until(planned + timedelta(minutes=1))
    late = play.cast["rashid"]
    late.go(play.paths["draft"])
    assert late.page.locator(f'main a[href$="{play.paths["draft"]}/form"]').count() == 1, (
        "it can still be written"
    )


def close(play: Play) -> None:
    """By the clock: what was handed in counts, what was not expires."""
    play.until(play.deadline("closes"))
    late, rival = play.cast["rashid"], play.cast["salim"]
    late.go("/account/applications")
    late.follow(late.page.get_by_role("link", name=play.words["draft_title"]))
    assert late.page.locator('main a[href$="/form"]').count() == 0
    assert late.page.locator('main form[action$="/late"]').count() == 1, "only a code helps now"
    rival.go(play.paths["rival"])
    assert rival.page.locator('form:has(input[value="reopen"])').count() == 0
    rival.reads(play.words["rival_title"])


def screen(play: Play) -> None:
    """One is asked for more and answers; both are taken into review, and told so together."""
    officer, lead, words = play.officer, play.cast["noura"], play.words
    officer.go(play.desk)
    officer.walk("/desk/applications")
    officer.follow(officer.page.get_by_role("link", name=words["title"]))
    officer.fill(question=words["question"], due_at=play.local(5))
    officer.press("/ask")
    lead.go(play.stand.mailed_path(lead.email))
    lead.reads(words["question"])
    lead.fill(answer=words["answer"])
    lead.press("/answer")
    officer.page.reload()
    officer.reads(words["answer"])
    officer.take("accept")
    officer.walk("/desk/applications")
    officer.follow(officer.page.get_by_role("link", name=words["rival_title"]))
    officer.take("accept")
    before = len(play.stand.mailed(lead.email))
    officer.walk("/desk/applications")
    officer.press("/release")
    assert len(play.stand.mailed(lead.email)) == before + 1, "told when it is released, and not before"
