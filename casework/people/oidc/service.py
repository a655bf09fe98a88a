"""To the provider and back: a session, a new account, or a question to the owner of an old one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog

from casework.access.model import ANONYMOUS, Actor
from casework.access.shown import Shown, Way
from casework.people import repository as people
from casework.people.addresses import network_of
from casework.people.errors import AccountSuspended, IdentityRefused, LinkInvalid
from casework.people.limits import MailKind, count_link, count_mail
from casework.people.mails import mail_to, token_link
from casework.people.model import Address, Link, Names, Person, Purpose, SignUp, Visitor
from casework.people.oidc import repository
from casework.people.oidc.model import (
    NOTHING_SAID,
    SCOPE,
    Answer,
    Arrival,
    Departure,
    Flow,
    Identity,
    Looked,
)
from casework.people.oidc.provider import Provider
from casework.people.oidc.rules import identity_of, why_not_let_in
from casework.people.settings import PeopleSettings
from casework.people.sign_up import note_account
from casework.people.tokens import new_token, token_digest
from casework.programme import Programme, Session
from casework.second_factor.gate import Entry, admit
from casework.second_factor.rules import asked_of_provider
from casework.second_factor.settings import SecondFactorSettings
from casework.workflow.errors import check
from citycore.language import Language
from citycore.store.rows import known

log = structlog.get_logger()
#: Where the provider sends the browser back to.
_BACK = "/account/identity/back"


def depart(programme: Programme, provider: Provider, visitor: Visitor, *, again: bool = False) -> Departure:
    """Where to send the browser; ``again`` if the provider is to ask although it knows who is there.

    What the browser brings back counts once, in this browser, for some minutes.
    """
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    count_link(programme, visitor)
    endpoint = provider.metadata().authorization_endpoint
    state, browser_secret, nonce, verifier = (new_token(programme.random) for _ in range(4))
    flow = Flow(provider.issuer, nonce, verifier)
    with programme.session(ANONYMOUS) as session:
        expires_at = session.now() + timedelta(minutes=provider.settings.flow_minutes)
        repository.store_flow(
            session.connection, flow, token_digest(state), token_digest(browser_secret), expires_at
        )
        redirect_uri = session.link(_BACK)
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
        **asked_of_provider(programme.of(SecondFactorSettings)),
        **({"prompt": "login"} if again else {}),
    )
    return Departure(str(url), browser_secret)


def arrive(
    programme: Programme, provider: Provider, answer: Answer, language: Language, visitor: Visitor
) -> Arrival:
    """Sign in whoever the provider says it is.

    An identity that is linked opens its account; one with a confirmed address that nobody has opens a new
    one. If there is an account of that address already, its owner is asked by mail once: a provider
    that hands out addresses does not take accounts over. :class:`IdentityRefused`.
    """
    count_link(programme, visitor)
    try:
        return _arrive(programme, provider, answer, language, visitor)
    except IdentityRefused as error:
        network = network_of(visitor.address, stored=True)
        log.info("identity_refused", reason=error.details["reason"], network=network)
        raise


def _arrive(
    programme: Programme, provider: Provider, answer: Answer, language: Language, visitor: Visitor
) -> Arrival:
    with programme.session(ANONYMOUS) as session:
        # It counts once, whatever becomes of it.
        taken, redirect_uri = _take_flow(session, provider, answer), session.link(_BACK)
    flow = _checked(taken, provider, answer)
    token = provider.redeem(str(answer.code), flow.code_verifier, redirect_uri)
    claims = provider.verify(token, flow.nonce)
    identity = identity_of(claims, provider.issuer, programme.of(PeopleSettings).name_characters_max)
    with programme.session(ANONYMOUS) as session:
        person_id = repository.find_person_id(session.connection, identity.issuer, identity.subject)
        if person_id is not None:
            return Arrival(_sign_in(session, person_id, visitor, identity.looked))
    return _arrive_first(programme, provider, identity, language, visitor)


def _arrive_first(
    programme: Programme, provider: Provider, identity: Identity, language: Language, visitor: Visitor
) -> Arrival:
    check(why_not_let_in(identity, provider.settings.allowed_domains))
    address = known(identity.address)
    with programme.session(ANONYMOUS) as session:
        is_known = people.find_person_by_email(session.connection, address.key) is not None
    if is_known:  # only then is there mail
        count_mail(programme, MailKind.IDENTITY, address.key, visitor)
    with programme.session(ANONYMOUS) as session:
        owner = people.find_person_by_email(session.connection, address.key)
        if owner is None:
            opened = _open_account(session, identity, address, language)
            return Arrival(admit(session, opened, visitor, _shown(session, identity.looked)))
        _ask_owner(session, provider, identity, owner)
        return Arrival(None)


def follow_identity_link(programme: Programme, token: str, visitor: Visitor) -> Entry:
    """The owner agrees: the identity opens the account from now on. :class:`LinkInvalid`."""
    count_link(programme, visitor)
    with programme.session(ANONYMOUS) as session:
        at = session.now()
        followed = people.follow_link(session.connection, token_digest(token), Purpose.LINK_IDENTITY, at)
        if followed is None or followed.identity is None:
            raise LinkInvalid
        if not repository.link(session.connection, *followed.identity, followed.person_id, at):
            raise LinkInvalid
        begun = _sign_in(session, followed.person_id, visitor)
        people.verify_email(session.connection, followed.person_id, at)
        note_account(session, Actor(followed.person_id), followed.person_id, "link_identity", at)
        return begun


def unlink(session: Session, provider: Provider) -> bool:
    """The provider no longer opens the person's account; whether it did. A password can be asked for by mail."""
    was_linked = repository.unlink(session.connection, provider.issuer, session.person_id)
    if was_linked:
        note_account(session, session.actor, session.person_id, "unlink_identity", session.now())
    return was_linked


