"""What somebody asks to be counted is, once each time; what fails is told, done again, and holds up nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from psycopg.pq import TransactionStatus

from casework.access.model import SYSTEM
from casework.counting import wanted
from casework.counting.model import Counter, Wanted
from casework.counting.wanted import Tally, count_due, is_any_due
from casework.noun import Noun, Nouns
from casework.programme import Programme, Session
from casework.workflow.errors import NotAllowed
from tests.casework.admitting import Watch, hub_of
from tests.conftest import Database


@dataclass
class Toy:
    """Counts by calling ``work``; what cannot be counted yet is ``early``, and ``kept`` what was found."""

    work: Callable[[], object] = lambda: None
    early: set[UUID] = field(default_factory=set)
    poisoned: set[UUID] = field(default_factory=set)
    kept: list[UUID] = field(default_factory=list)

    def take(self, _session: Session, object_id: UUID) -> Callable[[], UUID]:
        if object_id in self.early:
            raise NotAllowed

        def work() -> UUID:
            self.work()
            if object_id in self.poisoned:
                raise ValueError("what somebody answered")
            return object_id

        return work

    def keep(self, _session: Session, object_id: UUID, found: UUID) -> None:
        assert found == object_id
        self.kept.append(found)


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hub(casework: Database, watch: Watch, toy: Toy) -> Programme:
    return hub_of(
        casework, watch, Nouns([Noun("toy", "toy", counters=(Counter("toy", toy.take, toy.keep),))])
    )


def ask(hub: Programme, object_id: UUID | None = None) -> UUID:
    chosen = object_id or uuid4()
    hub.call(SYSTEM, wanted.ask, "toy", chosen)
    return chosen


def find(hub: Programme, object_id: UUID) -> Wanted | None:
    return hub.call(SYSTEM, wanted.find, object_id)


def test_it_is_counted_in_no_transaction_and_once(hub: Programme, toy: Toy, watch: Watch) -> None:
    one = ask(hub)
    told = find(hub, one)
    assert told is not None
    assert (told.begun_at, told.failed) == (None, 0)

    def work() -> None:
        begun = find(hub, one)
        assert begun is not None
        assert begun.begun_at == watch.at
        # Another worker meanwhile.
        assert count_due(hub) == Tally(0, 0)

    toy.work = work
    with hub.connect() as connection:
        assert is_any_due(connection, watch.at)
        assert count_due(hub) == Tally(1, 0)
        assert not is_any_due(connection, watch.at)
        assert connection.info.transaction_status is TransactionStatus.IDLE
    assert (find(hub, one), toy.kept) == (None, [one])
    assert count_due(hub) == Tally(0, 0)


def test_asked_for_again_meanwhile_it_is_counted_again(hub: Programme, toy: Toy) -> None:
    one = ask(hub)
    toy.work = lambda: ask(hub, one)
    count_due(hub)
    assert find(hub, one) is not None
    toy.work = lambda: None
    count_due(hub)
    assert (find(hub, one), toy.kept) == (None, [one, one])


def test_one_that_fails_is_told_and_holds_up_no_other(hub: Programme, toy: Toy, watch: Watch) -> None:
    bad, good = ask(hub), ask(hub)
    toy.poisoned.add(bad)
    assert count_due(hub) == Tally(1, 1)
    told = find(hub, bad)
    assert told is not None
    assert (told.failed, told.due_at > watch.at, toy.kept) == (1, True, [good])
    with hub.connect() as connection:
        reason = connection.execute(
            "SELECT reason FROM failures WHERE subject = %s", [told.subject]
        ).fetchone()
        assert reason == ("ValueError",), "without what somebody answered"
        assert not is_any_due(connection, watch.at)
    toy.poisoned.clear()
    watch.at = told.due_at
    assert count_due(hub) == Tally(1, 0)
    assert find(hub, bad) is None


def test_what_is_too_early_is_no_failure(hub: Programme, toy: Toy, watch: Watch) -> None:
    one = ask(hub)
    toy.early.add(one)
    assert count_due(hub) == Tally(0, 0)
    told = find(hub, one)
    assert told is not None
    assert (told.failed, told.begun_at is None, told.due_at > watch.at) == (0, True, True)
    toy.early.clear()
    watch.at += timedelta(minutes=1)
    assert count_due(hub) == Tally(1, 0)


def test_a_process_that_ends_in_the_middle_does_it_again(hub: Programme, toy: Toy) -> None:
    one = ask(hub)

    def end() -> None:
        raise SystemExit

    toy.work = end
    with pytest.raises(SystemExit):
        count_due(hub)
    assert toy.kept == []
    toy.work = lambda: None
    assert count_due(hub) == Tally(1, 0)
    assert toy.kept == [one]
