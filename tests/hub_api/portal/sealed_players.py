"""What people do at their browsers with a need that is answered by sealed responses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from casework.taxonomy.model import Capability
from citycore.language import Language
from hackathon.market.needs.machine import NEED
from hackathon.market.responses.machine import RESPONSE
from tests.hub_api.portal.market_players import Market, shown
from tests.hub_api.portal.stand import Player

TEXTS = {
    "title_ar": "كشف تسرب المياه", "title_en": "Finding leaks",
    "problem_ar": "تُفقد مياه كثيرة في الشبكة.", "problem_en": "Much water is lost in the network.",
}  # fmt: skip
CRITERIA = {
    "name_ar0": "الملاءمة", "name_en0": "Fit", "weight0": "60", "name_ar1": "الدعم", "name_en1": "Support", "weight1": "40",
}  # fmt: skip
WORDS: dict[Language, dict[str, str]] = {
    "ar": {
        "question": "نحن حلول المياه، كم عمق الأنابيب؟", "asked": "كم عمق الأنابيب؟", "addendum": "الأنابيب كلها من الحديد.",
        "answer": "متر واحد", "vendor": "نستمع إلى الأنابيب ليلًا.", "rival": "نقرأ العدادات كل ساعة.",
        "debrief": "العرض الأول أدق من غيره.",
    },
    "en": {
        "question": "We are Hulul, how deep are the pipes?", "asked": "How deep are the pipes?",
        "addendum": "All pipes are of iron.", "answer": "One metre", "vendor": "We listen to pipes by night.",
        "rival": "We read meters every hour.", "debrief": "The first was more exact.",
    },
}  # fmt: skip
#: As typed, and as everybody reads it.
PRICES = {"vendor": ("19500.500", "19,500.500"), "rival": ("24750", "24,750.000")}
#: What the second criterion asks does not apply to the one of them.
MARKS = {"vendor": ("9", "8"), "rival": ("6.5", "na")}


@dataclass
class Case:
    """A need, whoever has to do with it, and the words of the keys by their holders' addresses."""

    market: Market
    officer: Player
    colleague: Player
    vendors: dict[str, Player]
    #: In Arabic and English.
    companies: dict[str, tuple[str, str]]
    need: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    fingerprints: list[str] = field(default_factory=list)

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.market.language]

    @property
    def title(self) -> str:
        return TEXTS[f"title_{self.market.language}"]

    def company(self, name: str) -> str:
        return shown(self.market, self.companies[name])

    @property
    def openers(self) -> tuple[Player, Player]:
        return self.colleague, self.market.programme

    def state(self, name: str) -> str:
        return self.market.text(NEED.label("state", name))

    def until(self, deadline: str) -> None:
        at = self.market.stand.one(
            "SELECT instant FROM innovation.deadlines WHERE object_id = %s AND name = %s",
            self.need.rpartition("/")[2], deadline,
        )  # fmt: skip
        assert isinstance(at, datetime)
        self.market.stand.until(at)


def write_need(case: Case, *, is_sealed: bool = True, **more: str) -> None:
    """From the list of needs to a draft with its dates."""
    officer, market = case.officer, case.market
    officer.go("/needs")
    officer.walk("/needs/new")
    officer.fill(**TEXTS | more)
    officer.choose(client_kind="municipality", sector="water")
    officer.press("/needs/new")
    officer.tick(required=("leak_detection",))
    officer.press("/write/required")
    officer.tick(wished=("dashboards",), standard=("mqtt",))
    officer.press("/write/welcome")
    officer.fill(budget="30000")
    officer.choose(maturity="7", governorate="OM-MA")
    officer.tick(language=("ar", "en"), budget_public=("1",))
    if not is_sealed:
        officer.page.locator("#is_sealed").uncheck()
    officer.press("/write/terms")
    if is_sealed:
        officer.fill(**CRITERIA)
        officer.tick(na1=("1",))
    officer.press("/write/criteria")
    case.need = officer.path.removesuffix("/desk")
    officer.fill(questions_close=market.local(days=7), responses_close=market.local(days=14))
    officer.press("/deadlines")


