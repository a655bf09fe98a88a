"""Results at browsers in both languages: prepared, released, appealed against, voted about; nobody is shut out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.access.model import Grant, Role, Scope, ScopeKind
from citycore.language import Language
from tests.browser import PLAYED, needs_chromium
from tests.hackathon.stage import DATES, Stage
from tests.hub_api.portal.stand import Player, Stand
from tests.hub_api.portal.town import deliberated

pytestmark = needs_chromium


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
    organiser.look(desk)
    organiser.go(desk)
    organiser.press("/prepare")
    organiser.look(desk)
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
    captain.look(f"{team}/feedback")
    captain.look(f"{hackathon}/results")
    auditor.look(desk)
    auditor.go(desk)
    auditor.fill(answer="All sheets were read anew; they are about your work.")
    auditor.page.locator('main [name="decision"]').select_option("dismiss/no_error")
    auditor.click(auditor.page.locator('main form[action*="/appeals/"] button'))
    auditor.look(desk)
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
    organiser.look(desk)
    organiser.look(f"{hackathon}/results")
    organiser.look("/judging")
    captain.go(f"{hackathon}/results")
    captain.page.locator("main").get_by_text("Ruwi, 2027").first.wait_for()


def vote(voter: Player, entry: str) -> None:
    voter.look(entry)
    voter.go(entry)
    voter.press("/vote")
    voter.look(entry)


def choose_second_first(organiser: Player) -> None:
    """In the form about a tie of two."""
    orders = organiser.page.locator('main [name="order"]')
    values = [option.get_attribute("value") for option in orders.first.locator("option").all()]
    orders.nth(0).select_option(values[1])
    orders.nth(1).select_option(values[0])
