"""The play of a call for funding: copies without names, reviews, the panel, and what applicants are told."""

from __future__ import annotations

import re
from typing import Any

from tests.hackathon.telling_files import all_of
from tests.hub_api.portal.call_play import WORDS, Play
from tests.hub_api.portal.stand import Player

#: Each reviewer's marks by the title of what they are about, where it is assigned to them.
MARKS = {"title": ("9", "8"), "rival_title": ("3", "4")}


def copy(play: Play) -> None:
    """The officer looks at what reviewers are going to read, rewrites what still tells, and releases it."""
    officer, words = play.officer, play.words
    officer.go(play.desk)
    officer.take("begin_reviewing")
    officer.walk("/desk/copies")
    officer.press("/desk/copies")
    for title in ("title", "rival_title"):
        officer.go(f"{play.desk}/copies")
        officer.follow(officer.page.get_by_role("link", name=words[title]))
        plan = officer.page.locator('main textarea[name="answer:question_1"]')
        assert words["lead"] not in plan.input_value()
        if title == "title":
            assert words["laboratory"] in plan.input_value(), (
                "what no list of names knows is for the officer to see"
            )
            plan.fill(words["bare"])
            officer.press(officer.path)
            officer.click(officer.page.locator('main form[action$="/files"]:has(input[name="file"]) button'))
        officer.press("/release")


def review(play: Play) -> None:
    """Three are asked; one of them is close to the first application and never meets it."""
    officer, close = play.officer, f"sawaqi-{play.language}.example"
    reviewers = [ask(play, "jasim"), ask(play, "jamila"), ask(play, "zuwayna", close)]
    officer.go(f"{play.desk}/reviewers")
    officer.walk("/desk/assignment")
    officer.press("/desk/assignment")
    officer.press("/publish")
    read = [write_reviews(play, one) for one in reviewers]
    assert sorted(title for each in read for title in each) == [
        "rival_title",
        "rival_title",
        "title",
        "title",
    ]
    assert read[2] == ["rival_title"]
    keep_away(play, reviewers[2])


def ask(play: Play, name: str, domain: str = "") -> Player:
    reviewer = play.join(name, domain or f"{name}.example")
    play.officer.go(play.desk)
    play.officer.walk("/desk/reviewers")
    play.officer.fill(email=reviewer.email, capacity="2")
    play.officer.press("/desk/reviewers")
    reviewer.go("/account")
    reviewer.walk("/account/reviews")
    reviewer.take("accept")
    return reviewer


def write_reviews(play: Play, reviewer: Player) -> list[str]:
    """All that are assigned, found as the reviewer finds them; which they were."""
    words, done = play.words, []
    reviewer.go("/account/reviews")
    reviewer.walk(f"{play.home}/reviews")
    for title, (first, second) in MARKS.items():
        reviewer.go(f"{play.home}/reviews")
        stay_blind(play, reviewer)
        link = reviewer.page.get_by_role("link", name=words[title])
        if link.count() == 0:
            continue
        reviewer.follow(link)
        stay_blind(play, reviewer)
        if title == "title":
            reviewer.reads(words["bare"])
            read_file(reviewer)
        advice = words["advice" if title == "title" else "rival_advice"]
        reviewer.fill(mark1=first, mark2=second, advice=advice, remark=words["secret"])
        reviewer.page.locator('main [name="recommendation"]').nth(0 if title == "title" else -1).check()
        reviewer.page.locator('main [name="confidence"]').first.check()
        reviewer.click(reviewer.page.locator('main button[value="submit"]'))
        done.append(title)
    return done


def stay_blind(play: Play, reviewer: Player) -> None:
    """No page tells whose an application is, in sight or in its source, in either language."""
    source = reviewer.page.locator("main").inner_html() + reviewer.page.title()
    for language in ("ar", "en"):
        for name in ("lead", "mate", "laboratory", "institute"):
            assert WORDS[language][name] not in source, (name, reviewer.page.url)
    for player in (play.cast["noura"], play.cast["hilal"], play.cast["salim"]):
        assert player.email not in source
        assert str(player.person_id) not in source
    for path in ("application", "rival"):
        assert play.paths[path].rpartition("/")[2] not in source, reviewer.page.url


