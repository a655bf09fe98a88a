"""What people of the marketplace do at their browsers before there is a need: companies, papers, offerings, agencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from casework.access.model import HUB, Grant, Role
from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE
from citycore.language import Language
from hackathon.market.vendors.machine import VENDOR
from tests.hub_api.portal.market_scene import PDF
from tests.hub_api.portal.stand import Player, Stand
from tests.hub_api.portal.test_portal_in_browser import look_in_both

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
        visitor = self.stand.chromium.new_page(java_script_enabled=False)
        answer = visitor.goto(
            f"{self.stand.url}/portal{path}{'&' if '?' in path else '?'}lang={self.language}"
        )
        assert answer.status == 200, path
        told = str(visitor.locator("main").inner_text())
        visitor.close()
        return told


def open_market(stand: Stand, language: Language, folder: Path) -> Market:
    chief = stand.join("chief", language, Grant(Role.ADMINISTRATOR, HUB))
    return Market(
        stand, language, folder, chief, stand.join("programme", language, Grant(Role.PROGRAMME_OFFICER, HUB))
    )


def choose(player: Player, **fields: str) -> None:
    """Options of lists by their names."""
    for name, value in fields.items():
        player.page.locator(f'main [name="{name}"]').first.select_option(value)


def tick(player: Player, **fields: tuple[str, ...]) -> None:
    """Boxes by their names and values."""
    for name, values in fields.items():
        for value in values:
            player.page.locator(f'main [name="{name}"][value="{value}"]').first.check()


def lead(player: Player, *ends: str) -> None:
    """Follow the links of one page after the other whose addresses end so."""
    for end in ends:
        player.follow(player.page.locator(f'main a[href$="{end}"]').first)
        assert player.page.get_by_role("alert").count() == 0, player.page.locator("main").inner_text()


def watch_out(player: Player, *paths: str) -> None:
    """Pages shut nobody out, are as wide as a phone's window, and ask nobody else for anything."""
    context = player.stand.chromium.new_context(storage_state=player.page.context.storage_state())
    page, house = context.new_page(), SimpleNamespace(url=player.stand.url)
    for path in paths:
        player.go(path)
        look_in_both(page, house, path, player.language)  # type: ignore[arg-type]  # of the house it asks the address
    context.close()


def path_of(player: Player) -> str:
    """Where somebody is, without the mount and what follows a question mark."""
    return str(player.page.url).partition("/portal")[2].partition("?")[0]


def organise(market: Market, player: Player, kind: str, names: tuple[str, str]) -> str:
    """An organisation that is verified; its page."""
    player.go("/organisations/new")
    choose(player, kind=kind)
    player.fill(name_ar=names[0], name_en=names[1])
    player.press("/organisations/new")
    page = path_of(player)
    market.chief.go(page)
    market.chief.take("verify")
    return page


def join_vendor(market: Market, name: str, names: tuple[str, str]) -> Player:
    """A company's account in the marketplace, from its registration to its verification by papers."""
    vendor = market.stand.join(name, market.language)
    organise(market, vendor, "company", names)
    vendor.go("/account")
    lead(vendor, "/account/vendor")
    choose(vendor, governorate="OM-MA")
    vendor.fill(profile_ar="نقيس شبكات المياه.", profile_en="We measure water networks.")
    vendor.press("/account/vendor")
    for kind in PAPERS:
        show_paper(market, vendor, kind)
    vendor.take("hand_in")
    accept_papers(market, names)
    assert any(path_of(vendor) in text for text in market.stand.mailed(vendor.email)), "told by mail"
    vendor.page.reload()
    vendor.reads(market.text(VENDOR.label("state", "verified")))
    return vendor


def show_paper(market: Market, vendor: Player, kind: str) -> None:
    file = market.folder / f"{kind}.pdf"
    file.write_bytes(PDF + f"% {kind} {vendor.email}\n".encode())
    form = vendor.page.locator('main details:has(button[formaction$="/documents"])')
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    choose(vendor, kind=kind)
    vendor.fill(number="1712", expires_on="2028-06-30")
    vendor.page.locator('main input[type="file"]').set_input_files(file)
    vendor.press("/documents")


def accept_papers(market: Market, names: tuple[str, str]) -> None:
    programme = market.programme
    programme.go("/desk")
    lead(programme, "/desk/vendors")
    choose(programme, state="verifying")
    programme.follow(programme.page.locator("main form.search button"))
    programme.follow(programme.page.get_by_role("link", name=shown(market, names)))
    for _ in PAPERS:
        programme.press("/accept")
    programme.take("verify")


def offer(market: Market, vendor: Player, offering: dict[str, Any]) -> str:
    """Drafted, reviewed and published; its public page."""
    vendor.go("/account")
    lead(vendor, "/account/vendor")
    vendor.follow(vendor.page.locator('main ul.rows a[href*="/account/vendor/"]').first)
    lead(vendor, "/offerings/new")
    vendor.fill(**offering["texts"])
    choose(vendor, **offering["choices"])
    tick(vendor, **offering["boxes"])
    vendor.press("/offerings/new")
    vendor.take("hand_in")
    programme = market.programme
    programme.go("/desk")
    lead(programme, "/desk/offerings")
    title = offering["texts"][f"title_{market.language}"]
    programme.follow(programme.page.get_by_role("link", name=title))
    programme.reads(offering["texts"]["summary_ar"], offering["texts"]["summary_en"])
    programme.take("publish")
    page = "/offerings/" + path_of(vendor).rpartition("/")[2]
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
    lead(colleague, "/account/organisations")
    colleague.take("accept")
    return officer, colleague


def shown(market: Market, names: tuple[str, str]) -> str:
    """A name as it is read, given in Arabic and English."""
    return names[0] if market.language == "ar" else names[1]
