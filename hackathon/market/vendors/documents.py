"""The papers of vendors: checked by what they hold, looked at by the programme, never shown to anybody else."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.attachments.model import Sweep
from casework.files.model import Received
from casework.files.service import path_of
from casework.outbox.service import enqueue
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState
from casework.workflow.model import Attempt, Standing
from casework.workflow.service import lock, note, step, unit
from citycore.clock import CITY_ZONE, Clock
from citycore.store.connections import Connection
from hackathon.market.vendors import repository
from hackathon.market.vendors.errors import (
    DocumentEnded,
    DocumentSettled,
    OwnCompany,
    TooManyDocuments,
)
from hackathon.market.vendors.machine import SPEAKERS, STAFF
from hackathon.market.vendors.model import Document, Facts, Paper
from hackathon.market.vendors.notices import VENDORS, notices
from hackathon.market.vendors.rules import ended, required_of, why_wrong_paper
from hackathon.market.vendors.service import get_vendor, plan_ends
from hackathon.market.vendors.settings import VendorSettings

SWEEP = Sweep("vendors", lambda: VendorSettings().store(), repository.QUERIES["named_files"])


def check_paper(paper: Paper, clock: Clock, settings: VendorSettings) -> None:
    """Raise what stands against a paper, whatever its file is."""
    refusal = why_wrong_paper(paper, settings, clock().astimezone(CITY_ZONE).date())
    if refusal is not None:
        raise refusal


def add(  # noqa: PLR0913, PLR0917 (what is added where, by whom)
    connection: Connection,
    vendor_id: UUID,
    paper: Paper,
    received: Received,
    actor: Actor,
    clock: Clock,
    settings: VendorSettings,
) -> Document:
    """Show a paper, or the next of its kind, as a file that was checked before."""
    check_paper(paper, clock, settings)
    with unit(connection):
        standing = _lock_own(connection, vendor_id, actor, clock)
        if len(repository.find_documents(connection, vendor_id)) >= settings.documents_max:
            raise TooManyDocuments(documents_max=settings.documents_max)
        at = clock()
        document = Document(
            uuid4(),
            vendor_id,
            paper,
            received.name,
            received.media_type,
            received.size_bytes,
            received.digest,
            at,
        )
        repository.add_document(connection, document)
        plan_ends(connection, vendor_id, settings, at)
        details = {"kind": paper.kind.value, "digest": received.digest}
        note(connection, VENDORS, standing, "add_document", actor, at, details)
    return document


def accept(  # noqa: PLR0913, PLR0917 (which paper, by whom)
    connection: Connection,
    vendor_id: UUID,
    document_id: UUID,
    actor: Actor,
    clock: Clock,
    settings: VendorSettings,
) -> None:
    """Accept a paper. If it was the last that a vendor lacked whose papers had ended, it is verified again."""
    with unit(connection):
        standing = lock(connection, VENDORS, vendor_id, actor)
        at = clock()
        if not holds_any(actor.at(at), STAFF, standing.scopes):
            raise NotAllowed
        if standing.facts.is_own:
            raise OwnCompany
        document = _find(connection, vendor_id, document_id)
        if ended([document], [document.paper.kind], at, accepted_only=False):
            raise DocumentEnded
        if not repository.accept_document(connection, document, actor.person_id, at):
            raise DocumentSettled
        plan_ends(connection, vendor_id, settings, at)
        details = {"kind": document.paper.kind.value, "digest": document.digest}
        note(connection, VENDORS, standing, "accept_document", actor, at, details)
        _renew(connection, vendor_id, actor, clock, settings)


def list_documents(connection: Connection, vendor_id: UUID, actor: Actor, clock: Clock) -> list[Document]:
    """Of a vendor that the actor may look after, the newest first."""
    with connection.transaction():
        get_vendor(connection, vendor_id, actor, clock)
        return repository.find_documents(connection, vendor_id)


def open_file(  # noqa: PLR0913, PLR0917 (which file, for whom)
    connection: Connection,
    vendor_id: UUID,
    document_id: UUID,
    actor: Actor,
    clock: Clock,
    settings: VendorSettings,
) -> tuple[Document, Path]:
    """A paper and where its bytes lie; that somebody opened it stands in the log. :class:`NoSuchObject`."""
    with unit(connection):
        get_vendor(connection, vendor_id, actor, clock)
        standing = lock(connection, VENDORS, vendor_id, actor)
        document = _find(connection, vendor_id, document_id)
        note(
            connection,
            VENDORS,
            standing,
            "open_document",
            actor,
            clock(),
            {"kind": document.paper.kind.value},
        )
    return document, path_of(document.digest, settings.store())


def _lock_own(connection: Connection, vendor_id: UUID, actor: Actor, clock: Clock) -> Standing[Facts]:
    """For those who speak for the vendor."""
    standing = lock(connection, VENDORS, vendor_id, actor)
    if not holds_any(actor.at(clock()), SPEAKERS, standing.scopes):
        raise NotAllowed
    if VENDORS.machine.state(standing.state).is_terminal:
        raise NotInThisState
    return standing


def _find(connection: Connection, vendor_id: UUID, document_id: UUID) -> Document:
    for document in repository.find_documents(connection, vendor_id):
        if document.document_id == document_id:
            return document
    raise NoSuchObject


def _renew(
    connection: Connection, vendor_id: UUID, actor: Actor, clock: Clock, settings: VendorSettings
) -> None:
    standing = lock(connection, VENDORS, vendor_id, actor)
    vendor = repository.find_vendor(connection, vendor_id)
    assert vendor is not None
    if standing.state != "documents_expired" or not standing.facts.is_company_verified:
        return
    current = [one for one in repository.find_documents(connection, vendor_id) if one.replaced_at is None]
    if not ended(current, required_of(vendor.profile, settings), clock(), accepted_only=True):
        moved = step(connection, VENDORS, standing, Attempt("renew", actor), clock)
        enqueue(connection, notices(connection, moved), moved.at)
