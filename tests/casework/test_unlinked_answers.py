"""Answers of a box: nothing lost, nothing twice, nobody reads before the close, nobody joins them to tokens after it."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Actor, Grant, Role
from casework.admission import service as admission
from casework.admission.errors import RollClosed, TokenUsed
from casework.admission.model import Ticket
from casework.admission.rules import read_token, token_digest
from casework.follow_up.keys import HubKey
from casework.forms.model import Answers
from casework.programme import Programme, Session
from casework.unlinked_answers import service
from casework.unlinked_answers.errors import BoxClosed, BoxFull, BoxNotMixed, BoxStillOpen
from casework.unlinked_answers.model import BoxState, NewAnswer
from casework.unlinked_answers.settings import UnlinkedSettings
from casework.workflow.errors import NoSuchObject
from citycore.store.connections import Connection
from tests.casework.admitting import Watch, hub_of, open_survey
from tests.conftest import Database

TOKENS = 500
ALL_ROLES = Actor(None, tuple(Grant(role) for role in Role))


def never() -> bool:
    """No process ends here."""
    return False


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hub(casework: Database, watch: Watch) -> Programme:
    return hub_of(casework, watch, UnlinkedSettings(mixing_wait_seconds_max=0.05))


def answer(text: str, channel: str = "web", **more: object) -> NewAnswer:
    return NewAnswer(1, Answers({"q": text}), channel, "en", **more)  # type: ignore[arg-type]


def ticket_of(hub: Programme, object_id: UUID, token: str) -> Ticket:
    bare = read_token(token)
    assert bare is not None
    return Ticket(object_id, token_digest(hub.of(HubKey).secret, object_id, bare))


def texts(hub: Programme, object_id: UUID) -> list[str]:
    return [str(one.answers.values["q"]) for one in hub.call(SYSTEM, service.read, object_id)]


def finish(hub: Programme, object_id: UUID) -> None:
    hub.call(SYSTEM, service.close, object_id)
    assert service.mix_due(hub, never) >= 1


# Who answered what


class Row(NamedTuple):
    """What an attacker who may read all files sees of a row: its transaction and its place; and what it is."""

    transaction: str
    place: tuple[int, int]
    what: object


def rows_of_tokens(connection: Connection, object_id: UUID) -> list[Row]:
    return _rows(
        connection,
        "SELECT xmin::text, ctid::text, digest FROM participation.roll_tokens WHERE object_id = %s AND is_used",
        object_id,
    )


def rows_of_answers(connection: Connection, object_id: UUID, table: str) -> list[Row]:
    statement = f"SELECT xmin::text, ctid::text, document -> 'values' ->> 'q' FROM participation.{table} WHERE object_id = %s"
    return _rows(connection, statement, object_id)


def _rows(connection: Connection, statement: str, object_id: UUID) -> list[Row]:
    found = connection.execute(statement.encode(), [object_id]).fetchall()
    return [Row(xmin, _place(ctid), what) for xmin, ctid, what in found]


def _place(ctid: str) -> tuple[int, int]:
    page, line = ctid.strip("()").split(",")
    return int(page), int(line)


def by_transaction(tokens: Sequence[Row], answers: Sequence[Row]) -> dict[object, object]:
    """What was written together belongs together; where all share one transaction, what lies at the same place."""
    written = {one.transaction: one.what for one in answers}
    if len(written) == 1:
        return dict(zip(_by_place(tokens), _by_place(answers), strict=False))
    return {one.what: written.get(one.transaction) for one in tokens}


def by_arrival(used: Iterable[bytes], answers: Sequence[Row]) -> dict[object, object]:
    """Whoever saw people come and go, or a log of requests, knows in which order tokens were used: answers lie in the order in
    which they came.
    """
    return dict(zip(used, _by_place(answers), strict=False))


def _by_place(rows: Sequence[Row]) -> list[object]:
    return [one.what for one in sorted(rows, key=lambda one: one.place)]


def by_identifier(tokens: Sequence[Row], answers: Sequence[Row]) -> dict[object, object]:
    """The order in which the answers are given out against that of the digests."""
    digests = sorted(bytes(one.what) for one in tokens if isinstance(one.what, bytes))
    return dict(zip(digests, (one.what for one in answers), strict=False))


def hits(guessed: dict[object, object], truth: dict[bytes, str]) -> float:
    """The share of tokens whose answer was guessed."""
    by_digest = {bytes(token): found for token, found in guessed.items() if isinstance(token, bytes)}
    return sum(by_digest.get(token) == text for token, text in truth.items()) / len(truth)


def transactions_anywhere(connection: Connection) -> set[int]:
    """Those that any row, alive or dead, on any page of the three tables was written or locked by, long answers too."""
    connection.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
    tables = connection.execute(
        "SELECT unnest(ARRAY[oid, nullif(reltoastrelid, 0)])::regclass::text FROM pg_class"
        " WHERE oid IN ('participation.roll_tokens'::regclass, 'participation.open_answers'::regclass,"
        " 'participation.unlinked_answers'::regclass)"
    ).fetchall()
    found: set[int] = set()
    for (table,) in tables:
        if table is None:
            continue
        rows = connection.execute(
            "SELECT t_xmin::text::bigint, t_xmax::text::bigint"
            " FROM generate_series(0, pg_relation_size(%(table)s::regclass) / 8192 - 1) AS page"
            " CROSS JOIN LATERAL heap_page_items(get_raw_page(%(table)s::text, page::integer))"
            " WHERE t_xmin IS NOT NULL",
            {"table": table},
        ).fetchall()
        found |= {transaction for row in rows for transaction in row}
    return found


def transactions_of_tables(connection: Connection) -> set[int]:
    """Those that a row of any table of the programmes was written or locked by."""
    tables = connection.execute(
        "SELECT format('SELECT xmin::text::bigint, xmax::text::bigint FROM %I.%I', schemaname, tablename)"
        " FROM pg_tables WHERE schemaname IN ('innovation', 'participation', 'public')"
    ).fetchall()
    return {
        transaction
        for (statement,) in tables
        for row in connection.execute(statement.encode()).fetchall()
        for transaction in row
    }


def test_of_500_tokens_and_answers_nobody_joins_more_than_chance_once_it_is_closed(
    hub: Programme, casework: Database
) -> None:
    object_id, tokens = open_survey(hub, TOKENS)
    still_open, others = open_survey(hub, 20)
    random.Random(7).shuffle(tokens)
    truth: dict[bytes, str] = {}
    answering: set[int] = set()

    def give(session: Session, ticket: Ticket, text: str) -> None:
        service.put_by_token(session, ticket, answer(text))
        row = session.connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert row is not None
        answering.add(row[0])

    for number, token in enumerate(tokens):
        ticket = ticket_of(hub, object_id, token)
        # Some are too long for a page and lie apart.
        long = random.Random(number).randbytes(5_000).hex() if number % 50 == 0 else ""
        truth[ticket.digest] = f"answer {number} {long}"
        hub.call(ANONYMOUS, give, ticket, truth[ticket.digest])
    own = frozenset(answering)
    for number, token in enumerate(others):
        hub.call(ANONYMOUS, give, ticket_of(hub, still_open, token), f"other {number}")
    with casework.superuser() as attacker:
        before = rows_of_tokens(attacker, object_id), rows_of_answers(attacker, object_id, "open_answers")
        # While it is open the attack works, by what was written together and by what lies together: it is one.
        assert hits(by_transaction(*before), truth) == 1
        assert hits(by_arrival(truth, before[1]), truth) == 1
        assert len(transactions_anywhere(attacker) & answering) >= TOKENS

        finish(hub, object_id)
        after = rows_of_tokens(attacker, object_id), rows_of_answers(attacker, object_id, "unlinked_answers")
        chance = 1 / TOKENS
        assert {one.transaction for rows in after for one in rows} == {after[0][0].transaction}
        for guessed in (by_transaction(*after), by_identifier(*after), by_arrival(truth, after[1])):
            assert hits(guessed, truth) <= chance + 0.01
        assert not transactions_anywhere(attacker) & answering, "no page has a row of when people answered"
        assert not transactions_of_tables(attacker) & own, "nor has any other table"
        # What is still open was mixed on the way, and is complete.
        left = rows_of_tokens(attacker, still_open), rows_of_answers(attacker, still_open, "open_answers")
        assert len({one.transaction for rows in left for one in rows}) == 1
        assert (len(left[0]), sorted(str(one.what) for one in left[1])) == (
            20,
            sorted(f"other {number}" for number in range(20)),
        )
    assert sorted(texts(hub, object_id)) == sorted(truth.values())
    assert hub.call(SYSTEM, service.count, object_id) == {"letter": TOKENS}
    finish(hub, still_open)
    assert len(texts(hub, still_open)) == 20


def test_the_log_of_the_database_from_the_close_on_has_the_new_order_alone(
    hub: Programme, casework: Database
) -> None:
    """What it had before is kept as long as the operator says, and no longer: the statement prints that."""
    object_id, tokens = open_survey(hub, 40)
    truth = {}
    for number, token in enumerate(tokens):
        ticket = ticket_of(hub, object_id, token)
        truth[ticket.digest] = str(number)
        hub.call(ANONYMOUS, service.put_by_token, ticket, answer(str(number)))
    hub.call(SYSTEM, service.close, object_id)
    with casework.superuser() as attacker:
        attacker.execute("CREATE EXTENSION IF NOT EXISTS pg_walinspect")
        begin = attacker.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
        last = attacker.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert begin is not None
        assert last is not None
        service.mix_due(hub, never)
        attacker.execute("SELECT pg_switch_wal()")
        written = attacker.execute(
            "SELECT DISTINCT xid::text::bigint FROM pg_get_wal_records_info(%s::pg_lsn, pg_current_wal_flush_lsn())"
            " WHERE xid::text <> '0'",
            [begin[0]],
        ).fetchall()
    assert written
    assert min(transaction for (transaction,) in written) >= last[0]


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
