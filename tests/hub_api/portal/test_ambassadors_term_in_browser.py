"""A whole term of an ambassador in both languages, played at browsers: from the application to the certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest

from casework.access.model import HUB, Grant, Role
from casework.governorates.model import Governorate
from citycore.clock import CITY_ZONE
from citycore.language import LANGUAGES, Language
from hackathon.outreach.ambassadors.machine import AMBASSADOR
from tests.browser import needs_chromium
from tests.hub_api.portal.stand import Player, Stand

pytestmark = needs_chromium
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
OWN, DESK = "/account/ambassador", "/desk/ambassadors"
HOME = {"en": Governorate.SOUTH_ASH_SHARQIYAH, "ar": Governorate.MUSANDAM}
TEXTS = {
    "en": {
        "motivation": "I teach physics and want my pupils to read the city's air.", "biography": "Teacher of physics.",
        "title": "Air quality in class 9", "account": "Every pupil read a sensor.",
    },
    "ar": {
        "motivation": "أدرّس الفيزياء وأريد أن يقرأ طلبتي هواء مدينتهم.", "biography": "معلمة فيزياء.",
        "title": "جودة الهواء في الصف التاسع", "account": "قرأ كل طالب جهاز استشعار.",
    },
}  # fmt: skip


@dataclass
class Play:
    """An ambassador and who looks after them, in one language."""

    stand: Stand
    language: Language
    ambassador: Player
    coordinator: Player

    @property
    def place(self) -> Governorate:
        return HOME[self.language]

    @property
    def at_desk(self) -> str:
        row = self.stand.one(
            "SELECT ambassador_id FROM innovation.ambassadors WHERE person_id = %s", self.ambassador.person_id
        )
        return f"{DESK}/{row}"

    def pass_by(self, days: float) -> None:
        self.stand.until(self.stand.watch.at + timedelta(days=days))

    def check(self, player: Player | None, *paths: str) -> None:
        """Pages that shut nobody out, as a player sees them now, or somebody unknown."""
        self.stand.look(self.language, *paths, cookies=player.page.context.cookies() if player else ())

    def decide(self, event: str, form: str = "/step", reason: str | None = None) -> None:
        """A coordinator's step."""
        self.coordinator.go(self.at_desk)
        press_step(self.coordinator, event, form, reason)

    def stands(self, state: str) -> None:
        """Both are told so."""
        for player, path in ((self.ambassador, OWN), (self.coordinator, self.at_desk)):
            player.go(path)
            said = player.page.locator("main .mark").first.inner_text()
            assert said == AMBASSADOR.label("state", state).text(self.language)

    def reached(self) -> int:
        """In this governorate, as everybody can ask for it."""
        answer = httpx.get(f"{self.stand.url}/v1/innovation/reach", params={"governorate": self.place.value})
        assert answer.status_code == 200, answer.text
        return sum(row["person_count"] for row in answer.json()["data"])


def press_step(player: Player, event: str, form: str = "/step", reason: str | None = None) -> None:
    found = player.page.locator(f'main form[action$="{form}"]:has(input[value="{event}"])').first
    closed = player.page.locator(f'details:not([open]):has(input[value="{event}"]) > summary')
    if closed.count():
        closed.first.click()
    if reason is not None:
        found.locator('[name="reason"]').select_option(reason)
    player.click(found.locator("button"))


def become(play: Play) -> None:
    """From an application to the first day of a term."""
    ambassador, coordinator, texts = play.ambassador, play.coordinator, TEXTS[play.language]
    coordinator.go(f"{DESK}/papers")
    for kind in ("conduct", "training"):
        publish(coordinator, kind)
    play.check(ambassador, OWN)
    ambassador.go(OWN)
    ambassador.page.locator("#governorate").select_option(play.place.value)
    ambassador.fill(motivation=texts["motivation"])
    ambassador.press(OWN)
    play.check(coordinator, DESK, play.at_desk, f"{DESK}/papers")
    play.decide("shortlist")
    play.decide("interview")
    play.decide("approve", "/prepare")
    play.stands("interviewed")
    play.check(coordinator, DESK)
    coordinator.go(DESK)
    coordinator.press("/decisions/release")
    assert ambassador.stand.mailed_path(ambassador.email) == OWN, "the mail leads to a page"
    ambassador.go(OWN)
    assert texts_of(ambassador, ".paper").count("1. ") == 0, "Markdown is set, not shown"
    play.check(ambassador, OWN)
    ambassador.press("/conduct")
    coordinator.go(play.at_desk)
    coordinator.press("/training")
    play.decide("onboard")
    play.decide("start")
    play.stands("active")


def publish(coordinator: Player, kind: str) -> None:
    form = coordinator.page.locator(f'main form:has(input[value="{kind}"])')
    closed = coordinator.page.locator(f'details:not([open]):has(input[value="{kind}"]) > summary')
    if closed.count():
        closed.first.click()
    form.locator('[name="text_ar"]').fill("# الصدق\n\n1. نقول ما نعلم.\n2. نذكر المصدر.")
    form.locator('[name="text_en"]').fill("# Honesty\n\n1. We say what we know.\n2. We name the source.")
    form.locator("button").click()
    assert coordinator.page.get_by_role("status").is_visible()


