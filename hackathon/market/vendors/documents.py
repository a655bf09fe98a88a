"""The papers of vendors: checked by what they hold, looked at by the programme, never shown to anybody else."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from casework.attachments.model import Sweep
from casework.files.model import Received
from casework.files.service import path_of
from casework.programme import Programme, Session
from casework.workflow.errors import NoSuchObject, NotInThisState
from casework.workflow.model import Standing
from citycore.clock import CITY_ZONE
from citycore.store.rows import known
from hackathon.market.vendors import repository, rules
from hackathon.market.vendors.errors import (
    VendorDocumentEnded,
    VendorDocumentSettled,
    VendorOwnCompany,
    VendorTooManyDocuments,
)
from hackathon.market.vendors.machine import SPEAKERS, STAFF
from hackathon.market.vendors.model import Document, Facts, Paper
from hackathon.market.vendors.notices import VENDORS, notices
from hackathon.market.vendors.rules import ended, required_of
from hackathon.market.vendors.service import get_vendor, plan_ends
from hackathon.market.vendors.settings import VendorSettings

SWEEP = Sweep("vendors", lambda: VendorSettings().store(), repository.QUERIES["named_files"])


def check_paper(programme: Programme, paper: Paper) -> None:
    """Raise what stands against a paper, whatever its file is."""
    today = programme.clock().astimezone(CITY_ZONE).date()
    rules.check_paper(paper, programme.of(VendorSettings), today)


def add(session: Session, vendor_id: UUID, paper: Paper, received: Received) -> Document:
    """Show a paper, or the next of its kind, as a file that was checked before."""
    check_paper(session.programme, paper)
    connection, standing = session.connection, _lock_own(session, vendor_id)
    documents_max = session.of(VendorSettings).documents_max
    if len(repository.find_documents(connection, vendor_id)) >= documents_max:
        raise VendorTooManyDocuments(documents_max=documents_max)
    at = session.now()
    document = Document(
        session.new_id(),
        vendor_id,
        paper,
        received.name,
        received.media_type,
        received.size_bytes,
        received.digest,
        at,
    )
    repository.add_document(connection, document)
    plan_ends(session, vendor_id, at)
    session.note(VENDORS, standing, "add_document", at, kind=paper.kind.value, digest=received.digest)
    return document


def accept(session: Session, vendor_id: UUID, document_id: UUID) -> None:
    """Accept a paper. If it was the last that a vendor lacked whose papers had ended, it is verified again."""
    standing = session.hold(VENDORS, vendor_id, STAFF)
    if standing.facts.is_own:
        raise VendorOwnCompany
    at, document = session.now(), _find(session, vendor_id, document_id)
    if ended([document], [document.paper.kind], at, accepted_only=False):
        raise VendorDocumentEnded
    if not repository.accept_document(session.connection, document, session.actor.person_id, at):
        raise VendorDocumentSettled
    plan_ends(session, vendor_id, at)
    kind = document.paper.kind.value
    session.note(VENDORS, standing, "accept_document", at, kind=kind, digest=document.digest)
    _renew(session, vendor_id)


def list_documents(session: Session, vendor_id: UUID) -> list[Document]:
    """Of a vendor that the actor may look after, the newest first."""
    get_vendor(session, vendor_id)
    return repository.find_documents(session.connection, vendor_id)


def open_file(session: Session, vendor_id: UUID, document_id: UUID) -> tuple[Document, Path]:
    """A paper and where its bytes lie; that somebody opened it stands in the log. :class:`NoSuchObject`."""
    get_vendor(session, vendor_id)
    standing = session.lock(VENDORS, vendor_id)
    document = _find(session, vendor_id, document_id)
    session.note(VENDORS, standing, "open_document", session.now(), kind=document.paper.kind.value)
    return document, path_of(document.digest, session.of(VendorSettings).store())


def _lock_own(session: Session, vendor_id: UUID) -> Standing[Facts]:
    """For those who speak for the vendor."""
    standing = session.hold(VENDORS, vendor_id, SPEAKERS)
    if VENDORS.machine.state(standing.state).is_terminal:
        raise NotInThisState
    return standing


def _find(session: Session, vendor_id: UUID, document_id: UUID) -> Document:
    for document in repository.find_documents(session.connection, vendor_id):
        if document.document_id == document_id:
            return document
    raise NoSuchObject


def _renew(session: Session, vendor_id: UUID) -> None:
    standing = session.lock(VENDORS, vendor_id)
    vendor = known(repository.find_vendor(session.connection, vendor_id))
    if standing.state != "documents_expired" or not standing.facts.is_company_verified:
        return
    current = repository.find_current(session.connection, vendor_id)
    required = required_of(vendor.profile, session.of(VendorSettings))
    if not ended(current, required, session.now(), accepted_only=True):
        moved = session.step(VENDORS, standing, "renew")
        session.send(notices(session.connection, moved), moved.at)
