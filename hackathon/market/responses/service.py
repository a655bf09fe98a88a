"""A vendor's own response: begun, handed in sealed, withdrawn. What it says leaves this module encrypted or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from casework.files.errors import FileRefused
from casework.files.rules import tidy_name
from casework.files.service import check_held
from casework.programme import Session
from casework.sealing.seal import Context, seal
from casework.workflow.errors import NoSuchObject
from casework.workflow.model import Moved, Window
from casework.workflow.repository import hold_deadlines
from casework.workflow.rules import why_closed
from citycore.store.rows import known
from hackathon.market.needs.machine import ANSWERED_IN, NEED, RESPONSES_CLOSE
from hackathon.market.needs.model import Need, Search
from hackathon.market.needs.openers import fixed_keys
from hackathon.market.needs.repository import NEEDS, find_need
from hackathon.market.needs.rules import vendors_of
from hackathon.market.needs.service import get_need, own_vendor, search_needs
from hackathon.market.responses import errors, mails, repository
from hackathon.market.responses.model import Answers, Attached, NewResponse, Receipt, Response
from hackathon.market.responses.repository import RESPONSES
from hackathon.market.responses.rules import SALT_BYTES, check_answers, document_of, pack
from hackathon.market.responses.settings import ResponseSettings
from hackathon.market.vendors.rules import speaks_for


def begin(session: Session, need_id: UUID) -> UUID:
    """A row for the response of a verified vendor, without anything in it; the one that there is, if there is one."""
    connection = session.connection
    session.lock(NEEDS, need_id)
    need = get_need(session, need_id)
    vendor = own_vendor(session)
    if vendor is None:
        raise errors.ResponseVendorNotVerified
    begun = repository.find_own(connection, need_id, vendors_of(session.actor.at(session.now())))
    if begun is not None:
        return begun
    held = hold_deadlines(connection, need_id)
    at = session.now()
    refusal = why_closed(NEED, Window(until=RESPONSES_CLOSE), held, at)
    if need.state not in ANSWERED_IN or not need.description.is_sealed or refusal is not None:
        raise refusal or errors.NeedNotAnswered()
    if need.description.sme_only and not vendor.is_sme:
        raise errors.ResponseSmallOnly
    response_id = session.new_id()
    new = NewResponse(response_id, need_id, vendor, session.actor.person_id)
    repository.store_response(connection, new, at)
    session.note(RESPONSES, session.look(RESPONSES, response_id), "create", at)
    return response_id


def attach(settings: ResponseSettings, name: str, content: bytes) -> Attached:
    """A file as a response takes it, checked in memory; :class:`FileRefused`."""
    tidy = tidy_name(name)
    if len(content) > settings.file_bytes_max:
        raise FileRefused("size", name=tidy, bytes_max=settings.file_bytes_max)
    return Attached(tidy, check_held(content, tidy, settings.store()), content)


def attach_all(settings: ResponseSettings, files: Sequence[tuple[str, bytes]]) -> tuple[Attached, ...]:
    """The same of several, each with its name."""
    return tuple(attach(settings, name, content) for name, content in files)


def hand_in(session: Session, response_id: UUID, answers: Answers, seen_version: int) -> Receipt:
    """Seal it and hand it in, before the close; the receipt is for the answer to this request and kept nowhere."""
    response, need = _own(session, response_id)
    check_answers(need, answers, session.of(ResponseSettings))
    keys, random = fixed_keys(session, need.need_id), session.programme.random
    fingerprints = tuple(sorted(one.fingerprint for one in keys))
    document = document_of(need, response_id, answers, random(SALT_BYTES), fingerprints)
    digest = sha256(document)
    openers = {one.opener_id: one.public_key for one in keys}
    context = Context(need.need_id, response_id)
    sealed = seal(pack(document, answers.files), context, openers, random)
    # Nobody closes or suspends the need meanwhile.
    session.lock(NEEDS, need.need_id)
    moved = session.apply(RESPONSES, response_id, "hand_in", seen_version, digest=digest.hexdigest())
    repository.keep_sealed(session.connection, response_id, sealed, digest.digest(), moved.at)
    receipt = Receipt(response_id, digest.hexdigest(), moved.at, document, fingerprints)
    session.send(mails.handed_in(session, need, response, receipt), moved.at)
    return receipt


def withdraw(session: Session, response_id: UUID, seen_version: int) -> Moved:
    """Take it back before the close; nothing of what was sealed is left."""
    _own(session, response_id)
    moved = session.apply(RESPONSES, response_id, "withdraw", seen_version)
    repository.drop_sealed(session.connection, response_id)
    return moved


def find_own(session: Session, need_id: UUID) -> Response | None:
    """The response of a company that the actor speaks for, if one was begun."""
    get_need(session, need_id)
    response_id = repository.find_own(session.connection, need_id, vendors_of(session.actor))
    return None if response_id is None else repository.find_response(session.connection, response_id)


def list_own(session: Session) -> list[tuple[Response, Need]]:
    """What the actor's companies have begun, with the needs, the newest first."""
    rows = session.of(ResponseSettings).page_rows_max
    found = repository.find_of_companies(session.connection, vendors_of(session.actor), rows)
    return [(one, get_need(session, one.need_id)) for one in found]


def list_answerable(session: Session, after: UUID | None = None) -> tuple[list[Need], UUID | None]:
    """Needs that the actor's vendor can ask about and answer now, the newest first; none for whoever is no verified one."""
    vendor = own_vendor(session)
    if vendor is None:
        return [], None
    return search_needs(session, Search(small=vendor.is_sme), after)


def is_vendor(session: Session) -> bool:
    """Whether the actor speaks for a vendor that is verified."""
    return own_vendor(session) is not None


def _own(session: Session, response_id: UUID) -> tuple[Response, Need]:
    response = repository.find_response(session.connection, response_id)
    if response is None or not speaks_for(session.actor, response.organisation_id):
        raise NoSuchObject
    return response, known(find_need(session.connection, response.need_id))