def work(play: Play, reached: int, counted: int) -> None:
    """An activity with evidence, verified by somebody else."""
    ambassador, coordinator, texts = play.ambassador, play.coordinator, TEXTS[play.language]
    play.check(ambassador, f"{OWN}/activities/new")
    ambassador.go(f"{OWN}/activities/new")
    starts_at = play.stand.watch.at.astimezone(CITY_ZONE) + timedelta(days=7)
    ambassador.fill(
        title=texts["title"], starts_at=f"{starts_at:%Y-%m-%dT%H:%M}",
        ends_at=f"{starts_at + timedelta(hours=2):%Y-%m-%dT%H:%M}",
    )  # fmt: skip
    assert ambassador.page.locator("#governorate").input_value() == play.place.value, "their own, at first"
    ambassador.press("/activities/new")
    activity = ambassador.page.url.rpartition("/")[2]
    path, at_desk = f"{OWN}/activities/{activity}", f"/desk/activities/{activity}"
    play.pass_by(8)
    ambassador.go(path)
    press_step(ambassador, "hold")
    play.check(ambassador, path)
    ambassador.fill(reached=str(reached), minutes="180", account=texts["account"])
    ambassador.press("/report")
    ambassador.attach({"name": "class.png", "mimeType": "image/png", "buffer": PNG})
    ambassador.press("/evidence")
    press_step(ambassador, "report")
    play.check(ambassador, path, OWN)
    play.check(coordinator, "/desk/activities", at_desk, DESK)
    coordinator.go("/desk/activities")
    coordinator.page.locator(f'a[href$="{at_desk}"]').click()
    # The file itself; what it looks like comes after it.
    assert coordinator.save(coordinator.page.locator('a[href*="/evidence/"]').first) == PNG
    before = play.reached()
    coordinator.fill(counted=str(counted))
    coordinator.press("/verify")
    assert play.reached() == before + counted
    assert ambassador.stand.mailed_path(ambassador.email) == OWN
    play.check(ambassador, path)


def be_seen(play: Play, reached: int) -> None:
    """By consent, in the directory, on the map and as open data."""
    ambassador = play.ambassador
    ambassador_id = play.at_desk.rpartition("/")[2]
    url = f"{play.stand.url}/v1/innovation/ambassadors"
    assert ambassador_id not in httpx.get(url).text
    ambassador.go(OWN)
    ambassador.page.locator("#is_listed").check()
    ambassador.fill(**{f"biography_{play.language}": TEXTS[play.language]["biography"]})
    ambassador.press("/profile")
    assert ambassador_id in httpx.get(url).text
    ambassador.go("/ambassadors")
    tile = texts_of(ambassador, f".at-{play.place.value}")
    assert play.place.label.text(play.language) in tile
    assert str(reached) in tile
    ambassador.go(f"/ambassadors/{ambassador_id}")
    assert TEXTS[play.language]["title"] in texts_of(ambassador, "main")
    play.check(
        None, "/ambassadors", f"/ambassadors?governorate={play.place.value}", "/ambassadors?q=nobody",
        f"/ambassadors/{ambassador_id}",
    )  # fmt: skip


def certify(play: Play, reached: int) -> None:
    """A certificate for the term, offered by a coordinator, approved by the ambassador, and verified by anybody."""
    play.coordinator.go("/desk/certificates")
    assert str(reached) in texts_of(play.coordinator, "main .rows li")
    play.coordinator.press("/terms")
    play.ambassador.go(play.stand.mailed_path(play.ambassador.email))
    if play.ambassador.page.locator('form[action$="/issue"]').count() == 0:
        play.ambassador.page.locator("main .rows a").first.click()
    play.ambassador.press("/issue")
    paper = play.ambassador.save(play.ambassador.page.locator(f'a[href$="/paper/{play.language}"]'))
    assert paper.startswith(b"%PDF-")
    play.ambassador.page.locator('main a[href*="/portal/certificates/"]').first.click()
    assert play.place.label.text(play.language) in texts_of(play.ambassador, "main")


def texts_of(player: Player, selector: str) -> str:
    return "\n".join(player.page.locator(selector).all_inner_texts())


@pytest.fixture(params=LANGUAGES)
def play(stand: Stand, request: pytest.FixtureRequest) -> Play:
    language: Language = request.param
    coordinator = stand.join("coordinator", language, Grant(Role.COORDINATOR, HUB))
    return Play(stand, language, stand.join("ambassador", language), coordinator)


def test_a_whole_term(play: Play) -> None:
    become(play)
    work(play, reached=45, counted=40)
    be_seen(play, 40)
    play.pass_by(91)
    play.stands("at_risk")
    assert play.stand.mailed_path(play.ambassador.email) == OWN
    play.check(play.ambassador, OWN)
    play.check(play.coordinator, DESK, play.at_desk)
    if play.language == "en":
        lapse_and_renew(play)
    else:
        recover_and_retire(play)


def lapse_and_renew(play: Play) -> None:
    play.pass_by(31)
    play.stands("lapsed")
    play.check(play.ambassador, OWN)
    certify(play, 40)
    play.coordinator.go(f"{DESK}/papers")
    publish(play.coordinator, "conduct")
    play.ambassador.go(OWN)
    play.ambassador.press("/conduct")
    play.decide("renew")
    play.stands("active")
    assert "2" in texts_of(play.ambassador, "main dl.parameters dd").split("\n")[0]


def recover_and_retire(play: Play) -> None:
    """An activity lifts the warning; leave bridges the rest of the term, and a term that was served is honoured."""
    work(play, reached=12, counted=12)
    play.stands("active")
    play.ambassador.go(OWN)
    press_step(play.ambassador, "take_leave")
    play.stands("on_leave")
    play.pass_by(300)
    play.stands("renewal_due")
    assert play.stand.mailed_path(play.ambassador.email) == OWN
    play.check(play.ambassador, OWN)
    play.check(play.coordinator, play.at_desk)
    play.decide("honour")
    play.stands("emeritus")
    certify(play, 52)
    play.ambassador.go(f"/ambassadors/{play.at_desk.rpartition('/')[2]}")
    assert AMBASSADOR.label("state", "emeritus").text("ar") in texts_of(play.ambassador, "main .mark")
