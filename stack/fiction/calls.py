"""Funding through the months: a call that pays, one in review, one that is open, and one that is announced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from casework.access.model import Role
from hackathon.funding.reviewing.deciding.model import Verdict
from stack.fiction.funding import FINANCE, OFFICER, SECOND, Funding, Granted
from stack.fiction.stage import Stage

Scene = Iterator[float]
RESEARCHERS, REVIEWERS = 7, 4
#: Days from now of opening, close, the end of reviews, and of appeals.
PAYING = (-200, -172, -150, -110)
REVIEWED = (-27, -12, 9, 40)
OPEN = (-5, 25, 45, 70)
COMING = (9, 40, 60, 85)
#: Days from now by which what the first two awards pay for is due.
LEAKS, TREES = (-60, -4, 120), (20, 300)
#: Minor units of what is granted: to the first, the second, and the one that waited in reserve.
GRANTED = (24_000_000, 17_000_000, 8_500_000)
_MINUTE = timedelta(minutes=1)


def researchers(stage: Stage) -> Scene:
    """Those who run funding, those who apply, and those who review: none from where an application comes from."""
    yield -210
    for key, role in ((OFFICER, Role.PROGRAMME_OFFICER), (FINANCE, Role.FINANCE)):
        stage.join(key, "falaj.example")
        stage.appoint(key, role, by="administrator")
    stage.appoint(SECOND, Role.FINANCE, by="administrator")
    stage.join("researcher-1", "jamia.example")
    stage.belong("researcher-1", "university", "university")
    for number in range(2, RESEARCHERS + 1):
        stage.join(f"researcher-{number}", f"lab-{number}.example")
    for number in range(1, REVIEWERS + 1):
        stage.join(f"reviewer-{number}", f"review-{number}.example")


def paying(stage: Stage) -> Scene:
    """A call with three awards: one with a payment and a claim, one at work, one offered out of the reserve."""
    texts = stage.funding["done"]
    yield -205
    call = Funding(stage, texts, PAYING)
    yield PAYING[0]
    stage.run_clock("call")
    yield -190
    written = [call.begin(entry) for entry in texts["entries"]]
    yield -180
    for application_id in written:
        call.hand_in(application_id)
    leaks, trees, dew, pools, museum = written
    yield PAYING[1]
    stage.run_clock("call", "application")
    call.step("begin_reviewing")
    call.screen({museum: "out_of_scope"})
    for number in range(1, REVIEWERS):
        call.invite(f"reviewer-{number}")
    sheets = call.assign()
    yield -158
    for sheet in sheets:
        call.review(sheet)
    yield -151
    call.sit()
    conditions = texts["conditions"]
    call.decide(
        [
            (leaks, "approve", Verdict(GRANTED[0]), None),
            (trees, "approve_with_conditions", Verdict(GRANTED[1], conditions["ar"], conditions["en"]), None),
            (dew, "hold_in_reserve", Verdict(), None),
            (pools, "reject", Verdict(), "value_for_money"),
        ]
    )
    call.step("decide")
    call.step("announce")
    yield -148
    awards = (call.offer(0, GRANTED[0]), call.offer(1, GRANTED[1], (conditions["ar"], conditions["en"])))
    yield -140
    running = [
        Granted(stage, award, call.leads[award.application_id], known)
        for award, known in zip(awards, texts["awards"][:2], strict=True)
    ]
    for award, days in zip(running, (LEAKS, TREES), strict=True):
        award.move("accept", award.lead)
        award.contract(days)
        award.move("start")
    yield -63
    running[0].report(0)
    claim_id = running[0].claim(0)
    yield -58
    running[0].pay(claim_id)
    yield -12
    call.decide([(dew, "approve", Verdict(GRANTED[2]), None)])
    call.offer(2, GRANTED[2])
    yield -6
    running[0].report(1)
    running[0].claim(1)


def reviewed(stage: Stage) -> Scene:
    """After a hackathon, whose winners have applied: copies are with reviewers, and half of the sheets are in."""
    texts = stage.funding["reviewed"]
    yield -28
    call = Funding(stage, texts, REVIEWED, stage.left["hackathon"])
    yield REVIEWED[0]
    stage.at += _MINUTE
    stage.run_clock("call")
    yield -20
    winners, *others = texts["entries"]
    written = [call.begin(winners, stage.left["winner"]), *map(call.begin, others)]
    yield -14
    for application_id in written:
        call.hand_in(application_id)
    yield REVIEWED[1]
    stage.run_clock("call", "application")
    call.step("begin_reviewing")
    yield -10
    call.screen({})
    for number in range(1, REVIEWERS + 1):
        call.invite(f"reviewer-{number}")
    sheets = call.assign()
    yield -2
    for number, sheet in enumerate(sheets):
        # The first reviewer has left all of theirs for whoever looks at the demo.
        if stage.key_of(sheet.person_id) != "reviewer-1" and number % 5:
            call.review(sheet, is_handed_in=bool(number % 4))


def opened(stage: Stage) -> Scene:
    """A call that is open, with two drafts, and one that people have heard of."""
    texts = stage.funding["open"]
    yield -7
    call = Funding(stage, texts, OPEN)
    yield OPEN[0]
    stage.run_clock("call")
    yield -3
    Funding(stage, stage.funding["coming"], COMING).step("forecast")
    yield -2
    for entry in texts["entries"]:
        call.begin(entry)
