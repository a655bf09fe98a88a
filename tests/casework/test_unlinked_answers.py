"""Answers of a box: nothing lost, nothing twice, nobody reads before the close, nobody joins them to tokens after it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Actor, Grant, Role
from casework.admission import service as admission
from casework.admission.errors import RollClosed, TokenUsed
from casework.admission.model import Ticket
from casework.programme import Programme
from casework.unlinked_answers import service
from casework.unlinked_answers.errors import BoxClosed, BoxFull, BoxNotMixed, BoxStillOpen
from casework.unlinked_answers.model import BoxState
from casework.unlinked_answers.settings import UnlinkedSettings
from casework.workflow.errors import NoSuchObject
from tests.casework.admitting import Watch, answer, finish, hub_of, never, open_survey, texts, ticket_of
from tests.conftest import Database

ALL_ROLES = Actor(None, tuple(Grant(role) for role in Role))


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hub(casework: Database, watch: Watch) -> Programme:
    return hub_of(casework, watch, UnlinkedSettings(mixing_wait_seconds_max=0.05))


# What nobody may


@pytest.mark.parametrize("actor", [ANONYMOUS, SYSTEM, ALL_ROLES], ids=["visitor", "clockwork", "everything"])
def test_nobody_reads_or_counts_before_the_close(hub: Programme, actor: Actor) -> None:
    object_id, _ = open_survey(hub)
    hub.call(ANONYMOUS, service.put, object_id, answer("a"))
    for look in (service.read, service.count):
        with pytest.raises(BoxStillOpen):
            hub.call(actor, look, object_id)
    hub.call(SYSTEM, service.close, object_id)
    for look in (service.read, service.count):
        with pytest.raises(BoxNotMixed):
            hub.call(actor, look, object_id)
    assert hub.call(actor, service.state_of, object_id) is BoxState.CLOSED
    assert service.mix_due(hub, never) >= 1
    assert hub.call(actor, service.state_of, object_id) is BoxState.MIXED
    assert texts(hub, object_id) == ["a"]
    with pytest.raises(NoSuchObject):
        hub.call(actor, service.read, uuid4())


def test_the_portals_role_puts_and_neither_looks_nor_changes(hub: Programme, casework: Database) -> None:
    object_id, _ = open_survey(hub)
    hub.call(ANONYMOUS, service.put, object_id, answer("a", "kiosk", kiosk_id=uuid4()))
    forbidden = (
        "SELECT 1 FROM participation.open_answers",
        "UPDATE participation.open_answers SET version = 2",
        "DELETE FROM participation.open_answers",
        "TRUNCATE participation.open_answers",
        "INSERT INTO participation.open_answers (version) VALUES (1) RETURNING once",
        "UPDATE participation.unlinked_answers SET version = 2",
        "DELETE FROM participation.unlinked_answers",
        "INSERT INTO participation.unlinked_answers DEFAULT VALUES",
        "UPDATE participation.boxes SET mixed_at = now()",
        "DELETE FROM participation.roll_tokens",
        "UPDATE participation.roll_tokens SET channel = 'other'",
    )
    with casework.connect("portal") as portal:
        for statement in forbidden:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                portal.execute(statement.encode())
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
            portal.execute("SELECT participation.mix_box(%s, now(), '{}', '{}')", [object_id])
        hours = "SELECT * FROM participation.kiosk_hours(%s)"
        assert portal.execute(hours, [object_id]).fetchall() == []
        hub.call(SYSTEM, service.close, object_id)
        assert len(portal.execute(hours, [object_id]).fetchall()) == 1
    with casework.connect("read") as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("SELECT 1 FROM participation.unlinked_answers")


def test_nothing_is_kept_beside_an_answer_and_nothing_is_logged_of_one(
    hub: Programme, casework: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever adds an instant, an address, a person or a trigger to these tables, or a line to the log, comes past here."""
    with casework.connect() as owner:
        columns = owner.execute(
            "SELECT table_name || '.' || column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'participation' AND table_name IN ('roll_tokens', 'open_answers', 'unlinked_answers')"
        ).fetchall()
        assert dict(columns) == {
            "roll_tokens.object_id": "uuid",
            # Of the hub's keys, which are as few as the years.
            "roll_tokens.key_id": "text",
            "roll_tokens.digest": "bytea",
            "roll_tokens.channel": "text",
            "roll_tokens.is_used": "boolean",
            "open_answers.once": "uuid",
            "open_answers.object_id": "uuid",
            "open_answers.version": "integer",
            "open_answers.channel": "text",
            "open_answers.language": "text",
            "open_answers.document": "jsonb",
            "open_answers.kiosk_id": "uuid",
            "open_answers.kiosk_hour": "timestamp with time zone",
            "unlinked_answers.answer_id": "uuid",
            "unlinked_answers.object_id": "uuid",
            "unlinked_answers.version": "integer",
            "unlinked_answers.channel": "text",
            "unlinked_answers.language": "text",
            "unlinked_answers.document": "jsonb",
            "unlinked_answers.is_apart": "boolean",
        }
        triggers = owner.execute(
            "SELECT count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"
            " AND relname IN ('roll_tokens', 'open_answers', 'unlinked_answers')"
        ).fetchone()
        assert triggers == (0,)
        lines = "SELECT count(*) FROM innovation.audit"
        before = owner.execute(lines).fetchone()
        object_id, (token,) = open_survey(hub, 1)
        hub.call(ANONYMOUS, service.put_by_token, ticket_of(hub, object_id, token), answer("a"))
        finish(hub, object_id)
        assert owner.execute(lines).fetchone() == before
    assert not caplog.records


