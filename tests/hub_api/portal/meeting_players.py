"""What people do at their browsers from a match to what came of a pilot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from casework.taxonomy.model import Capability
from citycore.language import Language
from citycore.store.connections import connect
from hackathon.market.introductions.machine import INTRODUCTION
from hackathon.market.pilots.machine import PILOT
from ingest.model import Received
from ingest.registry import Registry
from ingest.rules import Checker
from ingest.settings import IngestSettings
from ingest.writer import Batch, Writer
from tests.hub_api.portal.market_players import Market
from tests.hub_api.portal.sealed_players import TEXTS, Case
from tests.hub_api.portal.stand import Player, Stand

PILOT_TEXTS = {
    "title_ar": "تجربة السماعات", "title_en": "Ears on trial", "purpose_ar": "نقيس فاقد المياه في حي واحد.",
    "purpose_en": "We measure what one quarter loses.",
}  # fmt: skip
WORDS: dict[Language, dict[str, str]] = {
    "ar": {"note": "نتفق على توسعة في العام القادم.", "sensor": "مقياس الوادي"},
    "en": {"note": "We agree on more next year.", "sensor": "Gauge at the wadi"},
}
#: Days after contacts were shared at which both are asked.
FIRST_ASKED = timedelta(days=30)


@dataclass
class Meeting:
    """An officer and a vendor, what brings them together, and where."""

    case: Case
    #: What the vendor offers, as it is called here.
    offering: str
    introduction: str = ""
    pilot: str = ""

    @property
    def market(self) -> Market:
        return self.case.market

    @property
    def sides(self) -> tuple[Player, Player]:
        return self.case.officer, self.case.vendors["vendor"]

    @property
    def pilot_title(self) -> str:
        return PILOT_TEXTS[f"title_{self.market.language}"]

    def text(self, name: str) -> str:
        return WORDS[self.market.language][name]


def see_matches(case: Case, offering: str) -> None:
    """Both sides see how well they fit, and why."""
    officer, vendor = case.officer, case.vendors["vendor"]
    officer.go(case.need)
    officer.walk("/matches")
    explained(officer, offering)
    vendor.go("/account")
    vendor.walk("/account/vendor")
    vendor.follow(vendor.page.locator('main ul.rows a[href*="/account/vendor/"]').first)
    vendor.walk("/account/vendor/matches")
    explained(vendor, case.title)


def explained(reader: Player, name: str) -> None:
    """The card of a match says what it was given its points for."""
    card = reader.page.locator("main ol.cards > li").filter(has_text=name).first
    card.locator("summary").click()
    told = card.inner_text()
    assert Capability.LEAK_DETECTION.label.text(reader.language) in told, told


def introduce(meeting: Meeting) -> None:
    """One side is interested and nobody is named; the other is too, and both are."""
    (officer, vendor), market, case = meeting.sides, meeting.market, meeting.case
    officer.go(case.need)
    officer.walk("/matches")
    card = officer.page.locator("main ol.cards > li").filter(has_text=meeting.offering).first
    officer.click(card.locator('form[action$="/introductions"] button'))
    meeting.introduction = officer.path
    assert vendor.email not in officer.page.content()
    vendor.go(market.stand.mailed_path(vendor.email, meeting.introduction))
    vendor.reads(case.title, meeting.offering)
    assert officer.email not in vendor.page.content()
    vendor.take("vendor_interest")
    vendor.reads(officer.email, vendor.email)
    officer.go(market.stand.mailed_path(officer.email, meeting.introduction))
    officer.reads(vendor.email, market.text(INTRODUCTION.label("state", "contacts_shared")))
    assert case.vendors["rival"].finds(meeting.introduction) == 404
    officer.take("meet")


def agree_on_pilot(meeting: Meeting) -> None:
    """Proposed by the agency, agreed by the vendor, and everybody sees it."""
    (officer, vendor), market = meeting.sides, meeting.market
    officer.follow(officer.page.locator('main a[href*="/pilots/new"]'))
    first, last = (market.local(days=days)[:10] for days in (0, 60))
    officer.fill(**PILOT_TEXTS, code="ears", starts_on=first, ends_on=last)
    officer.press("/pilots/new")
    meeting.pilot = officer.path
    visitor = market.stand.open()
    hidden = visitor.goto(f"{market.stand.url}/portal{meeting.pilot}")
    assert hidden.status == 404, "nobody else sees it before both have agreed"
    visitor.context.close()
    vendor.go(market.stand.mailed_path(vendor.email, meeting.pilot))
    vendor.take("provider_agree")
    vendor.take("start")
    assert meeting.pilot_title in market.overhear("/pilots")


def send_values(meeting: Meeting) -> None:
    """A thing within the pilot's namespace publishes as its page says, and everybody sees the value."""
    (_, vendor), market, name = meeting.sides, meeting.market, meeting.text("sensor")
    vendor.fill(name="gauge-1", name_ar=name, name_en=name, latitude="23.61", longitude="58.40")
    vendor.press("/things")
    vendor.choose(property="pm2_5")
    vendor.fill(interval="600")
    vendor.press("/datastreams")
    topic, message = (one.inner_text() for one in vendor.page.locator("main dd bdi.value code").all()[:2])
    content = json.loads(message)
    content["results"] = dict.fromkeys(content["results"], 37.5)
    publish(market.stand, topic, content)
    for told in (market.overhear(meeting.pilot), reloaded(vendor)):
        assert name in told
        assert "37.5" in told
    assert topic == "falaj/v1/pilot-ears/pilot-ears-gauge-1"


