"""Training and code of conduct: published in versions, gone through by each ambassador."""

from __future__ import annotations

from uuid import UUID

from casework.access.model import HUB, Actor
from casework.access.rules import holds_any
from casework.audit.model import HUB_CHAIN, Line
from casework.audit.service import append
from casework.workflow.errors import NotAllowed, NotInThisState
from casework.workflow.service import lock, note
from citycore.clock import Clock
from citycore.store.connections import Connection
from hackathon.outreach.ambassadors import repository
from hackathon.outreach.ambassadors.errors import OldPaper, OwnCase
from hackathon.outreach.ambassadors.machine import OVER, SELF, STAFF
from hackathon.outreach.ambassadors.model import Paper, PaperKind
from hackathon.outreach.ambassadors.notices import AMBASSADORS
from hackathon.outreach.ambassadors.rules import check_text
from hackathon.outreach.ambassadors.settings import AmbassadorSettings

#: Papers are no object with a workflow; in the log they stand under the hub itself.
_PAPERS = UUID(int=0)


def publish(  # noqa: PLR0913, PLR0917 (a text in two languages, by whom)
    connection: Connection,
    kind: PaperKind,
    text_ar: str,
    text_en: str,
    actor: Actor,
    clock: Clock,
    settings: AmbassadorSettings,
) -> int:
    """The next version, which everybody has to go through before their next term."""
    at = clock()
    if not holds_any(actor.at(at), STAFF, [HUB]):
        raise NotAllowed
    for name, text in (("text_ar", text_ar), ("text_en", text_en)):
        check_text(name, text, 1, settings.paper_characters_max)
    with connection.transaction():
        version = repository.publish(connection, kind, text_ar, text_en, at, actor.person_id)
        details = {"kind": kind.value, "version": version}
        line = Line(
            HUB_CHAIN, at, actor.key, "ambassador_paper", _PAPERS, "publish", None, None, None, {**details}
        )
        append(connection, line)
    return version


def list_papers(connection: Connection) -> dict[PaperKind, Paper]:
    """The newest of each kind, for everybody."""
    with connection.transaction():
        return repository.find_papers(connection)


def sign_conduct(
    connection: Connection, ambassador_id: UUID, version: int, actor: Actor, clock: Clock
) -> None:
    """Sign the code of conduct in the version that was read, which nobody does for somebody else."""
    _commit(connection, ambassador_id, PaperKind.CONDUCT, version, actor, clock)


def note_training(
    connection: Connection, ambassador_id: UUID, version: int, actor: Actor, clock: Clock
) -> None:
    """Note that an ambassador has done the training, which nobody notes of themselves."""
    _commit(connection, ambassador_id, PaperKind.TRAINING, version, actor, clock)


def _commit(  # noqa: PLR0913, PLR0917 (whose, to what, by whom)
    connection: Connection, ambassador_id: UUID, kind: PaperKind, version: int, actor: Actor, clock: Clock
) -> None:
    with connection.transaction():
        standing = lock(connection, AMBASSADORS, ambassador_id, actor)
        at = clock()
        roles = SELF if kind is PaperKind.CONDUCT else STAFF
        if not holds_any(actor.at(at), roles, standing.scopes):
            raise NotAllowed
        if kind is PaperKind.TRAINING and standing.facts.is_own:
            raise OwnCase
        if standing.state in OVER:
            raise NotInThisState
        paper = repository.find_papers(connection).get(kind)
        if paper is None or paper.version != version:
            raise OldPaper
        repository.commit_to(connection, ambassador_id, paper, at, actor.person_id)
        note(connection, AMBASSADORS, standing, f"commit_{kind}", actor, at, {"version": version})
