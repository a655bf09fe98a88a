"""Drafts in the store: kept over what was seen, forgotten, and gone with the days or with their person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from casework.access.model import Actor
from casework.drafts import service
from casework.drafts.errors import DraftElsewhere, DraftOver, DraftTooLarge, TooManyDrafts
from casework.drafts.model import NewDraft, Place
from casework.drafts.noun import HOLDER, NOUN
from casework.drafts.settings import DraftSettings
from casework.programme import Session
from citycore.store.connections import Connection
from tests.hackathon.calling import programme_for

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
PLACE = Place("/needs/new", "/needs/new")
NEW = NewDraft(PLACE, {"title": ["Shade"]}, "0123456789ab", 0)
TIGHT = DraftSettings(bytes_max=1_024, drafts_max=2, days_kept=30)


@pytest.fixture
def session(owner: Connection) -> Session:
    person_id = uuid4()
    owner.execute(
        "INSERT INTO innovation.people (person_id, email, email_key, name_en, name_ar, language, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, 'Salma', 'سلمى', 'en', 'active', %s, %s)",
        [person_id, f"{person_id}@x.example", f"{person_id}@x.example", NOON, NOON],
    )
    programme = programme_for(owner, lambda: NOON, TIGHT)
    return programme.within(owner, Actor(person_id=person_id))


def test_nothing_of_another_window_is_overwritten(session: Session) -> None:
    first = service.keep(session, NEW)
    assert (first.number, first.fields) == (1, {"title": ["Shade"]})
    second = service.keep(session, replace(NEW, fields={"title": ["Shade!"]}, seen=1))
    with pytest.raises(DraftElsewhere) as caught:
        service.keep(session, replace(NEW, fields={"title": ["Wind"]}))
    assert caught.value.details["number"] == second.number == 2
    assert service.keep(session, replace(NEW, fields={"title": ["Shade!"]})) == second, (
        "the same is no conflict"
    )
    service.forget(session, PLACE)
    with pytest.raises(DraftOver):
        service.keep(session, replace(NEW, seen=2))
    assert service.list_own(session) == []
    assert [one.number for one in service.list_of_page(session, PLACE.page)] == [3]
    assert service.keep(session, replace(NEW, seen=3)).number == 4


@pytest.mark.parametrize(
    ("before", "new", "error"),
    [
        (0, NEW, None),
        (2, NEW, TooManyDrafts),
        (0, replace(NEW, fields={"text": ["ظ" * 600]}), DraftTooLarge),
        (0, replace(NEW, fields={"text": ["a" * 600]}), None),
    ],
)
def test_the_limits_of_drafts(
    session: Session, before: int, new: NewDraft, error: type[Exception] | None
) -> None:
    for number in range(before):
        service.keep(session, replace(NEW, place=Place(f"/needs/{number}", "/x")))
    if error is None:
        service.keep(session, new)
        return
    with pytest.raises(error):
        service.keep(session, new)


def test_they_go_with_the_days_and_with_their_person(session: Session, owner: Connection) -> None:
    service.keep(session, NEW)
    (job,) = NOUN.sweeps
    held: list[Any] = list(HOLDER.export(owner, session.person_id))
    assert [(section, row["fields"]) for section, row in held] == [("form_drafts", {"title": ["Shade"]})]
    for days, removed in ((29, 0), (31, 1)):
        later = programme_for(owner, lambda days=days: NOON + timedelta(days=days), TIGHT)  # type: ignore[misc]
        assert job.run(later, lambda: False) == removed
    service.keep(session, NEW)
    assert [one.rows for one in HOLDER.erase(owner, session.person_id)] == [1]
    assert service.list_of_page(session, PLACE.page) == []
