"""Whoever may write to the database as the portal does cannot put their own keys in the place of the openers'."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from casework.access.model import ANONYMOUS
from casework.audit.model import Line
from casework.audit.service import append
from casework.sealing.keys import fingerprint_of, new_pair, pair_from
from citycore.store.connections import Connection
from hackathon.market.needs import openers
from hackathon.market.needs.errors import OpenerKeysDiffer
from hackathon.market.needs.rules import chain_of, keys_made
from hackathon.market.responses import service as responses
from hackathon.market.responses.model import Response
from tests.conftest import Database
from tests.hackathon.need_stage import ANSWERS, NeedStage

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
STRANGER = new_pair(lambda count: b"s" * count)


@pytest.fixture
def stage(database: Database) -> Iterator[NeedStage]:
    with database.connect("portal") as portal, database.connect() as owner:
        yield NeedStage(portal, owner)


def exchange(connection: Connection, need_id: UUID) -> None:
    connection.execute(
        "UPDATE innovation.need_openers SET public_key = %s WHERE need_id = %s", [STRANGER.public, need_id]
    )


def exchange_while_unpublished(connection: Connection, need_id: UUID) -> None:
    connection.execute("UPDATE innovation.needs SET state = 'draft' WHERE need_id = %s", [need_id])
    exchange(connection, need_id)


def add(connection: Connection, need_id: UUID) -> None:
    connection.execute(
        "INSERT INTO innovation.need_openers (opener_id, need_id, person_id, side, added_at, public_key, key_made_at)"
        " SELECT gen_random_uuid(), %s, person_id, 'agency', now(), %s, now() FROM innovation.people"
        " WHERE person_id NOT IN (SELECT person_id FROM innovation.need_openers WHERE need_id = %s) LIMIT 1",
        [need_id, STRANGER.public, need_id],
    )


def move_in(connection: Connection, need_id: UUID) -> None:
    """From a need that is not published."""
    connection.execute(
        "UPDATE innovation.need_openers SET need_id = %s WHERE need_id <> %s", [need_id, need_id]
    )


def remove(connection: Connection, need_id: UUID) -> None:
    connection.execute("DELETE FROM innovation.need_openers WHERE need_id = %s", [need_id])


@pytest.mark.parametrize("attack", [exchange, exchange_while_unpublished, add, move_in, remove])
def test_the_database_refuses_the_portal_other_openers_of_what_is_published(
    stage: NeedStage, attack: Callable[[Connection, UUID], None]
):
    other = stage.draft()
    stage.name_openers(other, stage.officer)
    need_id = stage.published()
    with (
        pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="are fixed"),
        stage.portal.transaction(),
    ):
        attack(stage.portal, need_id)


def test_when_a_key_was_brought_can_still_be_noted(stage: NeedStage):
    need_id = stage.published()
    stage.hand_in(need_id)
    stage.opened(need_id)


@pytest.mark.parametrize("attack", [exchange, add])
def test_nothing_is_sealed_to_keys_that_the_log_does_not_hold(
    stage: NeedStage, attack: Callable[[Connection, UUID], None]
):
    """Without the trigger: its owner can take it away."""
    need_id = stage.published()
    begun = stage.begin(need_id)
    without_trigger(stage, lambda: attack(stage.owner, need_id))
    with pytest.raises(OpenerKeysDiffer):
        hand_in(stage, begun)
    assert stage.call(ANONYMOUS, openers.shown_keys, need_id) is None
    row = stage.owner.execute("SELECT count(*) FROM innovation.responses WHERE sealed IS NOT NULL").fetchone()
    assert row == (0,)


def test_a_line_that_is_added_after_the_publication_makes_no_key(stage: NeedStage):
    need_id = stage.published()
    begun = stage.begin(need_id)
    without_trigger(stage, lambda: exchange(stage.owner, need_id))
    for person_id in (stage.officer, stage.programme):
        note_key(stage, need_id, person_id)
    with pytest.raises(OpenerKeysDiffer):
        hand_in(stage, begun)


def test_a_log_that_was_changed_makes_no_key(stage: NeedStage):
    need_id = stage.published()
    begun = stage.begin(need_id)
    without_trigger(stage, lambda: exchange(stage.owner, need_id))
    details = json.dumps({"public_key": STRANGER.public.hex()})
    stage.owner.execute("ALTER TABLE innovation.audit DISABLE TRIGGER keep_audit")
    stage.owner.execute(
        "UPDATE innovation.audit SET details = %s WHERE object = %s AND event = 'make_key'",
        [details, need_id],
    )
    stage.owner.execute("ALTER TABLE innovation.audit ENABLE TRIGGER keep_audit")
    with pytest.raises(OpenerKeysDiffer):
        hand_in(stage, begun)


def test_keys_are_not_brought_where_they_were_exchanged(stage: NeedStage):
    need_id = stage.published()
    stage.hand_in(need_id)
    stage.close()
    without_trigger(stage, lambda: exchange(stage.owner, need_id))
    with pytest.raises(OpenerKeysDiffer):
        stage.bring(need_id, stage.officer)


def test_receipt_document_page_and_saved_key_have_the_same_fingerprints(stage: NeedStage):
    need_id = stage.published()
    receipt = stage.hand_in(need_id)
    made = {fingerprint_of(pair_from(stage.keys[one]).public) for one in (stage.officer, stage.programme)}
    shown = stage.call(ANONYMOUS, openers.shown_keys, need_id)
    assert shown is not None
    assert {one.fingerprint for one in shown} == set(receipt.fingerprints) == made
    assert set(json.loads(receipt.document)["openers"]) == made
    fields = stage.owner.execute(
        "SELECT fields FROM innovation.outbox WHERE template LIKE '%%handed_in'"
    ).fetchone()
    assert fields is not None
    assert all(one in json.dumps(fields[0]) for one in made)


def test_whoever_is_named_twice_is_logged_once_and_keeps_the_key(stage: NeedStage):
    need_id = stage.draft()
    stage.name_openers(need_id)
    for _ in range(2):
        stage.call(stage.actor(stage.officer), openers.add_opener, need_id, stage.email(stage.programme))
    row = stage.owner.execute(
        "SELECT count(*) FROM innovation.audit WHERE object = %s AND event = 'add_opener'", [need_id]
    ).fetchone()
    assert row == (2,)


@pytest.mark.parametrize(
    ("events", "has_key"),
    [
        ([], False),
        (["make_key"], True),
        (["make_key", "remove_opener"], False),
        (["make_key", "remove_opener", "make_key"], True),
        (["remove_opener", "make_key"], True),
    ],
)
def test_a_key_is_what_its_holder_made_last(events: list[str], has_key: bool):
    need_id, person_id = uuid4(), uuid4()
    details = {
        "make_key": {"public_key": STRANGER.public.hex()},
        "remove_opener": {"opener": str(uuid4()), "person": str(person_id)},
    }
    lines = [
        Line(
            chain_of(need_id),
            AT,
            str(person_id),
            "need",
            need_id,
            event,
            "draft",
            "draft",
            None,
            details[event],
        )
        for event in events
    ]
    other = [
        Line(chain_of(need_id), AT, str(person_id), "response", uuid4(), "make_key", None, None, None, {})
    ]
    assert keys_made(need_id, other + lines) == ({person_id: STRANGER.public} if has_key else {})


def hand_in(stage: NeedStage, begun: Response) -> object:
    actor = stage.actor(stage.vendor)
    return stage.call(actor, responses.hand_in, begun.response_id, ANSWERS, begun.version)


def without_trigger(stage: NeedStage, work: Callable[[], None]) -> None:
    stage.owner.execute("ALTER TABLE innovation.need_openers DISABLE TRIGGER USER")
    work()
    stage.owner.execute("ALTER TABLE innovation.need_openers ENABLE TRIGGER USER")


def note_key(stage: NeedStage, need_id: UUID, person_id: UUID) -> None:
    """What the portal's role can do: add a line that says it is a key, as if its holder had made it."""
    details = {"public_key": STRANGER.public.hex()}
    line = Line(
        chain_of(need_id),
        AT,
        str(person_id),
        "need",
        need_id,
        "make_key",
        "draft",
        "draft",
        None,
        details,
    )
    with stage.portal.transaction():
        append(stage.portal, line)
