"""To the provider and back: a session, a new account, or a question to the owner of an old one."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from casework.access.model import Actor
from casework.audit.model import HUB_CHAIN, Line
from casework.audit.service import append
from casework.outbox.service import enqueue
from casework.people import repository as people
from casework.people.desk import Desk, after
from casework.people.errors import AccountSuspended, IdentityRefused, LinkInvalid
from casework.people.limits import MailKind, count_link, count_mail
from casework.people.mails import mail_to
from casework.people.model import Address, Names, Person, Purpose, Visitor
from casework.people.oidc import repository
from casework.people.oidc.model import SCOPE, Answer, Arrival, Departure, Flow, Identity
from casework.people.oidc.provider import Provider
from casework.people.oidc.rules import identity_of, why_not_let_in
from casework.people.repository import Link, SignUp
from casework.people.sessions.model import NewSession, Signed
from casework.people.sessions.service import begin_session
from casework.people.sign_up import note_opened
from casework.people.tokens import token_digest
from citycore.language import Language
from citycore.store.connections import Connection

log = structlog.get_logger()


def depart(
    connection: Connection, desk: Desk, provider: Provider, redirect_uri: str, visitor: Visitor
) -> Departure:
    """Where to send the browser. What it brings back counts once, in this browser, for some minutes."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    count_link(connection, desk, visitor)
    endpoint = provider.metadata().authorization_endpoint
    state, browser_secret = desk.new_token(), desk.new_token()
    flow = Flow(provider.issuer, nonce=desk.new_token(), code_verifier=desk.new_token())
    expires_at = desk.clock() + timedelta(minutes=provider.settings.flow_minutes)
    with connection.transaction():
        repository.store_flow(connection, flow, token_digest(state), token_digest(browser_secret), expires_at)
    url = prepare_grant_uri(
        endpoint,
        provider.settings.client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=SCOPE,
        state=state,
        nonce=flow.nonce,
        code_challenge=create_s256_code_challenge(flow.code_verifier),
        code_challenge_method="S256",
    )
    return Departure(str(url), browser_secret)


def arrive(  # noqa: PLR0913, PLR0917 (all that a browser brings back)
    connection: Connection,
    desk: Desk,
    provider: Provider,
    redirect_uri: str,
    answer: Answer,
    browser_secret: str,
    language: Language,
    visitor: Visitor,
) -> Arrival:
    """Sign in whoever the provider says it is.

    An identity that is linked opens its account; one with a confirmed address that nobody has opens a new
    one. If there is an account of that address already, its owner is asked by mail once: a provider
    that hands out addresses does not take accounts over. :class:`IdentityRefused`.
    """
    count_link(connection, desk, visitor)
    flow = _take_flow(connection, desk, provider, answer, browser_secret)
    token = provider.redeem(str(answer.code), flow.code_verifier, redirect_uri)
    claims = provider.verify(token, flow.nonce)
    identity = identity_of(claims, provider.issuer, desk.settings.name_characters_max)
    with connection.transaction():
        person_id = repository.find_person_id(connection, identity.issuer, identity.subject)
        if person_id is not None:
            return Arrival(_sign_in(connection, desk, person_id, visitor))
    return _arrive_first(connection, desk, provider, identity, language, visitor)


def _arrive_first(  # noqa: PLR0913, PLR0917 (as arrive)
    connection: Connection,
    desk: Desk,
    provider: Provider,
    identity: Identity,
    language: Language,
    visitor: Visitor,
) -> Arrival:
    refusal = why_not_let_in(identity, provider.settings.allowed_domains)
    if refusal is not None:
        raise refusal
    address = identity.address
    assert address is not None
    with connection.transaction():
        is_known = people.find_person_by_email(connection, address.key) is not None
    if is_known:  # only then is there mail
        count_mail(connection, desk, MailKind.IDENTITY, address.key, visitor)
    with connection.transaction():
        owner = people.find_person_by_email(connection, address.key)
        if owner is None:
            person_id = _open_account(connection, desk, identity, address, language)
            return Arrival(begin_session(connection, desk, person_id, visitor))
        _ask_owner(connection, desk, provider, identity, owner)
        return Arrival(None)


