"""Keeping views, sharing them and removing them: always the actor's own, but for one that is shared."""

from __future__ import annotations

from uuid import UUID

from casework.own_views import repository
from casework.own_views.errors import TooManyViews
from casework.own_views.model import Listed, OwnView, SharedView, Wish
from casework.own_views.rules import why_not
from casework.own_views.settings import OwnViewSettings
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile, check, existing
from citycore.arrangements.settings import ArrangementSettings

#: Of a link: nobody guesses 128 bits.
LINK_BYTES = 16


def list_own(session: Session) -> list[Listed]:
    """By name."""
    return repository.find_own(session.connection, session.person_id)


def get_own(session: Session, view_id: UUID) -> OwnView:
    """:class:`NoSuchObject` for one of somebody else."""
    return existing(repository.find(session.connection, session.person_id, view_id))


def get_shared(session: Session, link: str) -> SharedView:
    """For everybody who has its link; :class:`NoSuchObject` where nothing has it, or has it any more."""
    return existing(repository.find_shared(session.connection, link))


def create(session: Session, wish: Wish) -> UUID:
    """A new one. :class:`TooManyViews`, :class:`WrongField`, :class:`WrongPiece`, :class:`TooManyPieces`, :class:`ViewTooLarge`."""
    view = _kept(session, session.new_id(), wish)
    most = session.of(OwnViewSettings).views_max
    if repository.hold_and_count(session.connection, session.person_id) >= most:
        raise TooManyViews(views_max=most)
    repository.create(session.connection, view)
    return view.view_id


def replace(session: Session, view_id: UUID, wish: Wish, seen: int) -> None:
    """All of it anew; :class:`ChangedMeanwhile` where another version is there than was seen.

    One that is shared no more loses its link, and is shared by another one the next time.
    """
    if not repository.replace(session.connection, _kept(session, view_id, wish), seen):
        _say_why(session, view_id)


def remove(session: Session, view_id: UUID, seen: int) -> None:
    """For good; :class:`ChangedMeanwhile` where another version is there than was seen."""
    if not repository.remove(session.connection, session.person_id, view_id, seen):
        _say_why(session, view_id)


def _kept(session: Session, view_id: UUID, wish: Wish) -> repository.Kept:
    name = " ".join(wish.name.split())
    check(why_not(name, wish.pieces, session.of(ArrangementSettings)))
    link = session.programme.random(LINK_BYTES).hex()
    return repository.Kept(view_id, session.person_id, name, wish.pieces, wish.is_shared, link, session.now())


def _say_why(session: Session, view_id: UUID) -> None:
    get_own(session, view_id)
    raise ChangedMeanwhile
