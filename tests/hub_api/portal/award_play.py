"""The play of a call for funding: an award from its offer to a payment, and what everybody reads of it."""

from __future__ import annotations

from datetime import timedelta

from casework.access.model import HUB, Grant, Role
from tests.hub_api.portal.call_play import WORDS, Play
from tests.hub_api.portal.stand import Player

AMOUNT, CLAIMED = "36,000.000", "4,345.678"


def award(play: Play) -> None:
    """Offered, accepted, contracted, started, with a milestone."""
    officer, lead, words = play.officer, play.cast["noura"], play.words
    officer.go(play.desk)
    officer.walk("/desk/awards")
    part = officer.page.locator("main details").filter(has_text=words["title"])
    part.locator("summary").click()
    for name, text in {
        "title_ar": WORDS["ar"]["title"], "title_en": WORDS["en"]["title"], "abstract_ar": WORDS["ar"]["pitch"],
        "abstract_en": WORDS["en"]["pitch"], "starts_on": day(play, 10), "last_day": day(play, 200),
    }.items():  # fmt: skip
        part.locator(f'[name="{name}"]').fill(text)
    assert part.locator('[name="amount"]').input_value() == "36000.000", "as it was decided"
    assert (
        WORDS[play.language]["condition"]
        in part.locator(f'[name="conditions_{play.language}"]').input_value()
    )
    officer.look(f"{play.desk}/awards")
    officer.click(part.locator("form button"))
    play.paths["award"] = officer.path
    visitor = play.request("/awards")
    listed = visitor.locator(f'main a[href$="{play.paths["award"]}"]')
    assert listed.count() == 0, "an offer is nobody else's business"
    lead.go(play.stand.mailed_path(lead.email))
    assert lead.path == play.paths["award"]
    lead.reads(AMOUNT, words["condition"])
    lead.take("accept")
    visitor.reload()
    assert listed.inner_text() == words["title"]
    visitor.context.close()
    officer.page.reload()
    officer.fill(contract="RF-17", contracted_on=day(play, 0))
    officer.press("/contract")
    assert officer.page.locator('main form:has(input[value="contract"])').count() == 0, "it is a large one"
    second = play.stand.join("naiba", play.language, Grant(Role.PROGRAMME_OFFICER, HUB))
    second.go(play.paths["award"])
    second.take("contract")
    officer.page.reload()
    officer.take("start")
    unfold(officer, "/milestones")
    form = officer.page.locator('main form[action$="/milestones"]')
    for name, text in {"title": words["milestone"], "amount": "20000", "due_on": day(play, 40)}.items():
        form.locator(f'[name="{name}"]').fill(text)
    officer.press("/milestones")


def pay(play: Play) -> None:
    """Reported with evidence, accepted, claimed, approved by two people, paid."""
    officer, finance, lead, mate, words = (
        play.officer,
        play.finance,
        play.cast["noura"],
        play.cast["hilal"],
        play.words,
    )
    mate.go("/account")
    mate.walk("/account/awards", play.paths["award"])
    mate.fill(report=words["report"])
    mate.press("/report")
    assert mate.page.locator('form:has(input[name="event"][value="report"])').count() == 0, "no evidence yet"
    file = play.folder / "pressure.csv"
    file.write_text("place,bar\nruwi,3.1\n")
    mate.attach(file)
    mate.press("/evidence")
    mate.take("report")
    officer.go(play.paths["award"])
    officer.reads(words["report"], "pressure.csv")
    officer.take("accept")
    lead.go(play.paths["award"])
    unfold(lead, "/claims")
    form = lead.page.locator('main form[action$="/claims"]')
    form.locator('[name="amount"]').fill("٤٬٣٤٥٫٦٧٨")
    form.locator('[name="account"]').fill(words["account"])
    lead.press("/claims")
    lead.look("/account/awards", play.paths["award"])
    finance.go("/desk")
    finance.walk("/desk/claims")
    assert find(finance, play).count() == 1
    finance.follow(find(finance, play))
    assert steps(finance) == [], "the programme first"
    officer.go("/desk")
    officer.walk("/desk/claims")
    officer.follow(find(officer, play))
    officer.take("approve")
    assert not {"approve_payment", "pay"} & set(steps(officer)), "and then somebody else"
    officer.look("/desk", "/desk/claims", play.paths["award"])
    finance.page.reload()
    finance.take("approve_payment")
    finance.fill(paid_on=day(play, 0), reference="TT-2027-1")
    finance.press("/pay")
    finance.look("/desk")
    lead.page.reload()
    lead.reads(CLAIMED, "TT-2027-1")


def find(player: Player, play: Play) -> object:
    return player.page.locator(f'main a[href*="{play.paths["award"]}#claim-"]')


def steps(player: Player) -> list[str]:
    """What can be done about claims of the page."""
    return [
        str(one.get_attribute("value"))
        for one in player.page.locator('main form[action*="/claims/"] input[name="event"]').all()
    ]


def unfold(player: Player, form: str) -> None:
    """What is behind a heading that is clicked on."""
    part = player.page.locator(f'main details:has(form[action$="{form}"])')
    if part.get_attribute("open") is None:
        part.locator("summary").click()


def day(play: Play, days: int) -> str:
    return (play.stand.watch() + timedelta(days=days)).date().isoformat()


def show_to_everybody(play: Play) -> None:
    """The register, found from the calls, in the play's language and, by a link, in the other."""
    visitor = play.request("/calls")
    visitor.locator('main a[href$="/portal/awards"]').first.click()
    visitor.locator(f'main a[href$="{play.paths["award"]}"]').click()
    reads(visitor, AMOUNT, CLAIMED, play.words["title"], play.words["institute"], play.words["call"])
    other = "en" if play.language == "ar" else "ar"
    visitor.locator(f'a[hreflang="{other}"]').click()
    assert visitor.locator("html").get_attribute("lang") == other
    reads(visitor, AMOUNT, CLAIMED, WORDS[other]["title"], WORDS[other]["call"])
    shown = visitor.locator("main").inner_text()
    assert WORDS[other]["lead"] not in shown
    assert "TT-2027-1" not in shown
    visitor.context.close()
    play.cast["rashid"].look("/awards", play.paths["award"])


def reads(page: object, *texts: str) -> None:
    shown = page.locator("main").inner_text()  # type: ignore[attr-defined]
    assert [text for text in texts if text not in shown] == [], shown
