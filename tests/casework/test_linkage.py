"""Who answered what: an attacker with all tables, pages and the log of the database, before the close and after it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import pytest
from psycopg.errors import InsufficientPrivilege

from casework.access.model import ANONYMOUS, SYSTEM
from casework.admission.model import Ticket
from casework.programme import Programme, Session
from casework.unlinked_answers import service
from casework.unlinked_answers.settings import UnlinkedSettings
from citycore.store.connections import Connection
from tests.casework.admitting import Watch, answer, finish, hub_of, never, open_survey, texts, ticket_of
from tests.conftest import Database

#: With 500 a fair mixing would fail one run in four thousand by chance, with 800 one in three million.
TOKENS = 800


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hub(casework: Database, watch: Watch) -> Programme:
    return hub_of(casework, watch, UnlinkedSettings(mixing_wait_seconds_max=0.05))


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


def test_of_all_tokens_and_answers_nobody_joins_more_than_chance_once_it_is_closed(
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


@pytest.mark.parametrize(
    "figure",
    [
        "SELECT n_live_tup FROM pg_stat_all_tables WHERE relname = 'open_answers'",
        "SELECT seq_tup_read FROM pg_stat_xact_all_tables WHERE relname = 'open_answers'",
        "SELECT heap_blks_hit FROM pg_statio_all_tables WHERE relname = 'open_answers'",
        "SELECT pg_stat_get_tuples_inserted('participation.open_answers'::regclass)",
        "SELECT pg_relation_size('participation.open_answers_box'::regclass)",
        "SELECT pg_total_relation_size('participation.open_answers'::regclass)",
        "SELECT reltuples FROM pg_class WHERE relname = 'open_answers'",
        "SELECT relpages FROM pg_class WHERE relname = 'open_answers'",
        "SELECT max(class) FROM (SELECT pg_class::text AS class FROM pg_class) AS whole_rows",
    ],
)
def test_the_server_counts_the_answers_of_an_open_box_for_no_role_that_serves_people(
    casework: Database, figure: str
) -> None:
    for role in ("portal", "read"):
        with casework.connect(role) as reader, pytest.raises(InsufficientPrivilege):
            reader.execute(figure.encode())


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
