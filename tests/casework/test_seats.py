"""Seats: never more than there are, and whoever has waited longest is first, whatever happens."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from casework.admission import browsers, errors, seats
from casework.admission.machine import HELD
from casework.admission.model import Taker
from casework.admission.noun import HOLDER
from casework.admission.settings import AdmissionSettings
from casework.follow_up.errors import NothingFollowed
from casework.follow_up.keys import HubKey
from casework.follow_up.model import Followed
from casework.governorates.model import Governorate
from casework.people.errors import InvalidName, TooOften
from casework.people.limits import seat_bounds
from casework.people.model import Visitor
from casework.people.settings import ThrottleSettings
from casework.people.throttle.service import count_attempt
from casework.programme import Programme
from casework.workflow.clockwork import run_due
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState, TooLate
from tests.casework.admitting import NOW, Watch, hub_of, open_session, visitor
from tests.conftest import Database
from tests.hackathon.machines import store_account

STAFF = Actor(None, (Grant(Role.FACILITATOR),))
LIMITS = AdmissionSettings(offer_hours=24, offers_max=3, waiting_max=200)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hub(casework: Database, watch: Watch) -> Programme:
    return hub_of(casework, watch, LIMITS)


def taker(name: str = "Somebody", **more: object) -> Taker:
    return Taker(name, "en", **more)  # type: ignore[arg-type]


def asks(hub: Programme, object_id: UUID, name: str = "Somebody", **more: object) -> seats.Asked:
    return hub.call(ANONYMOUS, seats.ask, object_id, taker(name, **more))


def by_owner(hub: Programme, seat_id: UUID, event: str) -> None:
    hub.call(Followed("seat", seat_id).actor, seats.move, seat_id, event, None)


def state_of(hub: Programme, seat_id: UUID) -> str:
    return hub.call(SYSTEM, seats.get, seat_id).state


def clock(hub: Programme) -> int:
    return run_due(hub, [seats.SEATS])


def mails_of(database: Database, address: str) -> list[str]:
    with database.connect() as owner:
        rows = owner.execute(
            "SELECT template FROM innovation.outbox WHERE recipient = %s ORDER BY mail_id", [address]
        )
        return sorted(str(row[0]).partition("/")[2] for row in rows.fetchall())


def test_of_200_at_one_instant_50_have_a_seat_and_the_others_wait_in_order(
    hub: Programme, casework: Database
) -> None:
    object_id = open_session(hub, 50)
    with ThreadPoolExecutor(16) as crowd:
        asked = list(crowd.map(lambda number: asks(hub, object_id, f"p{number}"), range(200)))
    assert Counter(one.state for one in asked) == {"confirmed": 50, "waiting": 150}
    assert hub.call(SYSTEM, seats.count_seats, object_id) == {"confirmed": 50, "waiting": 150}
    with casework.connect() as owner:
        logged = owner.execute(
            "SELECT object, event FROM innovation.audit WHERE chain = %s ORDER BY position",
            [f"seats:{object_id}"],
        ).fetchall()
    assert [event for _, event in logged] == ["take"] * 50 + ["wait"] * 150
    listed = [
        seat.seat_id
        for skipped in (0, 100)
        for seat in hub.call(STAFF, seats.list_seats, object_id, ("waiting",), skipped)
    ]
    assert listed == [seat_id for seat_id, event in logged if event == "wait"]


def test_whoever_waited_longest_is_offered_what_becomes_free_and_has_until_then(
    hub: Programme, watch: Watch, casework: Database
) -> None:
    object_id = open_session(hub, 1)
    holder = asks(hub, object_id, "a", email="a@example.com")
    first = asks(hub, object_id, "b", email="b@example.com")
    second = asks(hub, object_id, "c", email="c@example.com")
    assert (holder.state, first.state, second.state) == ("confirmed", "waiting", "waiting")
    assert clock(hub) == 0
    by_owner(hub, holder.seat_id, "leave")
    assert (state_of(hub, first.seat_id), state_of(hub, second.seat_id)) == ("offered", "waiting")
    assert asks(hub, object_id, "d").state == "waiting", "nobody overtakes who waits"
    watch.pass_by(hours=24)
    with pytest.raises(TooLate):
        by_owner(hub, first.seat_id, "take")
    assert clock(hub) == 1
    assert (state_of(hub, first.seat_id), state_of(hub, second.seat_id)) == ("waiting", "offered")
    by_owner(hub, second.seat_id, "take")
    line = hub.call(STAFF, seats.list_seats, object_id, ("waiting",))
    assert [seat.taker.name for seat in line] == ["d", "b"], "whoever lapses goes to the end"
    assert mails_of(casework, "a@example.com") == ["asked"]
    assert mails_of(casework, "b@example.com") == ["asked", "moved", "offered"]
    assert mails_of(casework, "c@example.com") == ["asked", "offered"]


def test_leaving_the_line_before_and_after_an_offer(hub: Programme) -> None:
    object_id = open_session(hub, 1)
    holder, first, second, third = (asks(hub, object_id, name) for name in "abcd")
    by_owner(hub, first.seat_id, "leave")
    by_owner(hub, holder.seat_id, "leave")
    assert state_of(hub, second.seat_id) == "offered"
    by_owner(hub, second.seat_id, "leave")
    assert state_of(hub, third.seat_id) == "offered"
    assert hub.call(SYSTEM, seats.count_seats, object_id) == {"gone": 3, "offered": 1}


def test_whoever_never_answers_is_dropped_and_keeps_nobody_waiting(hub: Programme, watch: Watch) -> None:
    object_id = open_session(hub, 1)
    holder, silent = (asks(hub, object_id, name) for name in "ab")
    by_owner(hub, holder.seat_id, "leave")
    for offer in range(1, 4):
        assert state_of(hub, silent.seat_id) == "offered"
        assert hub.call(SYSTEM, seats.get, silent.seat_id).offers == offer
        watch.pass_by(hours=24)
        clock(hub)
        clock(hub)
    gone = hub.call(SYSTEM, seats.get, silent.seat_id)
    assert (gone.state, gone.state_reason) == ("gone", "no_reply")
    assert asks(hub, object_id, "c").state == "confirmed"


def test_a_number_opens_the_door_once_and_whoever_does_not_come_is_absent(
    hub: Programme, watch: Watch
) -> None:
    object_id, other = open_session(hub, 2, hours=3), open_session(hub, 1)
    here, missing, late = (
        asks(hub, object_id, name, governorate=Governorate.MUSCAT) for name in ("here", "missing", "late")
    )
    with pytest.raises(NotAllowed):
        hub.call(ANONYMOUS, seats.check_in, object_id, here.issued.number)
    for elsewhere, number in ((other, here.issued.number), (object_id, "K7QM")):
        with pytest.raises(NothingFollowed):
            hub.call(STAFF, seats.check_in, elsewhere, number)
    assert hub.call(STAFF, seats.check_in, object_id, here.issued.number.lower()).state == "present"
    for number in (here.issued.number, late.issued.number):
        with pytest.raises(NotInThisState):
            hub.call(STAFF, seats.check_in, object_id, number)
    assert hub.call(SYSTEM, seats.is_attendee, object_id, here.seat_id)
    assert not hub.call(SYSTEM, seats.is_attendee, object_id, missing.seat_id)
    assert not hub.call(SYSTEM, seats.is_attendee, other, here.seat_id)
    hub.call(SYSTEM, seats.set_ends, object_id, NOW + timedelta(hours=4))
    watch.pass_by(hours=3)
    assert clock(hub) == 0, "it takes an hour longer"
    watch.pass_by(hours=1)
    with pytest.raises(TooLate):
        hub.call(STAFF, seats.check_in, object_id, missing.issued.number)
    assert clock(hub) == 2
    assert {name: state_of(hub, one.seat_id) for name, one in (("missing", missing), ("late", late))} == {
        "missing": "absent",
        "late": "gone",
    }
    assert hub.call(SYSTEM, seats.count_governorates, object_id) == {"OM-MA": 1}
    with pytest.raises(TooLate):
        asks(hub, object_id)


def test_more_seats_are_offered_at_once_and_fewer_than_are_taken_there_cannot_be(hub: Programme) -> None:
    object_id = open_session(hub, 1)
    for name in "abcd":
        asks(hub, object_id, name)
    hub.call(STAFF, seats.set_seats, object_id, 3)
    assert hub.call(SYSTEM, seats.count_seats, object_id) == {"confirmed": 1, "offered": 2, "waiting": 1}
    with pytest.raises(errors.FewerSeatsThanTaken):
        hub.call(STAFF, seats.set_seats, object_id, 2)
    with pytest.raises(errors.TooManySeats):
        hub.call(STAFF, seats.set_seats, object_id, 20_001)


def test_what_is_called_off_is_told_to_everybody_and_offered_to_nobody(
    hub: Programme, casework: Database
) -> None:
    object_id = open_session(hub, 1)
    asked = [asks(hub, object_id, name, email=f"off-{name}@example.com") for name in "abc"]
    assert hub.call(STAFF, seats.cancel_all, object_id) == 3
    assert {hub.call(SYSTEM, seats.get, one.seat_id).state_reason for one in asked} == {"cancelled"}
    assert mails_of(casework, "off-b@example.com") == ["asked", "moved"]
    with pytest.raises(errors.RollClosed):
        asks(hub, object_id)


def test_nobody_has_two_and_nobody_sees_anothers(hub: Programme, casework: Database) -> None:
    object_id = open_session(hub, 5)
    with casework.connect() as owner:
        person_id = store_account(owner)
    person = Actor(person_id)
    mine = hub.call(person, seats.ask, object_id, taker(person_id=person_id))
    other = asks(hub, object_id, email="One@Example.com")
    for again in (taker(person_id=person_id), taker(email="one@example.com")):
        with pytest.raises(errors.SeatHeld):
            hub.call(person, seats.ask, object_id, again)
    found = hub.call(person, seats.find_own, object_id)
    assert found is not None
    assert found.seat_id == mine.seat_id
    for stranger in (ANONYMOUS, person, Followed("seat", mine.seat_id).actor):
        with pytest.raises(NoSuchObject):
            hub.call(stranger, seats.get_own, other.seat_id)
        with pytest.raises(NotAllowed):
            hub.call(stranger, seats.move, other.seat_id, "leave", None)
    of_session = Actor(None, (Grant(Role.FACILITATOR, Scope(ScopeKind.SESSION, object_id)),))
    assert hub.call(of_session, seats.get_own, other.seat_id).taker.email == "One@Example.com"
    hub.call(person, seats.move, mine.seat_id, "leave", None)
    friend = hub.call(person, seats.ask, object_id, taker("Friend"))
    assert (friend.state, state_of(hub, friend.seat_id)) == ("confirmed", "confirmed")
    assert hub.call(person, seats.ask, object_id, taker(person_id=person_id)).state == "confirmed"
    for nobody in (taker(" "), taker("n" * 201), taker(email="e" * 201)):
        with pytest.raises(errors.TakerUnnamed):
            hub.call(ANONYMOUS, seats.ask, object_id, nobody)
    for turned in (taker("Amal\u202egnp"), taker("Am\x00al"), taker(email="a\u2066@example.com")):
        with pytest.raises(InvalidName):
            hub.call(ANONYMOUS, seats.ask, object_id, turned)
    with pytest.raises(NoSuchObject):
        asks(hub, uuid4())


def test_one_network_takes_a_part_of_a_hall(casework: Database, watch: Watch) -> None:
    hub = hub_of(casework, watch, ThrottleSettings(seats_per_network=3))
    one, other = open_session(hub, 30), open_session(hub, 30)
    here, there = visitor(), visitor()

    def ask(who: Visitor, object_id: UUID) -> None:
        count_attempt(hub, seat_bounds(hub, who, object_id))

    for who, object_id in ((here, one), (there, one), (here, other)):
        for _ in range(3):
            ask(who, object_id)
        with pytest.raises(TooOften):
            ask(who, object_id)
    watch.pass_by(hours=23)
    with pytest.raises(TooOften):
        ask(here, one)
    watch.pass_by(hours=2)
    ask(here, one)


def test_a_browser_has_the_same_key_however_many_requests_it_sends_at_once(
    casework: Database, watch: Watch
) -> None:
    hub, here = hub_of(casework, watch), visitor()
    tokens = {browsers.begin(hub, here, secret).token for secret in ("a", "b", "a")}
    assert len(tokens) == 2
    for token in tokens:
        shown = browsers.sign_browser(hub.of(HubKey).secret, token)
        assert browsers.read_browser(hub.of(HubKey).secret, shown) == token


def test_a_line_has_an_end(casework: Database, watch: Watch) -> None:
    hub = hub_of(casework, watch, AdmissionSettings(waiting_max=1))
    object_id = open_session(hub, 1)
    asks(hub, object_id)
    asks(hub, object_id)
    with pytest.raises(errors.LineFull):
        asks(hub, object_id)


def test_whose_a_seat_was_is_exported_erased_and_forgotten(
    hub: Programme, casework: Database, watch: Watch
) -> None:
    object_id = open_session(hub, 3, hours=1)
    with casework.connect() as owner:
        person_id = store_account(owner)
    hub.call(Actor(person_id), seats.ask, object_id, taker("Mine", person_id=person_id))
    other = asks(hub, object_id, "Other", email="other@example.com")
    with casework.connect("portal") as connection, connection.transaction():
        held = list(HOLDER.export(connection, person_id))
        assert [(section, row["name"]) for section, row in held] == [("seats", "Mine")]
        assert [row.rows for row in HOLDER.erase(connection, person_id)] == [1]
        assert not list(HOLDER.export(connection, person_id))
    watch.pass_by(days=30)
    assert seats.tidy(hub, lambda: False) == 0
    watch.pass_by(hours=1)
    assert seats.tidy(hub, lambda: False) == 1
    forgotten = hub.call(SYSTEM, seats.get, other.seat_id).taker
    assert (forgotten.name, forgotten.email) == ("", "")


@dataclass
class Line:
    """What must be the case, kept by other means: a list."""

    free: int
    waiting: list[UUID] = field(default_factory=list)
    offered: list[UUID] = field(default_factory=list)
    confirmed: list[UUID] = field(default_factory=list)
    offers: Counter[UUID] = field(default_factory=Counter)

    def fill(self, lapsed: UUID | None = None) -> None:
        while self.free and self.waiting and self.waiting[0] != lapsed:
            first = self.waiting.pop(0)
            self.offered.append(first)
            self.offers[first] += 1
            self.free -= 1


def test_in_many_random_steps_the_first_in_line_is_always_first(
    hub: Programme, watch: Watch, is_long: bool
) -> None:
    """Asking, leaving, taking and lapsing, 1,000 times where there is time."""
    chance = random.Random(11)
    object_id = open_session(hub, 4, hours=100_000)
    line = Line(4)
    for step in range(1_000 if is_long else 120):
        people = line.waiting + line.offered + line.confirmed
        deed = chance.choice(("ask", "ask", "leave", "take", "lapse"))
        if deed == "ask" and len(people) < 14:
            asked = asks(hub, object_id, f"p{step}")
            if line.free and not line.waiting:
                line.free -= 1
                line.confirmed.append(asked.seat_id)
            else:
                line.waiting.append(asked.seat_id)
        elif deed == "leave" and people:
            gone = chance.choice(people)
            by_owner(hub, gone, "leave")
            for of_state in (line.waiting, line.offered, line.confirmed):
                if gone in of_state:
                    of_state.remove(gone)
                    line.free += of_state is not line.waiting
            line.fill()
        elif deed == "take" and line.offered:
            taken = line.offered.pop(chance.randrange(len(line.offered)))
            by_owner(hub, taken, "take")
            line.confirmed.append(taken)
        elif deed == "lapse" and line.offered:
            lapse_all(hub, watch, line)
        shown = hub.call(STAFF, seats.list_seats, object_id, ("waiting",))
        assert [seat.seat_id for seat in shown] == line.waiting
        counted = hub.call(SYSTEM, seats.count_seats, object_id)
        assert counted.get("offered", 0) == len(line.offered)
        assert sum(counted.get(state, 0) for state in HELD) == 4 - line.free <= 4


def lapse_all(hub: Programme, watch: Watch, line: Line) -> None:
    """A day goes by: every offer ends, first those that lapse and then those that are dropped, in the order of identifiers."""
    watch.pass_by(hours=24)
    ending = sorted(line.offered, key=lambda seat_id: (line.offers[seat_id] >= LIMITS.offers_max, seat_id))
    for seat_id in ending:
        line.offered.remove(seat_id)
        line.free += 1
        if line.offers[seat_id] < LIMITS.offers_max:
            line.waiting.append(seat_id)
        line.fill(seat_id)
    line.fill()
    while clock(hub):
        pass
