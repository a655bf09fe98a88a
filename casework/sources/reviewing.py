"""Whether a source of a team or an organisation counts: administrators decide, and its owners are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from casework.access.model import HUB, Actor, Role, Scope, ScopeKind
from casework.audit.model import HUB_CHAIN, Line
from casework.outbox.model import Template
from casework.people import repository as people
from casework.people.mails import mails_to, reachable
from casework.people.roles.service import list_holders
from casework.programme import Programme, Session
from casework.sources.errors import PACKAGE, ReviewRefused
from casework.sources.model import Registry
from casework.sources.service import SPEAKERS, change
from casework.sources.settings import SourceSettings
from casework.workflow.errors import NoSuchObject
from casework.workflow.wording import Label
from citycore.registry import reviews
from citycore.registry.errors import ReviewWrong, SourceNotFound
from citycore.registry.reviews import DECISIONS, Decided, Evidence, Review, Reviewed

DECIDERS: Final = frozenset({Role.ADMINISTRATOR})
#: How far back what speaks for and against a source is looked at.
EVIDENCE_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of a source, and why."""

    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A source with what speaks for and against it, what was decided, and what can be."""

    source: Reviewed
    evidence: Sequence[Evidence]
    decided: Sequence[Decided]
    possible: Sequence[Review]


def require_decider(session: Session, *_: object) -> None:
    session.require(DECIDERS, {HUB})


def list_queue(session: Session) -> Sequence[Reviewed]:
    """Sources of teams and organisations, those that wait first."""
    require_decider(session)
    with session.of(Registry).connect() as connection:
        return reviews.list_reviewed(connection, session.of(SourceSettings).rows_max)


def get_dossier(session: Session, code: str) -> Dossier:
    """:class:`NoSuchObject` of what there is not, and of what the operator has registered."""
    require_decider(session)
    rows, since = session.of(SourceSettings).rows_max, session.now() - timedelta(days=EVIDENCE_DAYS)
    with session.of(Registry).connect() as connection:
        source = reviews.find_reviewed(connection, code)
        if source is None:
            raise NoSuchObject
        return Dossier(
            source,
            reviews.evidence_of(connection, code, since, rows),
            reviews.decisions_of(connection, code, rows),
            DECISIONS[Review(source.review)],
        )


def decide(programme: Programme, actor: Actor, code: str, decision: Decision) -> None:
    """Decide of a source and tell its owners; :class:`ReviewRefused` without a reason, or where it stands otherwise by now."""
    with change(programme, actor) as (session, connection):
        require_decider(session)
        try:
            wanted = Review(decision.decision)
            decided = Decided(wanted, decision.reason, actor.key, session.now())
            about = reviews.decide(connection, code, decided)
        except SourceNotFound as error:
            raise NoSuchObject from error
        except (ReviewWrong, ValueError) as error:
            raise ReviewRefused("reason", maximum=reviews.REASON_CHARACTERS_MAX) from error
        if about.owner is None:
            raise NoSuchObject
        kind, _, object_id = about.owner.partition(":")
        scope = Scope(ScopeKind(kind), UUID(object_id))
        mails = mails_to(
            Template(PACKAGE, f"source_{wanted.value}"),
            reachable(people.find_person(session.connection, each) for each in _holders(session, scope)),
            source=lambda language: about.name_ar if language == "ar" else about.name_en,
            reason=decision.reason.strip(),
            source_link=session.link(f"/account/sources/{code}"),
        )
        session.send(mails, session.now())
        said = {"source": code, "review": wanted.value}
        session.log(
            Line(
                HUB_CHAIN,
                session.now(),
                actor.key,
                "source",
                UUID(object_id),
                "review_source",
                None,
                None,
                None,
                said,
            )
        )


def state_label(review: str) -> Label:
    return Label(PACKAGE, f"source.state.{review}")


def _holders(session: Session, scope: Scope) -> list[UUID]:
    """Those who keep the sources of an owner."""
    roles = {Role.CAPTAIN} if scope.kind is ScopeKind.TEAM else SPEAKERS
    found = [each.person_id for role in sorted(roles) for each in list_holders(session, role, scope)]
    return list(dict.fromkeys(found))