def _take_flow(session: Session, provider: Provider, answer: Answer) -> Flow | None:
    return repository.take_flow(
        session.connection,
        provider.issuer,
        token_digest(answer.state or ""),
        token_digest(answer.browser_secret),
        session.now(),
    )


def _checked(flow: Flow | None, provider: Provider, answer: Answer) -> Flow:
    if flow is None:
        raise IdentityRefused(reason="answer")
    if answer.error is not None or answer.code is None:
        raise IdentityRefused(reason="denied")
    # Another provider's code must not be brought to this one (RFC 9207).
    is_named = answer.issuer is not None
    if (is_named or provider.metadata().names_issuer) and answer.issuer != provider.issuer:
        raise IdentityRefused(reason="answer")
    return flow


def _sign_in(session: Session, person_id: UUID, visitor: Visitor, looked: Looked = NOTHING_SAID) -> Entry:
    person = people.hold_person(session.connection, person_id)
    if person is None or not person.may_sign_in:
        raise AccountSuspended
    return admit(session, person_id, visitor, _shown(session, looked))


def _shown(session: Session, looked: Looked) -> Shown:
    return Shown(Way.IDENTITY, session.now(), None, None, *looked)


def _open_account(session: Session, identity: Identity, address: Address, language: Language) -> UUID:
    at, person_id = session.now(), session.new_id()
    names = identity.names or Names(None, address.written.partition("@")[0])
    people.forget_sign_up(session.connection, address.key)
    wish = SignUp(address, names, language)
    if not people.store_person(session.connection, person_id, wish, at, at) or not repository.link(
        session.connection, identity.issuer, identity.subject, person_id, at
    ):
        raise IdentityRefused(reason="answer")  # somebody else was faster; the next try finds the account
    note_account(session, Actor(person_id), person_id, "open", at)
    return person_id


def _ask_owner(session: Session, provider: Provider, identity: Identity, owner: Person) -> None:
    at, token = session.now(), new_token(session.programme.random)
    expires_at = at + timedelta(hours=session.of(PeopleSettings).identity_link_hours)
    wanted = Link(owner.person_id, Purpose.LINK_IDENTITY, None, (identity.issuer, identity.subject))
    people.store_link(session.connection, wanted, token_digest(token), at, expires_at)
    name = provider.settings.name_ar if owner.language == "ar" else provider.settings.name_en
    link = token_link(session, "identity", token)
    session.send([mail_to(owner, "link_identity", provider=name, link=link, expires_at=expires_at)], at)
    log.info("identity_to_be_linked", person_id=str(owner.person_id), issuer=identity.issuer)
