"""Own views in the store: kept over what was seen, read by a link, and gone with their person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from casework.access.model import ANONYMOUS, Actor
from casework.own_views import service
from casework.own_views.errors import TooManyPieces, TooManyViews, ViewTooLarge, WrongPiece
from casework.own_views.model import Wish
from casework.own_views.noun import HOLDER
from casework.own_views.settings import OwnViewSettings
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed, WrongField
from citycore.arrangements.model import Piece, Width
from citycore.arrangements.rules import document_of
from citycore.arrangements.settings import ArrangementSettings
from citycore.store.connections import Connection
from tests.hackathon.calling import programme_for

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
TILE = Piece("overview", "tile-pm2_5", (("place", "seeb"),), Width.HALF)
LATER = Piece("noise", "tile-of-tomorrow", (("zoom", "3.5"),))
TIGHT = (
    OwnViewSettings(views_max=2),
    ArrangementSettings(pieces_max=2, bytes_max=256, name_characters_max=20),
)


def session_of(owner: Connection, *, limits: tuple[Any, ...] = TIGHT) -> Session:
    person_id = uuid4()
    owner.execute(
        "INSERT INTO innovation.people (person_id, email, email_key, name_en, name_ar, language, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, 'Salma', 'سلمى', 'en', 'active', %s, %s)",
        [person_id, f"{person_id}@x.example", f"{person_id}@x.example", NOON, NOON],
    )
    return programme_for(owner, lambda: NOON, *limits).within(owner, Actor(person_id=person_id))


@pytest.fixture
def session(owner: Connection) -> Session:
    return session_of(owner)


def test_a_view_is_kept_replaced_and_removed_over_what_was_seen(session: Session) -> None:
    view_id = service.create(session, Wish("  My   morning ", [TILE, LATER], is_shared=False))
    kept = service.get_own(session, view_id)
    assert (kept.name, kept.version, kept.link) == ("My morning", 1, None)
    assert kept.pieces == document_of([TILE, LATER]), "what a later version knows is kept"
    service.replace(session, view_id, Wish("Evening", [TILE], is_shared=False), 1)
    for act in (
        lambda: service.replace(session, view_id, Wish("Noon", [], is_shared=False), 1),
        lambda: service.remove(session, view_id, 1),
    ):
        with pytest.raises(ChangedMeanwhile):
            act()
    (listed,) = service.list_own(session)
    assert (listed.name, listed.piece_count, listed.version) == ("Evening", 1, 2), "nothing was overwritten"
    service.remove(session, view_id, 2)
    assert service.list_own(session) == []
    with pytest.raises(NoSuchObject):
        service.remove(session, view_id, 2)


def test_only_its_link_opens_it_to_others(session: Session, owner: Connection) -> None:
    view_id = service.create(session, Wish("Mine", [TILE], is_shared=True))
    link = service.get_own(session, view_id).link
    assert link is not None
    assert len(link) == 32
    stranger, visitor = session_of(owner), session.programme.within(owner, ANONYMOUS)
    for reader in (stranger, visitor):
        assert (service.get_shared(reader, link).name, service.get_shared(reader, link).pieces) == (
            "Mine",
            document_of([TILE]),
        )
    with pytest.raises(NoSuchObject):
        service.get_own(stranger, view_id)
    with pytest.raises(NoSuchObject):
        service.replace(stranger, view_id, Wish("Theirs", [], is_shared=True), 1)
    with pytest.raises(NotAllowed):
        service.list_own(visitor)
    service.replace(session, view_id, Wish("Mine", [], is_shared=True), 1)
    assert service.get_own(session, view_id).link == link, "it stays with each change"
    service.replace(session, view_id, Wish("Mine", [], is_shared=False), 2)
    with pytest.raises(NoSuchObject):
        service.get_shared(visitor, link)
    service.replace(session, view_id, Wish("Mine", [], is_shared=True), 3)
    assert service.get_own(session, view_id).link not in {None, link}, (
        "who had the old one is not let in again"
    )


@pytest.mark.parametrize(
    ("before", "name", "pieces", "error"),
    [
        (1, "Fits", [TILE], None),
        (2, "Fits", [TILE], TooManyViews),
        (0, " ", [], WrongField),
        (0, "a" * 21, [], WrongField),
        (0, "a\u202eb", [], WrongField),
        (0, "Fits", [TILE] * 3, TooManyPieces),
        (0, "Fits", [Piece("overview", "a" * 190), Piece("overview", "b" * 190)], ViewTooLarge),
        (0, "Fits", [Piece("overview", "map", (("days", "never"),))], WrongPiece),
    ],
)
def test_the_limits_of_views(
    session: Session, before: int, name: str, pieces: list[Piece], error: type[Exception] | None
) -> None:
    for _ in range(before):
        service.create(session, Wish("One", [], is_shared=False))
    if error is None:
        service.create(session, Wish(name, pieces, is_shared=False))
        return
    with pytest.raises(error) as caught:
        service.create(session, Wish(name, pieces, is_shared=False))
    assert all(caught.value.text(language) for language in ("ar", "en"))  # type: ignore[attr-defined]


def test_it_is_in_the_archive_and_goes_with_its_person(session: Session, owner: Connection) -> None:
    service.create(session, Wish("Mine", [TILE], is_shared=True))
    other = session_of(owner)
    service.create(other, Wish("Theirs", [], is_shared=False))
    held: list[Any] = list(HOLDER.export(owner, session.person_id))
    assert [(section, row["name"], row["pieces"]) for section, row in held] == [
        ("own_views", "Mine", document_of([TILE]))
    ]
    assert [one.rows for one in HOLDER.erase(owner, session.person_id)] == [1]
    assert service.list_own(session) == []
    assert len(service.list_own(other)) == 1
