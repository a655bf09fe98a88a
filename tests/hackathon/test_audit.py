"""The log: added and never changed, and whoever changes it nevertheless is found."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.audit import rules
from casework.audit.canonical import NotCanonical, canonical
from casework.audit.model import NOTHING, SCHEME, Damage, Finding, Head, Line, StoredLine
from casework.audit.repository import find_heads
from casework.audit.rules import digest_of, instant_code
from casework.audit.service import append, examine, heads, verify
from citycore.store.connections import Connection
from tests.conftest import Database

OTHER = f"hackathon:{UUID(int=5)}"
AT = datetime(2026, 11, 24, 8, 0, 0, 123456, tzinfo=UTC)
LINE = Line("hub", AT, "system", "permit", UUID(int=9), "submit", "draft", "submitted", None, {"sheets": 3})
LINES = 6

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="ascii"), min_size=1)
        .filter(lambda key: "\x00" not in key), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None)
@given(JSON)
def test_canonical_json_is_json_and_does_not_depend_on_the_order_of_keys(value: object):
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written, object_pairs_hook=lambda pairs: dict(reversed(pairs)))) == written


def test_canonical_json_is_that_of_the_standard():
    # RFC 8785, section 3.2.3: keys in the order of their UTF-16 code units.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = list(json.loads(canonical(dict.fromkeys(keys, 0))))
    assert ordered == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    # Section 3.2.2.2: short escapes, lower-case hexadecimal, nothing else escaped.
    assert canonical("\u20ac$\x0f\nA'B\"\\/\x7f\b") == '"\u20ac$\\u000f\\nA\'B\\"\\\\/\x7f\\b"'.encode()
    assert canonical({"b": [True, None, -7], "a": {}}) == b'{"a":{},"b":[true,null,-7]}'


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), 2**53, "\x00", "\ud800", {1: 2}, b"bytes", object(), {"a": [0.5]}, AT]
)
def test_what_has_no_one_spelling_is_refused(value: object):
    with pytest.raises(NotCanonical):
        canonical(value)


def test_a_digest_is_that_of_the_words_in_the_documentation():
    from hashlib import sha256

    text = (
        '{"at":"2026-11-24T08:00:00.123456Z","chain":"hub","details":{"sheets":3},"event":"submit",'
        '"machine":"permit","object":"00000000-0000-0000-0000-000000000009","position":1,"reason":null,'
        '"source":"draft","subject":"system","target":"submitted"}'
    )
    assert digest_of(NOTHING, 1, LINE) == sha256(NOTHING + text.encode()).digest()
    muscat = AT.astimezone(timezone(timedelta(hours=4)))
    assert instant_code(muscat) == "2026-11-24T08:00:00.123456Z"


@pytest.mark.parametrize("value", ["Amal", "two words", "a@b", "أمل", "", "x" * 201, ["fine", "not fine"]])
def test_details_are_codes(portal: Connection, value: str | list[str]):
    if value == "Amal":  # a code by its letters: what is forbidden is what could hold more than a code
        append(portal, replace(LINE, chain="codes", details={"by": value}))
        return
    with pytest.raises(NotCanonical):
        append(portal, replace(LINE, chain="codes", details={"by": value}))  # type: ignore[dict-item]


@pytest.fixture(scope="module")
def chains(programme: Database) -> Database:
    """Two chains of six lines each."""
    with programme.connect("portal") as connection:
        for number in range(LINES):
            for chain in ("hub", OTHER):
                append(
                    connection, replace(LINE, chain=chain, details={"number": number, "code": f"a{number}"})
                )
    return programme


@contextmanager
def tampering(database: Database) -> Iterator[Connection]:
    """A superuser who has switched every trigger off, and whose deeds are undone afterwards."""
    with database.superuser() as connection, connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL session_replication_role = replica")
        yield connection


def found(connection: Connection, noted: list[Head] | None = None) -> tuple[Finding, ...]:
    return tuple(
        finding for chain in ("hub", OTHER) for finding in examine(connection, chain, noted or []).findings
    )


def test_whole_chains_are_whole_and_their_heads_can_be_noted(chains: Database):
    with chains.connect("portal") as connection:
        assert verify(connection, "hub").lines == LINES
        noted = heads(connection)
        assert {head.position for head in noted if head.chain in {"hub", OTHER}} == {LINES}
        append(connection, replace(LINE, chain="grows"))
        append(connection, replace(LINE, chain="grows"))
        verdict = verify(connection, noted=[*noted, *heads(connection)])
        assert (verdict.chains, verdict.findings) == (len(heads(connection)), ())
        assert verdict.lines >= 2 * LINES + 2
        assert verify(connection, "nothing").chains == 0


CHANGES = {
    "at": "at + interval '1 microsecond'", "subject": "'visitor'", "machine": "'other'",
    "object": "gen_random_uuid()", "event": "'reject'", "source": "NULL", "target": "'rejected'",
    "reason": "'because'", "details": "details || '{\"number\": 77}'", "digest": "sha256('x')",
    "previous": "sha256('x')", "scheme": "'md5-1'",
}  # fmt: skip


def test_lines_of_two_schemes_make_one_chain(monkeypatch: pytest.MonkeyPatch):
    """As when SHA-256 is replaced: what was written before still verifies, and nobody passes off a line as one of the other scheme."""

    def newer(previous: bytes, position: int, line: Line) -> bytes:
        return sha256(b"sha3-rfc8785-2\0" + rules.digest_of(previous, position, line)).digest()

    monkeypatch.setattr(rules, "SCHEMES", {**rules.SCHEMES, "sha3-rfc8785-2": newer})
    old = rules.linked([LINE, LINE], {})
    assert {one.scheme for one in old} == {SCHEME}
    digest = newer(old[1].digest, 3, LINE)
    new = StoredLine(3, LINE, old[1].digest, digest, "sha3-rfc8785-2")
    head = Head(LINE.chain, 3, digest)
    assert rules.ChainCheck(LINE.chain).check([*old, new], head) is None
    for odd in (replace(new, scheme=SCHEME), replace(new, scheme="md5-1")):
        finding = rules.ChainCheck(LINE.chain).check([*old, odd], head)
        assert finding == Finding(LINE.chain, 3, Damage.CHANGED)


@pytest.mark.parametrize("column", CHANGES)
def test_every_changed_column_is_noticed(chains: Database, column: str):
    with tampering(chains) as connection:
        connection.execute(
            f"UPDATE innovation.audit SET {column} = {CHANGES[column]} WHERE chain = 'hub' AND position = 3".encode()
        )
        kind = Damage.UNLINKED if column == "previous" else Damage.CHANGED
        assert found(connection) == (Finding("hub", 3, kind),)


HUB = "UPDATE innovation.audit SET position = {to} WHERE chain = 'hub' AND position = {of}"


@pytest.mark.parametrize(
    ("statements", "finding"),
    [
        (["DELETE FROM innovation.audit WHERE chain = 'hub' AND position = 1"], (1, Damage.MISSING)),
        (["DELETE FROM innovation.audit WHERE chain = 'hub' AND position = 4"], (4, Damage.MISSING)),
        (["DELETE FROM innovation.audit WHERE chain = 'hub' AND position = 6"], (6, Damage.MISSING)),
        (["DELETE FROM innovation.audit WHERE chain = 'hub' AND position >= 3"], (3, Damage.MISSING)),
        (["DELETE FROM innovation.audit WHERE chain = 'hub'"], (1, Damage.MISSING)),
        (["DELETE FROM innovation.audit_heads WHERE chain = 'hub'"], (1, Damage.BEYOND_HEAD)),
        (
            ["DELETE FROM innovation.audit WHERE chain = 'hub' AND position = 2"]
            + [HUB.format(of=of, to=of - 1) for of in range(3, 7)]
            + ["UPDATE innovation.audit_heads SET position = 5 WHERE chain = 'hub'"],
            (2, Damage.UNLINKED),
        ),
        ([HUB.format(of=3, to=99), HUB.format(of=4, to=3), HUB.format(of=99, to=4)], (3, Damage.UNLINKED)),
        (
            [("INSERT INTO innovation.audit SELECT chain, 7, at, subject, machine, object, event, source, target,"
             " reason, details, digest, sha256('x') FROM innovation.audit WHERE chain = 'hub' AND position = 6")],
            (7, Damage.CHANGED),
        ),
        (
            [HUB.format(of=of, to=of + 1) for of in (6, 5, 4)]
            + [("INSERT INTO innovation.audit SELECT chain, 4, at, subject, machine, object, event, source, target,"
               " reason, details, digest, sha256('x') FROM innovation.audit WHERE chain = 'hub' AND position = 3")],
            (4, Damage.CHANGED),
        ),
        (
            ["UPDATE innovation.audit_heads SET digest = sha256('x') WHERE chain = 'hub'"],
            (6, Damage.HEAD_DIFFERS),
        ),
        (["UPDATE innovation.audit_heads SET position = 5 WHERE chain = 'hub'"], (6, Damage.BEYOND_HEAD)),
        (
            ["UPDATE innovation.audit SET details = '{\"number\": 0.5}' WHERE chain = 'hub' AND position = 2"],
            (2, Damage.CHANGED),
        ),
    ],
)  # fmt: skip
def test_removed_moved_and_added_lines_are_found(
    chains: Database, statements: list[str], finding: tuple[int, Damage]
):
    with tampering(chains) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        assert found(connection) == (Finding("hub", *finding),)


def test_a_chain_written_anew_is_found_by_what_was_noted_elsewhere(chains: Database):
    with tampering(chains) as connection:
        noted = [head for head in find_heads(connection) if head.chain in {"hub", OTHER}]
        connection.execute("DELETE FROM innovation.audit WHERE chain = 'hub'")
        connection.execute("DELETE FROM innovation.audit_heads WHERE chain = 'hub'")
        connection.execute("SET LOCAL session_replication_role = origin")
        for number in range(LINES + 2):
            append(connection, replace(LINE, details={"number": -number}))
        assert found(connection) == ()
        assert found(connection, noted) == (Finding("hub", LINES, Damage.NOTED_DIFFERS),)


def test_a_chain_cut_short_or_gone_is_found_by_what_was_noted_elsewhere(chains: Database):
    gone = Head(f"hackathon:{UUID(int=6)}", 1, b"x" * 32)
    with tampering(chains) as connection:
        noted = [head for head in find_heads(connection) if head.chain in {"hub", OTHER}]
        connection.execute("DELETE FROM innovation.audit WHERE chain = 'hub' AND position > 2")
        connection.execute(
            "UPDATE innovation.audit_heads AS head SET position = 2, digest = line.digest FROM innovation.audit AS line"
            " WHERE head.chain = 'hub' AND line.chain = 'hub' AND line.position = 2"
        )
        assert found(connection) == ()
        assert found(connection, noted) == (Finding("hub", 3, Damage.MISSING),)
        assert examine(connection, gone.chain, [gone]).findings == (Finding(gone.chain, 1, Damage.MISSING),)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE innovation.audit SET subject = 'system'",
        "DELETE FROM innovation.audit",
        "TRUNCATE innovation.audit",
        "UPDATE innovation.audit_heads SET position = 1",
        "DELETE FROM innovation.audit_heads",
        "INSERT INTO innovation.audit_heads VALUES ('x', 1, sha256('x'))",
    ],
)
def test_neither_the_portal_nor_the_owner_changes_the_log(chains: Database, statement: str):
    with chains.connect("portal") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())
    if "heads" not in statement:
        with chains.connect("owner") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


@pytest.mark.parametrize(("position", "previous"), [(7, "sha256('x')"), (9, None), (1, None), (6, None)])
def test_the_database_itself_refuses_a_line_that_does_not_continue(
    chains: Database, position: int, previous: str | None
):
    statement = (
        f"INSERT INTO innovation.audit SELECT chain, {position}, at, subject, machine, object, event, source, target,"
        f" reason, details, {previous or 'digest'}, sha256('y') FROM innovation.audit"
        " WHERE chain = 'hub' AND position = 6"
    )
    with chains.connect("portal") as connection, pytest.raises(psycopg.errors.IntegrityError):
        connection.execute(statement.encode())


def test_many_writers_make_one_chain(programme: Database, portal: Connection):
    writers, each = 4, 10

    def write() -> None:
        with programme.connect("portal") as connection:
            for number in range(each):
                append_one(connection, number)

    def append_one(connection: Connection, number: int) -> None:
        with connection.transaction():
            append(connection, replace(LINE, chain="crowd", details={"number": number}))

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    verdict = verify(portal, "crowd")
    assert (verdict.lines, verdict.findings) == (writers * each, ())
