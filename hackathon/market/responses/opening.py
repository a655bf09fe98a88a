"""The opening of responses: after the close, by two persons one after the other, each with a key of their own."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from casework.access.model import Actor
from casework.access_log.service import note_access
from casework.programme import Programme, Session
from casework.sealing.errors import KeyUnreadable, SealBroken
from casework.sealing.keys import KeyPair, pair_from
from casework.sealing.seal import Context, SealedShare, unseal, unseal_share
from casework.workflow.errors import check
from casework.workflow.model import Standing, Window
from casework.workflow.repository import hold_deadlines
from casework.workflow.rules import why_closed
from citycore.store.rows import known
from hackathon.market.needs.machine import NEED, RESPONSES_CLOSE
from hackathon.market.needs.model import Facts, Opener
from hackathon.market.needs.openers import fixed_keys, own_opener
from hackathon.market.needs.repository import NEEDS, find_openers, mark_opened
from hackathon.market.responses import errors, repository
from hackathon.market.responses.evaluation import require_disinterested
from hackathon.market.responses.model import Opening
from hackathon.market.responses.repository import RESPONSES
from hackathon.market.responses.rules import unpack

_READING = "responses.opening"


def bring_key(programme: Programme, actor: Actor, need_id: UUID, words: str) -> Opening:
    """The first opener's key leaves halves of keys behind, the second person's opens everything.

    Not before the close (:class:`TooEarly`), by no one person alone (:class:`KeyAlreadyBrought`), with no key but the
    actor's own (:class:`WrongKey`, which the log remembers, in a transaction of its own).
    """
    try:
        with programme.session(actor) as session:
            return _bring(session, need_id, words)
    except (errors.WrongKey, KeyUnreadable):
        with programme.session(actor) as session:
            session.note(NEEDS, session.look(NEEDS, need_id), "wrong_key", session.now())
        raise


def _bring(session: Session, need_id: UUID, words: str) -> Opening:
    connection, standing = session.connection, session.lock(NEEDS, need_id)
    opener, pair = _admit(session, standing, words)
    shares = repository.find_shares(connection, need_id, opener.opener_id)
    if not shares:
        raise errors.NothingToOpen
    at = session.now()
    first = next((one for one in find_openers(connection, need_id) if one.opened_at is not None), None)
    mark_opened(connection, opener.opener_id, at)
    session.note(NEEDS, standing, "bring_key", at, opener=str(opener.opener_id))
    if first is None:
        _keep_halves(session, need_id, shares, pair)
        return Opening(False, 0, 0)
    own = {one: share for one, share in shares if share.partner == first.opener_id}
    opened = [_open(session, Context(need_id, one), share, pair) for one, share in own.items()]
    session.apply(NEEDS, need_id, "evaluate", standing.version)
    return Opening(True, sum(opened), len(opened) - sum(opened))


def _admit(session: Session, standing: Standing[Facts], words: str) -> tuple[Opener, KeyPair]:
    """Who opens, now, with which key; the clock is asked first, whatever else is wrong."""
    held = hold_deadlines(session.connection, standing.object_id)
    at = session.now()
    opener = own_opener(session, standing.object_id)
    check(why_closed(NEED, Window(RESPONSES_CLOSE), held, at))
    if standing.state != "closed":
        raise errors.NeedNotClosed
    require_disinterested(session, standing.object_id)
    pair = pair_from(words)
    fixed = {one.opener_id: one.public_key for one in fixed_keys(session, standing.object_id)}
    if pair.public != fixed.get(opener.opener_id):
        raise errors.WrongKey
    if opener.opened_at is not None:
        raise errors.KeyAlreadyBrought
    return opener, pair


def _keep_halves(
    session: Session, need_id: UUID, shares: list[tuple[UUID, SealedShare]], pair: KeyPair
) -> None:
    for response_id, share in shares:
        try:
            half = unseal_share(share, Context(need_id, response_id), pair)
        except SealBroken:  # the second opener gives this response up
            continue
        repository.keep_half(session.connection, response_id, share, half, session.now())


def _open(session: Session, context: Context, share: SealedShare, pair: KeyPair) -> bool:
    """Whether it could be read; one that was tampered with is given up, and holds up no other."""
    connection, response_id = session.connection, context.response_id
    response = known(repository.find_response(connection, response_id))
    is_read = True
    try:
        _read(session, context, share, pair)
    except SealBroken:
        is_read = False
    moved = session.apply(RESPONSES, response_id, "open" if is_read else "give_up", response.version)
    repository.drop_halves(connection, response_id)
    if response.created_by is not None:
        note_access(connection, session.actor, [response.created_by], _READING, moved.at)
    return is_read


def _read(session: Session, context: Context, share: SealedShare, pair: KeyPair) -> None:
    """Decrypt, compare with the digest that the vendor knows, and keep it."""
    connection = session.connection
    theirs = repository.find_half(connection, context.response_id, share.partner, share.opener)
    if theirs is None:
        raise SealBroken
    sealed, digest = repository.find_sealed(connection, context.response_id)
    content = unseal(sealed, context, theirs, unseal_share(share, context, pair))
    try:
        document, answers = unpack(content)
    except (ValueError, KeyError) as error:
        raise SealBroken from error
    if sha256(document).digest() != digest:
        raise SealBroken
    repository.keep_content(connection, context.response_id, document, answers, session.now())