# Nothing lost, nothing twice


def test_the_same_page_counts_once_however_often_it_is_sent(hub: Programme) -> None:
    object_id, _ = open_survey(hub)
    page, together = uuid4(), threading.Barrier(4)
    outcomes: list[bool] = []

    def press() -> None:
        together.wait(60)
        outcomes.append(hub.call(ANONYMOUS, service.put, object_id, answer("a", once=page)))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(outcomes) == {True: 1, False: 3}
    assert hub.call(ANONYMOUS, service.put, object_id, answer("b", once=uuid4()))
    finish(hub, object_id)
    assert sorted(texts(hub, object_id)) == ["a", "b"]


def test_two_tabs_with_one_token_give_one_answer_and_the_first_one_counts(hub: Programme) -> None:
    object_id, tokens = open_survey(hub, 10)
    outcomes: list[str] = []
    kept: dict[str, str] = {}
    for token in tokens:
        ticket, together = ticket_of(hub, object_id, token), threading.Barrier(2)

        def press(tab: str, ticket: Ticket = ticket, together: threading.Barrier = together) -> None:
            together.wait(60)
            try:
                hub.call(ANONYMOUS, service.put_by_token, ticket, answer(f"{ticket.digest.hex()} {tab}"))
                outcomes.append("kept")
                kept[ticket.digest.hex()] = tab
            except TokenUsed:
                outcomes.append("used")

        threads = [threading.Thread(target=press, args=(tab,)) for tab in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert Counter(outcomes) == {"kept": 10, "used": 10}
    finish(hub, object_id)
    assert sorted(texts(hub, object_id)) == sorted(f"{digest} {tab}" for digest, tab in kept.items())


@pytest.mark.parametrize("where", ["before the token", "between token and answer", "after the answer"])
def test_where_the_server_goes_away_neither_or_both_are_kept(
    hub: Programme, casework: Database, where: str
) -> None:
    object_id, (token,) = open_survey(hub, 1)
    ticket = ticket_of(hub, object_id, token)
    with psycopg.connect(casework.url("portal"), autocommit=True) as lost:
        session = hub.within(lost, ANONYMOUS)
        with casework.superuser() as superuser, suppress(psycopg.OperationalError), lost.transaction():
            steps: tuple[tuple[str, Callable[[], object]], ...] = (
                ("before the token", lambda: admission.use_ticket(session, ticket)),
                ("between token and answer", lambda: service.put(session, object_id, answer("lost"))),
                ("after the answer", lambda: lost.execute("SELECT 1")),
            )
            for name, step in steps:
                if name == where:
                    superuser.execute("SELECT pg_terminate_backend(%s, 10000)", [lost.info.backend_pid])
                step()
    hub.call(ANONYMOUS, service.put_by_token, ticket, answer("kept"))
    finish(hub, object_id)
    assert texts(hub, object_id) == ["kept"]


def test_mixing_that_was_cut_off_is_done_again_and_nobody_reads_half(
    hub: Programme, casework: Database
) -> None:
    object_id, _ = open_survey(hub)
    for number in range(30):
        hub.call(ANONYMOUS, service.put, object_id, answer(str(number)))
    hub.call(SYSTEM, service.close, object_id)
    with (
        suppress(psycopg.OperationalError),
        psycopg.connect(casework.url("portal")) as lost,
        casework.superuser() as superuser,
    ):
        lost.execute("SELECT participation.mix_box(%s, now(), '{}', '{}')", [object_id])
        superuser.execute("SELECT pg_terminate_backend(%s, 10000)", [lost.info.backend_pid])
    with pytest.raises(BoxNotMixed):
        hub.call(SYSTEM, service.read, object_id)
    assert service.mix_due(hub, never) == 1
    assert sorted(texts(hub, object_id), key=int) == [str(number) for number in range(30)]
    assert service.mix_due(hub, never) == 0


def test_mixing_steps_back_from_whoever_is_in_the_tables(hub: Programme, casework: Database) -> None:
    object_id, _ = open_survey(hub, 1)
    hub.call(SYSTEM, service.close, object_id)
    with casework.connect("portal") as other:
        with other.transaction():
            other.execute("SELECT count(*) FROM participation.roll_tokens")
            assert service.mix_due(hub, never) == 0
        assert service.mix_due(hub, lambda: True) == 0, "the process ends"
        assert service.mix_due(hub, never) == 1
        failures = other.execute("SELECT count(*) FROM public.failures WHERE job = %s", [service.JOB])
        assert failures.fetchone() == (0,)


def test_a_closed_box_takes_nothing_and_whoever_is_just_answering_is_waited_for(
    hub: Programme, casework: Database
) -> None:
    object_id, (token, late) = open_survey(hub, 2)
    closing = threading.Thread(target=hub.call, args=(SYSTEM, service.close, object_id))
    with casework.connect("portal") as connection, connection.transaction():
        service.put_by_token(
            hub.within(connection, ANONYMOUS), ticket_of(hub, object_id, token), answer("in time")
        )
        closing.start()
    closing.join(60)
    with pytest.raises(RollClosed):
        hub.call(ANONYMOUS, service.put_by_token, ticket_of(hub, object_id, late), answer("late"))
    with pytest.raises(BoxClosed):
        hub.call(ANONYMOUS, service.put, object_id, answer("late"))
    hub.call(SYSTEM, service.close, object_id)
    assert service.mix_due(hub, never) == 1
    assert texts(hub, object_id) == ["in time"]


def test_a_box_takes_so_many(casework: Database, watch: Watch) -> None:
    hub = hub_of(casework, watch, UnlinkedSettings(answers_per_box_max=2))
    object_id, _ = open_survey(hub)
    for text in "ab":
        hub.call(ANONYMOUS, service.put, object_id, answer(text))
    with pytest.raises(BoxFull):
        hub.call(ANONYMOUS, service.put, object_id, answer("c"))


def test_people_answer_while_other_boxes_are_mixed_and_nothing_is_lost(
    hub: Programme, casework: Database
) -> None:
    """Mixing writes what they have just answered anew, under their hands."""
    object_id, tokens = open_survey(hub, 120)
    closing = [open_survey(hub, 3)[0] for _ in range(6)]

    def give(own: Sequence[str]) -> None:
        for token in own:
            hub.call(ANONYMOUS, service.put_by_token, ticket_of(hub, object_id, token), answer(token))
            hub.call(SYSTEM, admission.issue_tokens, object_id, 1, "late")

    with ThreadPoolExecutor(4) as crowd:
        answering = [crowd.submit(give, tokens[start::4]) for start in range(4)]
        for other in closing:
            hub.call(SYSTEM, service.close, other)
            service.mix_due(hub, never)
    assert [one.result() for one in answering] == [None] * 4
    hub.call(SYSTEM, service.close, object_id)
    while service.mix_due(hub, never):
        pass
    assert sorted(texts(hub, object_id)) == tokens
    used = {
        one.channel: (one.issued, one.used) for one in hub.call(SYSTEM, admission.count_tokens, object_id)
    }
    assert used == {"letter": (120, 120), "late": (120, 0)}


def test_hours_in_which_somebody_filled_a_kiosk_are_counted_apart_and_then_forgotten(
    hub: Programme, watch: Watch
) -> None:
    object_id, _ = open_survey(hub)
    kiosks = [uuid4(), uuid4()]
    for hour in range(12):
        for kiosk_id in kiosks:
            many = 60 if (hour, kiosk_id) == (5, kiosks[0]) else 4 + hour % 3
            for _ in range(many):
                filled = "filled" if many == 60 else "true"
                hub.call(ANONYMOUS, service.put, object_id, answer(filled, "kiosk", kiosk_id=kiosk_id))
        watch.at += timedelta(hours=1)
    hub.call(ANONYMOUS, service.put, object_id, answer("web"))
    finish(hub, object_id)
    read = hub.call(SYSTEM, service.read, object_id)
    assert {str(one.answers.values["q"]) for one in read if one.is_apart} == {"filled"}
    assert {str(one.answers.values["q"]) for one in read if not one.is_apart} == {"true", "web"}
