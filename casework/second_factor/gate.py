"""From the first factor to a session, or to the page that asks for the second."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from casework.access.shown import Shown
from casework.people.model import Visitor
from casework.people.roles.service import find_actor
from casework.people.sessions.model import NewSession
from casework.people.sessions.service import begin_shown
from casework.people.tokens import new_token, token_digest
from casework.programme import Session
from casework.second_factor import repository
from casework.second_factor.duties import awake
from casework.second_factor.model import Waiting
from casework.second_factor.rules import is_proven_by_provider
from casework.second_factor.settings import SecondFactorSettings

#: What comes of a first factor.
Entry: TypeAlias = NewSession | Waiting


def admit(
    session: Session, person_id: UUID, visitor: Visitor, shown: Shown, previous: str | None = None
) -> Entry:
    """A session of whoever has shown enough; else what waits until they have shown a second factor."""
    if not _is_asked(session, person_id, shown):
        return begin_shown(session, person_id, visitor, shown, previous)
    return wait(session, person_id, shown)


def wait(session: Session, person_id: UUID, shown: Shown) -> Waiting:
    """Somebody has to show a second factor before anything else happens in this browser."""
    token = new_token(session.programme.random)
    expires_at = session.now() + timedelta(minutes=session.of(SecondFactorSettings).visit_minutes)
    repository.store_visit(session.connection, token_digest(token), person_id, shown, expires_at)
    return Waiting(person_id, token, expires_at)


def _is_asked(session: Session, person_id: UUID, shown: Shown) -> bool:
    """Whoever has a factor, unless a sign-in service has shown what all of their duties ask for, or what counts for any."""
    if not repository.has_factor(session.connection, person_id):
        return False
    settings = session.of(SecondFactorSettings)
    actor = find_actor(session.connection, person_id, session.now())
    proofs = [settings.proof_of(duty) for duty in ("*", *(grant.role.value for grant in actor.grants))]
    if not any(is_proven_by_provider(shown, proof) for proof in proofs):
        return True
    return any(not need.by_provider for need in awake(session, actor, shown).needs)