def name_openers(case: Case) -> None:
    """Each gets a mail that leads to a key, which is shown once, and as a file with its fingerprint."""
    for opener in case.openers:
        case.officer.go(f"{case.need}/desk")
        case.officer.fill(email=opener.email)
        case.officer.press("/openers")
        opener.go(case.market.stand.mailed_path(opener.email, case.need))
        opener.press("/opening/key")
        key = opener.page.locator("main pre code").inner_text().strip()
        assert len(key.split("-")) == 15
        fingerprint = opener.page.locator("main dl bdi.value").inner_text()
        saved = opener.save(opener.page.locator("main a[download]")).decode()
        assert saved.splitlines()[0] == key
        assert saved.rstrip().endswith(fingerprint)
        opener.look_here()
        case.keys[opener.email] = key
        case.fingerprints.append(fingerprint)
        opener.walk("/opening")
        assert key not in opener.page.content()
    assert len(set(case.keys.values())) == 2


def publish(case: Case, title: str | None = None) -> None:
    """Handed in by the agency, looked at by the programme, and found by everybody."""
    officer, programme = case.officer, case.market.programme
    officer.go(f"{case.need}/desk")
    officer.take("submit")
    programme.go("/desk")
    programme.walk("/desk/needs")
    programme.follow(programme.page.get_by_role("link", name=title or case.title, exact=True))
    programme.reads(TEXTS[f"problem_{case.market.language}"])
    programme.take("publish")
    found = case.market.overhear("/needs?sector=water&governorate=OM-MA&state=published")
    assert (title or case.title) in found
    told = case.market.overhear(case.need)
    assert TEXTS[f"problem_{case.market.language}"] in told
    assert Capability.LEAK_DETECTION.label.text(case.market.language) in told


def ask(case: Case) -> None:
    """Asked by one, answered to all without who asked; what is added is read by all."""
    words, vendor, rival, officer = case.words, case.vendors["vendor"], case.vendors["rival"], case.officer
    vendor.go(case.need)
    vendor.fill(text=words["question"])
    vendor.press("/questions")
    vendor.reads(words["question"])
    rival.go(case.need)
    assert words["question"] not in rival.page.content()
    officer.go(f"{case.need}/desk")
    officer.reads(words["question"])
    assert vendor.email not in officer.page.content()
    officer.fill(shown=words["asked"], answer_ar=words["answer"], answer_en=words["answer"])
    officer.press("/answer")
    officer.fill(text_ar=words["addendum"], text_en=words["addendum"])
    officer.press("/addenda")
    rival.go(case.need)
    rival.reads(words["asked"], words["answer"], words["addendum"], *case.fingerprints)
    rival.look(case.need)
    told = case.market.overhear(case.need)
    assert words["asked"] in told
    assert words["question"] not in told


def respond(case: Case, name: str) -> None:
    """Sealed as it is handed in, with a receipt that can be computed from the copy that is kept."""
    vendor, (typed, _) = case.vendors[name], PRICES[name]
    file = case.market.folder / f"{name}.txt"
    file.write_text(f"plan of {name}\n")
    vendor.go(case.need)
    vendor.walk("/response")
    vendor.press("/response")
    if name == "vendor":
        vendor.look(f"{case.need}/response")
    text = case.words[name]
    vendor.fill(summary=text, answer_c1=text, answer_c2=text, price=typed)
    vendor.page.locator('main [name="files"]').set_input_files(file)
    vendor.press("/hand-in")
    saved = vendor.save(vendor.page.locator('main a[download][href^="data:application/json"]'))
    digest = sha256(saved).hexdigest()
    vendor.reads(digest, *case.fingerprints)
    if name == "vendor":
        vendor.look_here()
    assert any(digest in mail for mail in case.market.stand.mailed(vendor.email))
    vendor.go("/account")
    vendor.walk("/account/responses")
    vendor.reads(case.title, case.market.text(RESPONSE.label("state", "sealed")))


def assert_sealed(case: Case) -> None:
    """Nobody of the agency and of the programme reads anything, and no key is taken."""
    ids = [
        case.market.stand.one(
            "SELECT response_id FROM innovation.responses JOIN innovation.people ON person_id = created_by"
            " WHERE need_id = %s AND email = %s", case.need.rpartition("/")[2], vendor.email,
        )
        for vendor in case.vendors.values()
    ]  # fmt: skip
    for reader in (case.officer, *case.openers):
        for path in (f"{case.need}/desk", f"{case.need}/opening", f"{case.need}/evaluation"):
            reader.go(path)
            shown = reader.page.content()
            for name, (typed, read) in PRICES.items():
                assert case.words[name] not in shown
                assert typed not in shown
                assert read not in shown
        reader.go(f"{case.need}/opening")
        assert reader.page.locator('main [name="key"]').count() == 0
        assert {reader.finds(f"/responses/{one}") for one in ids} == {404}


