"""The marketplace through the months: vendors and offerings, six needs that end differently, and a pilot."""

from __future__ import annotations

from collections.abc import Iterator

from casework.organisations import members
from hackathon.market.introductions.model import Side
from stack.fiction.market import Meeting, Shop, Sought
from stack.fiction.stage import Stage

Scene = Iterator[float]
#: Days from now on which questions and responses close.
CROSSINGS, PARKING, LEAKS = (-60, 40), (6, 24), (-10, 4)
LIGHTING, INDICATORS, NOISE = (-50, -30), (-100, -88), (-45, -25)
#: Days from now of the pilot, and the days after which its introduction is asked for an outcome first.
PILOT, ASKED_AFTER = (-32, 60), 30
_OFFICERS = ("municipality", "municipality-2")


def vendors(stage: Stage) -> Scene:
    """Companies whose papers the programme has accepted; those of one have ended since."""
    yield -120
    stage.join("municipality-2", "baladiya.example")
    stage.belong("municipality-2", "municipality", "municipality")
    _let_speak(stage, "municipality-2", "municipality")
    shops = {texts["key"]: Shop(stage, texts) for texts in stage.market["vendors"]}
    yield -113
    for texts in stage.market["offerings"]:
        offering_id = shops[texts["vendor"]].offer(texts)
        stage.left[f"offering:{texts['title_en']}"] = offering_id
    yield -26
    winners = stage.market["winners"]
    Shop(stage, winners).offer(winners["offering"], stage.left["marketplace"])
    yield -18
    stage.run_clock("vendor")


def crossings(stage: Stage) -> Scene:
    """A need that vendors are matched with: one meeting became a pilot, one goes on, one is only suggested."""
    yield -75
    sought = Sought(stage, stage.market["needs"]["crossings"], CROSSINGS)
    yield -70
    gauges = Meeting(stage, sought, stage.left["offering:Wadi crossing gauge"], "vendor-1", Side.AGENCY)
    yield -68
    gauges.move("vendor_interest", Side.VENDOR)
    yield CROSSINGS[0]
    stage.run_clock("need")
    gauges.move("meet", Side.AGENCY)
    yield PILOT[0]
    texts = stage.market["pilots"][0]
    pilot_id = gauges.pilot(texts, PILOT)
    gauges.register(pilot_id)
    gauges.answer(ASKED_AFTER, texts["told"])
    yield -6
    towns = Meeting(
        stage, sought, stage.left["offering:Flood warning for small towns"], "vendor-3", Side.VENDOR
    )
    yield -4
    towns.move("agency_interest", Side.AGENCY)
    yield -1
    Meeting(
        stage, sought, stage.left["offering:Warnings that everybody understands"], "vendor-5", Side.PROGRAMME
    )


def parking(stage: Stage) -> Scene:
    """A need that is open: questions answered to all but one, and an addendum."""
    yield -10
    sought = Sought(stage, stage.market["needs"]["parking"], PARKING)
    yield -7
    sought.ask()
    yield -5
    sought.add()


def leaks(stage: Stage) -> Scene:
    """A need with two sealed responses, which nobody can read before it closes."""
    yield -28
    sought = Sought(stage, stage.market["needs"]["leaks"], LEAKS)
    yield LEAKS[0]
    stage.run_clock("need")
    yield -3
    sought.respond()


def lighting(stage: Stage) -> Scene:
    """A need whose responses were opened by two and marked by two; standstill runs."""
    yield -58
    sought = Sought(stage, stage.market["needs"]["lighting"], LIGHTING)
    yield -40
    stage.run_clock("need")
    handed_in = sought.respond()
    yield LIGHTING[1]
    stage.run_clock("need", "response")
    sought.open()
    yield -12
    sought.evaluate(handed_in, _OFFICERS)
    yield -5
    sought.intend(handed_in[0])


def indicators(stage: Stage) -> Scene:
    """A need that was awarded after its standstill."""
    yield -108
    sought = Sought(stage, stage.market["needs"]["indicators"], INDICATORS)
    yield -95
    stage.run_clock("need")
    handed_in = sought.respond()
    yield INDICATORS[1]
    stage.run_clock("need", "response")
    sought.open()
    sought.evaluate(handed_in, _OFFICERS)
    sought.intend(handed_in[0])
    yield INDICATORS[1] + 11
    sought.step("award", sought.agency)


def noise(stage: Stage) -> Scene:
    """A need that nobody answered becomes a challenge of the hackathon that is announced."""
    yield -55
    sought = Sought(stage, stage.market["needs"]["noise"], NOISE)
    yield NOISE[0]
    stage.run_clock("need")
    yield NOISE[1]
    stage.run_clock("need", "response")
    yield -20
    sought.step("find_none", sought.agency, "no_responses")
    yield -7
    sought.become_challenge(stage.left["announced"])


def _let_speak(stage: Stage, key: str, by: str) -> None:
    known = stage.call(stage.actor(key), members.list_memberships)
    [own] = [one for one in known if one.state == "member"]
    stage.call(stage.actor(by), members.set_admin, own.membership_id, own.version, is_admin=True)
