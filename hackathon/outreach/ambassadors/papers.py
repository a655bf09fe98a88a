"""Training and code of conduct: published in versions, gone through by each ambassador."""

from __future__ import annotations

from uuid import UUID

from casework.access.model import HUB
from casework.audit.model import HUB_CHAIN, Detail, Line
from casework.programme import Session
from casework.workflow.errors import NotInThisState
from hackathon.outreach.ambassadors import repository
from hackathon.outreach.ambassadors.errors import OldPaper, OwnCase
from hackathon.outreach.ambassadors.machine import OVER, SELF, STAFF
from hackathon.outreach.ambassadors.model import NextPaper, Paper, PaperKind
from hackathon.outreach.ambassadors.notices import AMBASSADORS
from hackathon.outreach.ambassadors.rules import FIELDS
from hackathon.outreach.ambassadors.settings import AmbassadorSettings

#: Papers are no object with a workflow; in the log they stand under the hub itself.
_PAPERS = UUID(int=0)


def publish(session: Session, paper: NextPaper) -> int:
    """The next version, which everybody has to go through before their next term."""
    session.require(STAFF, [HUB])
    at, actor = session.now(), session.actor
    FIELDS.check_texts(paper, ("text_ar", "text_en"), session.of(AmbassadorSettings).paper_characters_max)
    version = repository.publish(session.connection, paper, at, actor.person_id)
    details: dict[str, Detail] = {"kind": paper.kind.value, "version": version}
    line = Line(HUB_CHAIN, at, actor.key, "ambassador_paper", _PAPERS, "publish", None, None, None, details)
    session.log(line)
    return version


def list_papers(session: Session) -> dict[PaperKind, Paper]:
    """The newest of each kind, for everybody."""
    return repository.find_papers(session.connection)


def sign_conduct(session: Session, ambassador_id: UUID, version: int) -> None:
    """Sign the code of conduct in the version that was read, which nobody does for somebody else."""
    _commit(session, ambassador_id, PaperKind.CONDUCT, version)


def note_training(session: Session, ambassador_id: UUID, version: int) -> None:
    """Note that an ambassador has done the training, which nobody notes of themselves."""
    _commit(session, ambassador_id, PaperKind.TRAINING, version)


def _commit(session: Session, ambassador_id: UUID, kind: PaperKind, version: int) -> None:
    standing = session.hold(AMBASSADORS, ambassador_id, SELF if kind is PaperKind.CONDUCT else STAFF)
    if kind is PaperKind.TRAINING and standing.facts.is_own:
        raise OwnCase
    if standing.state in OVER:
        raise NotInThisState
    paper, at = list_papers(session).get(kind), session.now()
    if paper is None or paper.version != version:
        raise OldPaper
    repository.commit_to(session.connection, ambassador_id, paper, at, session.actor.person_id)
    session.note(AMBASSADORS, standing, f"commit_{kind}", at, version=version)