def bring(case: Case, opener: Player, key: str) -> None:
    opener.go(f"{case.need}/opening")
    opener.fill(key=key)
    opener.follow(opener.page.locator('main form:has([name="key"]) button'))


def open_by_two(case: Case) -> None:
    """One key alone opens nothing, nobody brings another's, and the second person opens all."""
    first, second = case.openers
    own, other = (case.keys[one.email] for one in case.openers)
    bring(case, first, other)
    assert first.page.get_by_role("alert").count() == 1
    assert other not in first.page.content()
    bring(case, first, own)
    assert first.page.get_by_role("status").count() == 1
    for reader in (case.officer, first, second):
        reader.go(f"{case.need}/evaluation")
        assert reader.page.locator('main a[href*="/responses/"]').count() == 0
    bring(case, second, own)
    assert second.page.get_by_role("alert").count() == 1
    # As it might be typed.
    bring(case, second, other.lower().replace("-", " "))
    assert second.page.get_by_role("status").count() == 1


def evaluate(case: Case) -> None:
    """Both are admitted and marked by two, who then see the places."""
    market = case.market
    for evaluator in (case.officer, case.colleague):
        for name, marks in MARKS.items():
            evaluator.go(f"{case.need}/evaluation")
            mine = evaluator.page.locator("main ul.rows a", has_text=case.company(name)).first
            evaluator.follow(mine)
            evaluator.reads(case.words[name], PRICES[name][1], f"{name}.txt")
            if evaluator is case.officer:
                evaluator.take("accept")
            evaluator.choose(mark_c1=marks[0], mark_c2=marks[1])
            evaluator.fill(comment=case.words["debrief"])
            evaluator.press("/marks")
    case.officer.go(f"{case.need}/evaluation")
    case.officer.reads("8.60", "6.50")
    case.officer.fill(debrief_ar=case.words["debrief"], debrief_en=case.words["debrief"])
    case.officer.press("/intended")
    rival = case.vendors["rival"]
    rival.go(f"{case.need}/response")
    assert case.words["debrief"] not in rival.page.content(), "not before all are told"
    assert market.text(RESPONSE.public_label("opened")) in rival.page.content()


def tell(case: Case) -> None:
    """Standstill: all learn at once how theirs was marked, and nothing is awarded yet."""
    officer, market = case.officer, case.market
    officer.go(f"{case.need}/desk")
    officer.take("announce")
    assert officer.page.locator('main input[name="event"][value="award"]').count() == 0
    for name, own in (("vendor", "8.60"), ("rival", "6.50")):
        vendor = case.vendors[name]
        vendor.go(f"{case.need}/response")
        vendor.reads(case.words["debrief"], own, "8.60")
        assert any("8.60" in mail for mail in market.stand.mailed(vendor.email))
    assert case.company("vendor") not in case.vendors["rival"].page.locator("main").inner_text()
    assert case.state("standstill") in market.overhear(case.need)


def award(case: Case) -> None:
    officer, market = case.officer, case.market
    officer.go(f"{case.need}/desk")
    officer.take("award")
    for name, state in (("vendor", "awarded"), ("rival", "not_awarded")):
        vendor = case.vendors[name]
        vendor.go(f"{case.need}/response")
        vendor.reads(market.text(RESPONSE.label("state", state)))
    assert case.state("awarded") in market.overhear(case.need)


def keep_search(case: Case) -> None:
    """What a vendor looks for is kept with its list, and leads back to it."""
    vendor = case.vendors["vendor"]
    vendor.go("/needs?sector=water&state=awarded")
    vendor.page.locator("main details summary").first.click()
    vendor.look_here()
    vendor.fill(name=case.title)
    vendor.press("/account/searches")
    vendor.follow(vendor.page.locator('main .rows a[href*="/needs?"][href*="sector=water"]'))
    vendor.reads(case.title)


def path_of_response(case: Case) -> str:
    """The page of the first response, as an evaluator finds it."""
    case.officer.go(f"{case.need}/evaluation")
    link = case.officer.page.locator('main ul.rows a[href*="/responses/"]').first.get_attribute("href")
    return str(link).partition("/portal")[2]
