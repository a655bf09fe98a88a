"""Somebody without an account: the number, the code, the tries, and what a browser shows instead of both."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from secrets import token_bytes
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.access.model import ANONYMOUS, SYSTEM, Role, Scope, ScopeKind
from casework.codes.rules import ALPHABET
from casework.follow_up.errors import HubKeyUnusable, NothingFollowed, NumberMistyped
from casework.follow_up.keys import HubKey
from casework.follow_up.model import Followed, Issued
from casework.follow_up.rules import (
    bare_of,
    code_digest,
    grouped,
    new_code,
    new_number,
    read_number,
    read_pass,
    write_pass,
)
from casework.follow_up.service import enter, followed_by, number_of, open_follow_up
from casework.follow_up.settings import FollowUpSettings
from casework.journeys.model import Passage
from casework.people.errors import TooOften
from casework.people.model import Visitor
from casework.people.tidying import tidy
from casework.programme import Programme
from citycore.store.connections import Connection
from programme.registry import open_programme
from tests.conftest import Database

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
KEY = bytes(range(32))
SETTINGS = FollowUpSettings(key=KEY.hex())
PASSAGE = Passage("voice", "tests.hackathon", 1, lambda _session, _ids: {}, followed_at="/follow/voices/{}")
_networks = count(1)


class Watch:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hub(programme: Database, watch: Watch) -> Programme:
    """With connections of its own each time, as a process has: what is refused must stay counted."""

    @contextmanager
    def connect() -> Iterator[Connection]:
        with programme.connect("portal") as connection:
            yield connection

    return open_programme(connect, watch, (SETTINGS,))


def visitor() -> Visitor:
    return Visitor(f"10.7.{next(_networks) % 250}.1", "test")


def opened(hub: Programme) -> tuple[UUID, Issued]:
    object_id = uuid4()
    return object_id, hub.call(SYSTEM, open_follow_up, PASSAGE.kind, object_id)


@given(st.binary(min_size=8, max_size=8))
def test_a_number_is_read_however_it_is_typed(bits: bytes) -> None:
    number = new_number(lambda _: bits)
    bare = number.replace("-", "")
    assert read_number(number) == bare
    assert read_number(f" {number.lower().replace('-', ' ')} ") == bare
    assert read_number(bare.replace("0", "o").replace("1", "l")) == bare
    assert grouped(bare) == number


@given(st.binary(min_size=8, max_size=8), st.integers(0, 8), st.sampled_from(ALPHABET.upper()))
def test_no_wrong_letter_and_no_two_that_changed_places_are_a_number(
    bits: bytes, place: int, other: str
) -> None:
    bare = bare_of(new_number(lambda _: bits))
    wrong = bare[:place] + other + bare[place + 1 :]
    assert (read_number(wrong) is None) == (wrong != bare)
    turned = bare[:place] + bare[place : place + 2][::-1] + bare[place + 2 :]
    assert (read_number(turned) is None) == (turned != bare)
    assert read_number(bare[:-1]) is None
    assert read_number(bare + "0") is None


def test_numbers_say_nothing_and_codes_have_forty_bits() -> None:
    numbers = {new_number(token_bytes) for _ in range(2_000)}
    assert len(numbers) == 2_000
    assert {len(bare_of(new_code(token_bytes))) for _ in range(50)} == {8}
    assert {letter for number in numbers for letter in bare_of(number)} == set(ALPHABET.upper())


def test_number_and_code_open_what_was_given_them_and_nothing_tells_why_others_do_not(hub: Programme) -> None:
    object_id, issued = opened(hub)
    _, other = opened(hub)
    assert enter(hub, issued.number, f" {issued.code.lower()} ", visitor()) == Followed("voice", object_id)
    with pytest.raises(NothingFollowed) as wrong:
        enter(hub, issued.number, other.code, visitor())
    with pytest.raises(NothingFollowed) as unknown:
        enter(hub, new_number(token_bytes), issued.code, visitor())
    assert wrong.value.text("ar") == unknown.value.text("ar")
    with pytest.raises(NumberMistyped):
        enter(hub, issued.number[:-1] + ("Z" if issued.number[-1] != "Z" else "Y"), issued.code, visitor())
    assert hub.call(SYSTEM, number_of, object_id) == issued.number
    assert hub.call(SYSTEM, number_of, uuid4()) is None


def test_the_database_alone_does_not_let_anybody_try_codes(hub: Programme, programme: Database) -> None:
    _, issued = opened(hub)
    bare = bare_of(issued.number)
    with programme.connect() as owner:
        row = owner.execute(
            "SELECT code_digest FROM participation.follow_ups WHERE number = %s", [bare]
        ).fetchone()
    assert row is not None
    assert bytes(row[0]) == code_digest(KEY, bare, issued.code) != code_digest(bytes(32), bare, issued.code)


def test_five_tries_an_hour_from_one_network_are_counted_although_they_are_refused(
    hub: Programme, watch: Watch
) -> None:
    object_id, issued = opened(hub)
    wrong, here = "0000-0000" if issued.code != "0000-0000" else "0000-0001", visitor()
    for _ in range(5):
        with pytest.raises(NothingFollowed):
            enter(hub, issued.number, wrong, here)
    with pytest.raises(TooOften) as often:
        enter(hub, issued.number, issued.code, here)
    assert often.value.details["minutes"] == 60
    assert enter(hub, issued.number, issued.code, visitor()).object_id == object_id, (
        "nobody is locked out so soon"
    )
    watch.at += timedelta(minutes=59)
    tidy(hub)
    with pytest.raises(TooOften):
        enter(hub, issued.number, issued.code, here)
    watch.at += timedelta(minutes=1)
    for _ in range(7):
        assert enter(hub, issued.number, issued.code, here).object_id == object_id


def test_tries_from_everywhere_are_counted_also_at_numbers_that_there_are_not(hub: Programme) -> None:
    nobody = new_number(token_bytes)
    for _ in range(50):
        with pytest.raises(NothingFollowed):
            enter(hub, nobody, "0000-0000", visitor())
    with pytest.raises(TooOften):
        enter(hub, nobody, "0000-0000", visitor())


def test_one_network_cannot_try_many_numbers(hub: Programme) -> None:
    here = visitor()
    for _ in range(60):
        with pytest.raises(NothingFollowed):
            enter(hub, new_number(token_bytes), "0000-0000", here)
    with pytest.raises(TooOften):
        enter(hub, new_number(token_bytes), "0000-0000", here)


def test_who_follows_has_one_role_in_one_scope_and_stands_in_the_log_without_a_name(hub: Programme) -> None:
    followed = Followed("voice", uuid4())
    actor, scope = followed.actor, Scope(ScopeKind.CASE, followed.object_id)
    assert actor.key == f"case:{followed.object_id}"
    assert [role for role in Role if actor.has(role, scope)] == [Role.VISITOR, Role.FOLLOWER]
    assert not actor.has(Role.FOLLOWER, Scope(ScopeKind.CASE, uuid4()))
    assert not actor.has(Role.FOLLOWER)
    assert hub.call(actor, followed_by) == followed.object_id
    assert hub.call(ANONYMOUS, followed_by) is None


def test_a_pass_counts_for_a_while_and_is_not_made_by_others() -> None:
    followed = Followed("voice", uuid4())
    until = NOW + timedelta(minutes=30)
    text = write_pass(KEY, followed, until)
    assert read_pass(KEY, text, NOW) == followed
    assert read_pass(KEY, text, until) is None
    assert read_pass(bytes(32), text, NOW) is None
    for wrong in ("", ".", "....", "a.b.c.d", text[:-1], text.replace("voice", "needs"), f"{text}ا"):
        assert read_pass(KEY, wrong, NOW) is None


def test_the_key_is_made_once_and_read_by_the_hub_alone(programme: Database, tmp_path: Path) -> None:
    settings = FollowUpSettings(folder=tmp_path / "kept")
    keys = [HubKey.made_for(open_programme(programme.connect, parts=(settings,))) for _ in range(2)]
    assert keys[0] == keys[1]
    assert "secret" not in repr(keys[0])
    assert stat.S_IMODE(settings.key_file().stat().st_mode) == 0o600
    assert [file.name for file in settings.key_file().parent.iterdir()] == ["key"]
    settings.key_file().write_text("no key", "ascii")
    with pytest.raises(HubKeyUnusable) as unusable:
        HubKey.made_for(open_programme(programme.connect, parts=(settings,)))
    assert "no key" not in unusable.value.text("en")
