"""Keeping what somebody types, and forgetting it: always the actor's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from casework.drafts import repository
from casework.drafts.errors import DraftElsewhere, DraftOver, TooManyDrafts
from casework.drafts.model import Draft, NewDraft, Place
from casework.drafts.rules import why_not
from casework.drafts.settings import DraftSettings
from casework.programme import Programme, Session
from casework.workflow.errors import check
from citycore.failures.service import Attempts

JOB: Final = "tidy_drafts"


def list_of_page(session: Session, page: str) -> list[Draft]:
    """Of the forms of a page, those that are over too: their numbers go on."""
    return repository.find_of_page(session.connection, session.person_id, page)


def list_own(session: Session) -> list[Draft]:
    """The newest first."""
    return repository.find_own(session.connection, session.person_id)


def keep(session: Session, new: NewDraft) -> Draft:
    """What was typed so far, instead of what was kept before; nothing of another window is overwritten.

    :class:`DraftElsewhere`, :class:`DraftOver`, :class:`DraftTooLarge`, :class:`TooManyDrafts`.
    """
    settings, person_id, connection = session.of(DraftSettings), session.person_id, session.connection
    check(why_not(new, settings))
    if repository.count_others(connection, person_id, new.place) >= settings.drafts_max:
        raise TooManyDrafts(drafts_max=settings.drafts_max)
    kept = repository.keep(connection, person_id, new, session.now())
    if kept is not None:
        return kept
    there = repository.find(connection, person_id, new.place)
    if there is None or there.fields is None:
        raise DraftOver(number=0 if there is None else there.number)
    if there.fields == new.fields:
        return there
    raise DraftElsewhere(number=there.number, at=there.saved_at)


def forget(session: Session, place: Place) -> None:
    """It was sent, or is not wanted any more."""
    repository.forget(session.connection, session.person_id, place, session.now())


def tidy(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> int:
    """Remove what was kept long enough; how many drafts."""
    settings = programme.of(DraftSettings)
    before, rows_max = programme.clock() - timedelta(days=settings.days_kept), settings.tidy_rows_max
    with programme.connect() as connection:

        def remove() -> int:
            total, removed = 0, rows_max
            while removed == rows_max and not stopping():
                with connection.transaction():
                    removed = repository.tidy(connection, before, rows_max)
                total += removed
            return total

        return Attempts(connection, JOB, programme.clock).attempt("drafts", remove) or 0
