"""Results at browsers in both languages: prepared, released, appealed against, voted about; nobody is shut out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from casework.access.model import Grant, Role, Scope, ScopeKind
from citycore.language import Language
from dashboards.screenshot import ARGUMENTS, CHROMIUM
from tests.browser import PLAYED, needs_chromium
from tests.conftest import open_database
from tests.hackathon.stage import DATES, Stage
from tests.hub_api.portal.stand import Player, Stand, open_stand
from tests.hub_api.portal.test_portal_in_browser import look_in_both
from tests.hub_api.portal.town import deliberated

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def stand(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    from playwright.sync_api import sync_playwright

    with open_database(postgres) as database, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with open_stand(database, tmp_path_factory.mktemp("stand"), browser) as stand:
            stand.watch.at = DATES["submissions_close"]
            yield stand
        browser.close()


@pytest.mark.parametrize("language", PLAYED)
def test_results_from_their_preparation_to_an_answered_appeal(stand: Stand, language: Language) -> None:
    stand.watch.at = DATES["submissions_close"]
    captain = stand.join("captain", language)
    with stand.city.database.connect("portal") as portal, stand.city.database.connect() as owner:
        stage = Stage(portal, owner)
        teams, handed_in = deliberated(stage, ["8", "8", "6", "4"], captain.person_id, judges=4)
    hackathon, team = f"/hackathons/{stage.hackathon_id}", f"/teams/{teams[0].team_id}"
    scope = Scope(ScopeKind.HACKATHON, stage.hackathon_id)
    organiser, auditor = (
        stand.join(name, language, Grant(Role.ORGANISER, scope)) for name in ("organiser", "auditor")
    )
    desk = f"{hackathon}/desk/results"
    watched(organiser, desk)
    organiser.go(desk)
    organiser.press("/prepare")
    watched(organiser, desk)
    choose_second_first(organiser)
    organiser.fill(reason="More people gain from it.")
    organiser.press("/tie")
    organiser.press("/prepare")
    opens = stand.watch.at + timedelta(hours=4, minutes=10)  # Muscat's wall clock
    organiser.fill(
        opens_at=f"{opens:%Y-%m-%dT%H:%M}", closes_at=f"{opens + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    )
    organiser.press("/ballot")
    organiser.press("/release")

    captain.go(team)
    captain.page.locator(f'a[href$="{team}/feedback"]').click()
    captain.fill(text="One sheet seems to be about another work.")
    captain.press("/appeal")
    watched(captain, f"{team}/feedback")
    watched(captain, f"{hackathon}/results")
    watched(auditor, desk)
    auditor.go(desk)
    auditor.fill(answer="All sheets were read anew; they are about your work.")
    auditor.page.locator('main [name="decision"]').select_option("dismiss/no_error")
    auditor.click(auditor.page.locator('main form[action*="/appeals/"] button'))
    watched(auditor, desk)
    captain.go(f"{team}/feedback")
    captain.page.locator("main").get_by_text("All sheets were read anew").first.wait_for()

    stand.watch.pass_by(minutes=20)
    vote(stand.join("voter", language), f"/submissions/{handed_in[1].submission_id}")

    stand.watch.at = DATES["appeals_close"]
    organiser.sign_in()
    organiser.go(desk)
    organiser.press("/finalise")
    organiser.page.locator('main [name="kind"]').select_option("pilot")
    organiser.fill(reference="Ruwi, 2027")
    organiser.press("/continuation")
    watched(organiser, desk)
    watched(organiser, f"{hackathon}/results")
    watched(organiser, "/judging")
    captain.page.goto(f"{stand.url}/portal{hackathon}/results")
    captain.page.locator("main").get_by_text("Ruwi, 2027").first.wait_for()


def vote(voter: Player, entry: str) -> None:
    watched(voter, entry)
    voter.go(entry)
    voter.press("/vote")
    watched(voter, entry)


def choose_second_first(organiser: Player) -> None:
    """In the form about a tie of two."""
    orders = organiser.page.locator('main [name="order"]')
    values = [option.get_attribute("value") for option in orders.first.locator("option").all()]
    orders.nth(0).select_option(values[1])
    orders.nth(1).select_option(values[0])


def watched(player: Player, path: str) -> None:
    """The page as the player sees it, by a browser that may run the search for barriers."""
    context = player.stand.chromium.new_context()
    context.add_cookies(player.page.context.cookies())
    look_in_both(context.new_page(), player.stand, path, player.language)
    context.close()