def follow_identity_link(connection: Connection, desk: Desk, token: str, visitor: Visitor) -> NewSession:
    """The owner agrees: the identity opens the account from now on. :class:`LinkInvalid`."""
    count_link(connection, desk, visitor)
    with connection.transaction():
        at = desk.clock()
        followed = people.follow_link(connection, token_digest(token), Purpose.LINK_IDENTITY, at)
        if followed is None or followed.identity is None:
            raise LinkInvalid
        if not repository.link(connection, *followed.identity, followed.person_id, at):
            raise LinkInvalid
        session = _sign_in(connection, desk, followed.person_id, visitor)
        people.verify_email(connection, followed.person_id, at)
        _note(connection, followed.person_id, "link_identity", at)
        return session


def unlink(connection: Connection, desk: Desk, signed: Signed, provider: Provider) -> bool:
    """The provider no longer opens the person's account; whether it did. A password can be asked for by mail."""
    with connection.transaction():
        was_linked = repository.unlink(connection, provider.issuer, signed.person.person_id)
        if was_linked:
            _note(connection, signed.person.person_id, "unlink_identity", desk.clock())
        return was_linked


def _take_flow(
    connection: Connection, desk: Desk, provider: Provider, answer: Answer, browser_secret: str
) -> Flow:
    with connection.transaction():
        flow = repository.take_flow(
            connection,
            provider.issuer,
            token_digest(answer.state or ""),
            token_digest(browser_secret),
            desk.clock(),
        )
    if flow is None:
        raise IdentityRefused(reason="answer")
    if answer.error is not None or answer.code is None:
        raise IdentityRefused(reason="denied")
    # Another provider's code must not be brought to this one (RFC 9207).
    is_named = answer.issuer is not None
    if (is_named or provider.metadata().names_issuer) and answer.issuer != provider.issuer:
        raise IdentityRefused(reason="answer")
    return flow


def _sign_in(connection: Connection, desk: Desk, person_id: UUID, visitor: Visitor) -> NewSession:
    person = people.hold_person(connection, person_id)
    if person is None or not person.may_sign_in:
        raise AccountSuspended
    return begin_session(connection, desk, person_id, visitor)


def _open_account(
    connection: Connection, desk: Desk, identity: Identity, address: Address, language: Language
) -> UUID:
    at, person_id = desk.clock(), desk.new_id()
    names = identity.names or Names(None, address.written.partition("@")[0])
    people.forget_sign_up(connection, address.key)
    wish = SignUp(address, names, language)
    if not people.store_person(connection, person_id, wish, at, at) or not repository.link(
        connection, identity.issuer, identity.subject, person_id, at
    ):
        raise IdentityRefused(reason="answer")  # somebody else was faster; the next try finds the account
    note_opened(connection, Actor(person_id), person_id, at)
    return person_id


def _ask_owner(
    connection: Connection, desk: Desk, provider: Provider, identity: Identity, owner: Person
) -> None:
    at, token = desk.clock(), desk.new_token()
    expires_at = after(at, desk.settings.identity_link_hours)
    wanted = Link(owner.person_id, Purpose.LINK_IDENTITY, None, (identity.issuer, identity.subject))
    people.store_link(connection, wanted, token_digest(token), at, expires_at)
    name = provider.settings.name_ar if owner.language == "ar" else provider.settings.name_en
    mail = mail_to(
        owner, "link_identity", provider=name, link=desk.link("identity", token), expires_at=expires_at
    )
    enqueue(connection, [mail], at)
    log.info("identity_to_be_linked", person_id=str(owner.person_id), issuer=identity.issuer)


def _note(connection: Connection, person_id: UUID, event: str, at: datetime) -> None:
    actor = Actor(person_id)
    append(connection, Line(HUB_CHAIN, at, actor.key, "account", person_id, event, None, None, None, {}))
