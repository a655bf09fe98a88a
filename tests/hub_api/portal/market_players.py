"""What people of the marketplace do at their browsers before there is a need: companies, papers, offerings, agencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from casework.access.model import HUB, Grant, Role
from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE
from citycore.language import Language
from hackathon.market.vendors.machine import VENDOR
from tests.hub_api.portal.market_scene import PDF
from tests.hub_api.portal.stand import Player, Stand

PAPERS = ("commercial_registration", "tax_card")


@dataclass
class Market:
    """Who runs the marketplace, where it takes place, and in which language it is read."""

    stand: Stand
    language: Language
    folder: Path
    chief: Player
    programme: Player

    def text(self, label: Label) -> str:
        return label.text(self.language)

    def local(self, **span: float) -> str:
        """So long from now, as browsers send it."""
        return f"{(self.stand.watch.at + timedelta(**span)).astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"

    def overhear(self, path: str) -> str:
        """What somebody without an account reads on a page."""
        visitor = self.stand.open()
        joint = "&" if "?" in path else "?"
        answer = visitor.goto(f"{self.stand.url}/portal{path}{joint}lang={self.language}")
        assert answer.status == 200, path
        told = str(visitor.locator("main").inner_text())
        visitor.context.close()
        return told


def open_market(stand: Stand, language: Language, folder: Path) -> Market:
    chief = stand.join("chief", language, Grant(Role.ADMINISTRATOR, HUB))
    return Market(
        stand, language, folder, chief, stand.join("programme", language, Grant(Role.PROGRAMME_OFFICER, HUB))
    )


def organise(market: Market, player: Player, kind: str, names: tuple[str, str]) -> str:
    """An organisation that is verified; its page."""
    player.go("/organisations/new")
    player.choose(kind=kind)
    player.fill(name_ar=names[0], name_en=names[1])
    player.press("/organisations/new")
    page = player.path
    market.chief.go(page)
    market.chief.take("verify")
    return page


def join_vendor(market: Market, name: str, names: tuple[str, str]) -> Player:
    """A company's account in the marketplace, from its registration to its verification by papers."""
    vendor = market.stand.join(name, market.language)
    organise(market, vendor, "company", names)
    vendor.go("/account")
    vendor.walk("/account/vendor")
    vendor.choose(governorate="OM-MA")
    vendor.fill(profile_ar="نقيس شبكات المياه.", profile_en="We measure water networks.")
    vendor.press("/account/vendor")
    for kind in PAPERS:
        show_paper(market, vendor, kind)
    vendor.take("hand_in")
    accept_papers(market, names)
    assert any(vendor.path in text for text in market.stand.mailed(vendor.email)), "told by mail"
    vendor.page.reload()
    vendor.reads(market.text(VENDOR.label("state", "verified")))
    return vendor


def show_paper(market: Market, vendor: Player, kind: str) -> None:
    file = market.folder / f"{kind}.pdf"
    file.write_bytes(PDF + f"% {kind} {vendor.email}\n".encode())
    form = vendor.page.locator('main details:has(button[formaction$="/documents"])')
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    vendor.choose(kind=kind)
    vendor.fill(number="1712", expires_on="2028-06-30")
    vendor.attach(file)
    vendor.press("/documents")


def accept_papers(market: Market, names: tuple[str, str]) -> None:
    programme = market.programme
    programme.go("/desk")
    programme.walk("/desk/vendors")
    programme.choose(state="verifying")
    programme.follow(programme.page.locator("main form.search button"))
    programme.follow(programme.page.get_by_role("link", name=shown(market, names)))
    for _ in PAPERS:
        programme.press("/accept")
    programme.take("verify")


def offer(market: Market, vendor: Player, offering: dict[str, Any]) -> str:
    """Drafted, reviewed and published; its public page."""
    vendor.go("/account")
    vendor.walk("/account/vendor")
    vendor.follow(vendor.page.locator('main ul.rows a[href*="/account/vendor/"]').first)
    vendor.walk("/offerings/new")
    vendor.fill(**offering["texts"])
    vendor.choose(**offering["choices"])
    vendor.tick(**offering["boxes"])
    vendor.press("/offerings/new")
    vendor.take("hand_in")
    programme = market.programme
    programme.go("/desk")
    programme.walk("/desk/offerings")
    title = offering["texts"][f"title_{market.language}"]
    programme.follow(programme.page.get_by_role("link", name=title))
    programme.reads(offering["texts"]["summary_ar"], offering["texts"]["summary_en"])
    programme.take("publish")
    page = "/offerings/" + vendor.path.rpartition("/")[2]
    assert title in market.overhear("/offerings?capability=leak_detection")
    assert offering["texts"][f"summary_{market.language}"] in market.overhear(page)
    return page


def join_agency(market: Market, names: tuple[str, str]) -> tuple[Player, Player]:
    """An agency, an officer, and a colleague whom the officer invites to speak for it too."""
    officer, colleague = (market.stand.join(name, market.language) for name in ("officer", "colleague"))
    page = organise(market, officer, "agency", names)
    officer.go(page)
    officer.fill(email=colleague.email)
    officer.page.locator("#is_admin").check()
    officer.press("/invite")
    colleague.go("/account")
    colleague.walk("/account/organisations")
    colleague.take("accept")
    return officer, colleague


def shown(market: Market, names: tuple[str, str]) -> str:
    """A name as it is read, given in Arabic and English."""
    return names[0] if market.language == "ar" else names[1]
