"""A vendor's own response: begun, handed in sealed, withdrawn. What it says leaves this module encrypted or not at all."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from casework.access.model import Actor, Role, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.files.errors import FileRefused
from casework.files.rules import tidy_name
from casework.files.service import check_held
from casework.outbox.service import enqueue
from casework.sealing.seal import Context, seal
from casework.workflow.errors import NoSuchObject
from casework.workflow.model import Moved, Window
from casework.workflow.repository import hold_deadlines
from casework.workflow.rules import why_closed
from casework.workflow.service import apply, lock, look, note, unit
from citycore.store.connections import Connection
from hackathon.market.needs.machine import ANSWERED_IN, NEED, RESPONSES_CLOSE
from hackathon.market.needs.model import Need, Search
from hackathon.market.needs.openers import fixed_keys
from hackathon.market.needs.repository import NEEDS, find_need
from hackathon.market.needs.rules import vendors_of
from hackathon.market.needs.service import get_need, search_needs
from hackathon.market.responses import errors, mails, repository
from hackathon.market.responses.desk import ResponseDesk
from hackathon.market.responses.model import Answers, Attached, Receipt, Response
from hackathon.market.responses.repository import RESPONSES
from hackathon.market.responses.rules import SALT_BYTES, document_of, pack, why_wrong


def begin(connection: Connection, desk: ResponseDesk, actor: Actor, need_id: UUID) -> UUID:
    """A row for the response of a verified vendor, without anything in it; the one that there is, if there is one."""
    with unit(connection):
        lock(connection, NEEDS, need_id, actor)
        need = get_need(connection, actor, need_id)
        companies = vendors_of(actor.at(desk.desk.clock()))
        vendor = repository.find_vendor(connection, companies)
        if vendor is None:
            raise errors.VendorNotVerified
        known = repository.find_own(connection, need_id, companies)
        if known is not None:
            return known
        held = hold_deadlines(connection, need_id)
        at = desk.desk.clock()
        refusal = why_closed(NEED, Window(until=RESPONSES_CLOSE), held, at)
        if need.state not in ANSWERED_IN or not need.description.is_sealed or refusal is not None:
            raise refusal or errors.NotAnswered()
        if need.description.sme_only and not vendor.is_sme:
            raise errors.SmallOnly
        response_id = desk.desk.new_id()
        repository.store_response(connection, response_id, need_id, vendor, actor.person_id, at)
        note(connection, RESPONSES, look(connection, RESPONSES, response_id, actor), "create", actor, at)
    return response_id


def attach(desk: ResponseDesk, name: str, content: bytes) -> Attached:
    """A file as a response takes it, checked in memory; :class:`FileRefused`."""
    tidy = tidy_name(name)
    if len(content) > desk.settings.file_bytes_max:
        raise FileRefused("size", name=tidy, bytes_max=desk.settings.file_bytes_max)
    return Attached(tidy, check_held(content, tidy, desk.settings.store()), content)


def hand_in(  # noqa: PLR0913, PLR0917 (what, as what, by whom, having seen what)
    connection: Connection,
    desk: ResponseDesk,
    actor: Actor,
    response_id: UUID,
    answers: Answers,
    seen_version: int,
) -> Receipt:
    """Seal it and hand it in, before the close; the receipt is for the answer to this request and kept nowhere."""
    with unit(connection):
        response, need = _own(connection, actor, response_id)
        refusal = why_wrong(need, answers, desk.settings)
        if refusal is not None:
            raise refusal
        keys = fixed_keys(connection, need.need_id)
        fingerprints = tuple(sorted(one.fingerprint for one in keys))
        document = document_of(need, response_id, answers, desk.desk.random(SALT_BYTES), fingerprints)
        digest = sha256(document)
        openers = {one.opener_id: one.public_key for one in keys}
        context = Context(need.need_id, response_id)
        sealed = seal(pack(document, answers.files), context, openers, desk.desk.random)
        # Nobody closes or suspends the need meanwhile.
        lock(connection, NEEDS, need.need_id, actor)
        moved = apply(
            connection,
            RESPONSES,
            response_id,
            "hand_in",
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            details={"digest": digest.hexdigest()},
        )
        repository.keep_sealed(connection, response_id, sealed, digest.digest(), moved.at)
        receipt = Receipt(response_id, digest.hexdigest(), moved.at, document, fingerprints)
        enqueue(connection, mails.handed_in(connection, desk, need, response, receipt), moved.at)
    return receipt


def withdraw(
    connection: Connection, desk: ResponseDesk, actor: Actor, response_id: UUID, seen_version: int
) -> Moved:
    """Take it back before the close; nothing of what was sealed is left."""
    with unit(connection):
        _own(connection, actor, response_id)
        moved = apply(
            connection, RESPONSES, response_id, "withdraw", actor, desk.desk.clock, seen_version=seen_version
        )
        repository.drop_sealed(connection, response_id)
    return moved


def find_own(connection: Connection, actor: Actor, need_id: UUID) -> Response | None:
    """The response of a company that the actor speaks for, if one was begun."""
    get_need(connection, actor, need_id)
    with connection.transaction():
        response_id = repository.find_own(connection, need_id, vendors_of(actor))
        return None if response_id is None else repository.find_response(connection, response_id)


def list_own(connection: Connection, desk: ResponseDesk, actor: Actor) -> list[tuple[Response, Need]]:
    """What the actor's companies have begun, with the needs, the newest first."""
    with connection.transaction():
        found = repository.find_of_companies(connection, vendors_of(actor), desk.settings.page_rows_max)
    return [(one, get_need(connection, actor, one.need_id)) for one in found]


def list_answerable(
    connection: Connection, desk: ResponseDesk, actor: Actor, after: UUID | None = None
) -> tuple[list[Need], UUID | None]:
    """Needs that the actor's vendor can ask about and answer now, the newest first; none for whoever is no verified one."""
    with connection.transaction():
        vendor = repository.find_vendor(connection, vendors_of(actor.at(desk.desk.clock())))
    if vendor is None:
        return [], None
    return search_needs(connection, desk.needs, Search(small=vendor.is_sme), after)


def is_vendor(connection: Connection, actor: Actor) -> bool:
    """Whether the actor speaks for a vendor that is verified."""
    with connection.transaction():
        return repository.find_vendor(connection, vendors_of(actor)) is not None


def _own(connection: Connection, actor: Actor, response_id: UUID) -> tuple[Response, Need]:
    response = repository.find_response(connection, response_id)
    if response is None:
        raise NoSuchObject
    if not holds_any(actor, [Role.VENDOR], [Scope(ScopeKind.ORGANISATION, response.organisation_id)]):
        raise NoSuchObject
    need = find_need(connection, response.need_id)
    assert need is not None
    return response, need