def read_file(reviewer: Player) -> None:
    link = reviewer.page.locator('main a[href*="/files/"]')
    assert "noura" not in link.inner_text().casefold()
    answer: Any = reviewer.page.context.request.get(
        reviewer.page.url + "/files/" + str(link.get_attribute("href")).rpartition("/")[2]
    )
    assert answer.status == 200
    assert b"noura" not in all_of(answer.body()).lower()
    assert "noura" not in str(answer.headers).casefold()


def keep_away(play: Play, reviewer: Player) -> None:
    """Nothing of what is in conflict is there for a reviewer: not in lists, not by searching, not by its address."""
    reviewer.go(f"{play.home}/reviews?q={play.words['title']}")
    assert reviewer.page.locator('main a[href*="/portal/reviews/"]').count() == 0
    others = play.stand.one(
        "SELECT array_agg(review_id::text) FROM innovation.reviews r JOIN innovation.reviewers w USING (reviewer_id)"
        " WHERE r.call_id = %s AND w.person_id <> %s", play.home.rpartition("/")[2], reviewer.person_id,
    )  # fmt: skip
    for path in (*(f"/reviews/{one}" for one in others), play.paths["application"]):
        assert reviewer.finds(path) == 404, path


def sit(play: Play) -> None:
    """The panel sees the better one first, and writes down what it thinks."""
    officer, words = play.officer, play.words
    officer.go(play.desk)
    officer.walk("/desk/panel")
    shown = officer.page.locator("main table").inner_text()
    assert shown.index(words["title"]) < shown.index(words["rival_title"])
    officer.press("/desk/panel")
    officer.fill(note=words["note"])
    officer.press("/notes")
    officer.reads(words["note"])


def decide(play: Play) -> None:
    """Both decisions are prepared, and nobody reads anything before they are released together."""
    officer, words = play.officer, play.words
    officer.walk("/desk/decisions")
    prepare(
        play,
        "title",
        event="approve_with_conditions",
        amount="36000",
        conditions_ar=WORDS["ar"]["condition"],
        conditions_en=WORDS["en"]["condition"],
    )
    prepare(play, "rival_title", event="reject", reason="below_threshold")
    lead = play.cast["noura"]
    lead.go(play.paths["application"])
    assert words["condition"] not in lead.page.locator("main").inner_text()
    assert lead.page.locator('main a[href$="/decision"]').count() == 0
    officer.press("/decisions/release")
    officer.walk(play.desk)
    officer.take("decide")
    officer.take("announce")


def prepare(play: Play, title: str, **fields: str) -> None:
    """Fill the form of one application, opened as people open it."""
    part = play.officer.page.locator("main details").filter(has_text=play.words[title]).first
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    for name, text in fields.items():
        place = part.locator(f'[name="{name}"]')
        if name in {"event", "reason"}:
            place.select_option(text)
        else:
            place.fill(text)
    play.officer.click(part.locator("form button"))


def read_decisions(play: Play) -> None:
    """By the link in the mail: what was decided, why, and what reviewers wrote for those who apply."""
    words, amount = play.words, re.compile(r"36,000\.000")
    for name, advice in (("noura", "advice"), ("hilal", "advice"), ("salim", "rival_advice")):
        player = play.cast[name]
        player.go(play.stand.mailed_path(player.email))
        assert player.path.endswith("/decision")
        player.reads(words[advice])
        shown = player.page.locator("main").inner_text()
        assert words["secret"] not in shown
        assert bool(amount.search(shown)) is (name != "salim")
        assert (words["condition"] in shown) is (name != "salim")