def publish(stand: Stand, topic: str, content: Any) -> None:
    """A message, the way of all messages: checked against the register, and written."""
    settings, store = IngestSettings(), stand.city.database.settings()
    with stand.city.database.connect() as owner:
        # The city's own values have been stored past the counter of batches.
        owner.execute("SELECT setval('ingest_batch_ids', 1000)")
    writer = Writer(lambda: connect(store.ingest_url, store, "play"), "play")
    try:
        at = int(stand.watch.at.timestamp() * 1_000_000)
        received = [Received(topic, json.dumps(content).encode(), at, False, (1, 1))]
        checker = Checker(Registry(60).resolve(writer.connection, [topic]), settings)
        checked = checker.check(received)
        assert checked.rejections == []
        assert writer.write(Batch(checked)).stored == 1
    finally:
        writer.close()


def reloaded(player: Player) -> str:
    player.page.reload()
    return str(player.page.locator("main").inner_text())


def complete(meeting: Meeting) -> None:
    (officer, vendor), market = meeting.sides, meeting.market
    officer.go(meeting.pilot)
    officer.take("complete", "goals_met")
    done = [PILOT.label("state", "completed"), PILOT.label("reason", "goals_met")]
    told = market.overhear(meeting.pilot)
    assert all(market.text(label) in told for label in done)
    vendor.go(meeting.pilot)
    assert vendor.page.locator('main form[action$="/things"]').count() == 0


def tell_outcome(meeting: Meeting) -> None:
    """Both are asked by mail, and say what came of it."""
    market = meeting.market
    for player in meeting.sides:
        player.go("/account")
        player.walk("/account/introductions")
        assert player.page.locator("main ul.rows strong").count() == 1
        player.go(market.stand.mailed_path(player.email, meeting.introduction))
        player.tick(met=("1",), pilot=("1",))
        player.choose(value="25k_100k")
        player.fill(note=meeting.text("note"))
        player.press("/outcome")
        player.reads(meeting.text("note"))
        player.go("/account/introductions")
        assert player.page.locator("main ul.rows strong").count() == 0
    market.programme.go("/desk")
    market.programme.walk("/desk/introductions")


def follow_journey(meeting: Meeting) -> None:
    """Each page says what led to it and what it led to, and leads there."""
    (officer, vendor), case = meeting.sides, meeting.case
    for reader, start in ((officer, case.need), (vendor, meeting.introduction), (vendor, meeting.pilot)):
        reader.go(start)
        told = reader.page.locator('section[aria-labelledby="journey"]').inner_text()
        for title in (TEXTS[f"title_{meeting.market.language}"], meeting.pilot_title):
            assert title in told, (start, told)
    vendor.follow(vendor.page.locator(f'section[aria-labelledby="journey"] a[href$="{case.need}"]'))
    vendor.reads(case.title)


def settle(meeting: Meeting) -> None:
    """The agency ends its need by what came of it."""
    officer = meeting.case.officer
    officer.go(f"{meeting.case.need}/desk")
    officer.take("match", "pilot")
    assert meeting.case.state("matched") in meeting.market.overhear(meeting.case.need)
