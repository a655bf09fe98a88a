"""Making and revoking tokens, and who a program speaks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import Actor
from casework.access.shown import Shown, Way
from casework.access_tokens import repository
from casework.access_tokens.errors import TokenGone, TokenInvalid, TooManyTokens
from casework.access_tokens.model import ROLES, Issued, SignIn, Standing, Token, TokenScope, Wish
from casework.access_tokens.rules import CHARACTERS, PACKAGE, narrowed, why_wrong
from casework.access_tokens.settings import AccessTokenSettings
from casework.audit.model import HUB_CHAIN, Line
from casework.outbox.model import Template
from casework.people import repository as people
from casework.people.mails import addressed, mails_to
from casework.people.roles.service import find_actor
from casework.programme import Session
from casework.second_factor.duties import awake
from casework.workflow.errors import check
from citycore.keys import KEY_BYTES, TOKEN_PREFIX, build_key, digest_of


def issue(session: Session, wish: Wish) -> Issued:
    """A new token of the person who asks, shown this once, and told by mail."""
    person_id, settings = session.person_id, session.of(AccessTokenSettings)
    check(why_wrong(wish, settings))
    at = _begin(session, person_id)
    if repository.count_valid(session.connection, person_id, at) >= settings.tokens_max:
        raise TooManyTokens(tokens_max=settings.tokens_max)
    issued = _issue(
        session, _new(session, wish.name.strip(), wish.scopes, at, at + timedelta(days=wish.days))
    )
    _tell(session, issued.token, at)
    return issued


def issue_sign_in(session: Session, wish: SignIn, sign_ins_max: int) -> Issued:
    """The dashboards speak for the person from now on. An older sign-in of the same browser ends, and the oldest of too many."""
    person_id = session.person_id
    at = _begin(session, person_id)
    for ended in repository.replace_sign_ins(
        session.connection, person_id, wish.session_id, sign_ins_max - 1, at
    ):
        _note(session, ended, "revoke", at)
    return _issue(session, _new(session, wish.name, wish.scopes, at, wish.until), wish.session_id)


def has_sign_in(session: Session, scopes: Collection[TokenScope]) -> bool:
    """Whether a sign-in of the person on the dashboards lives that may all of this."""
    return repository.has_sign_in(session.connection, session.person_id, scopes, session.now())


def end_sign_in(session: Session, token_id: UUID) -> None:
    """End a sign-in of one's own on the dashboards, if it lives."""
    at = session.now()
    if repository.end_sign_in(session.connection, session.person_id, token_id, at):
        _note(session, token_id, "revoke", at)


def list_tokens(session: Session) -> list[Token]:
    """The person's own, the newest first, with those that ended not long ago."""
    return repository.find_tokens(session.connection, session.person_id)


def count_tokens(session: Session) -> int:
    """How many of the person's own programs have one that works."""
    return repository.count_valid(session.connection, session.person_id, session.now())


def revoke(session: Session, token_id: UUID) -> None:
    """End one of one's own; :class:`TokenGone` for any other too."""
    at = session.now()
    if not repository.revoke(session.connection, session.person_id, token_id, at):
        raise TokenGone
    _note(session, token_id, "revoke", at)


def revoke_all(session: Session, person_id: UUID) -> int:
    """End what all of somebody's programs have, which may not be theirs alone any more; how many. Those of the dashboards
    end with their sessions.
    """
    at = session.now()
    ended = repository.revoke_all(session.connection, person_id, at)
    for token_id in ended:
        _note(session, token_id, "revoke", at)
    return len(ended)


def act(session: Session, text: str, accepted: Collection[TokenScope]) -> Actor:
    """Whom a program speaks for: the person as they are now, less what the token is not for.

    :class:`TokenInvalid`, or :class:`TokenScopeMissing` if it is for none of the accepted scopes.
    """
    if len(text) != CHARACTERS or not text.startswith(TOKEN_PREFIX):
        raise TokenInvalid
    at = session.now()
    token = repository.find_by_digest(session.connection, _digest(text))
    if token is None or token.standing(at) is not Standing.VALID:
        raise TokenInvalid
    last = token.last_used_at
    if last is None or at - last >= timedelta(seconds=session.of(AccessTokenSettings).touch_seconds):
        repository.touch(session.connection, token.token_id, at)
    actor = awake(session, find_actor(session.connection, token.person_id, at), _shown(token)).actor
    return narrowed(actor, token.scopes, accepted)


def has_sleeping(session: Session, token: Token) -> bool:
    """Whether roles of its person that it could be for sleep with this token, since it was made without a second factor."""
    held = find_actor(session.connection, token.person_id, session.now())
    roles = frozenset().union(*(ROLES[scope] for scope in token.scopes))
    mine = replace(held, grants=tuple(grant for grant in held.grants if grant.role in roles))
    return bool(awake(session, mine, _shown(token)).needs)


def end_sign_ins(session: Session, person_id: UUID, session_id: UUID | None = None) -> None:
    """End what somebody has on the dashboards, of the browser with this session here or of all."""
    at = session.now()
    for token_id in repository.end_sign_ins(session.connection, person_id, session_id, at):
        _note(session, token_id, "revoke", at)


def _begin(session: Session, person_id: UUID) -> datetime:
    """One token at a time for a person, without those that ended long ago; since when."""
    repository.hold_person(session.connection, person_id)
    at = session.now()
    kept = timedelta(days=session.of(AccessTokenSettings).kept_days)
    repository.forget(session.connection, person_id, at - kept)
    return at


def _new(session: Session, name: str, wanted: Collection[TokenScope], at: datetime, until: datetime) -> Token:
    scopes = tuple(scope for scope in TokenScope if scope in wanted)
    return Token(
        session.new_id(), session.person_id, name, scopes, at, until, None, None, session.actor.shown
    )


def _issue(session: Session, token: Token, sign_in_session: UUID | None = None) -> Issued:
    text = build_key(session.programme.random(KEY_BYTES), TOKEN_PREFIX)
    repository.store_token(session.connection, token, _digest(text), sign_in_session)
    _note(session, token.token_id, "issue", token.created_at)
    return Issued(token, text)


def _tell(session: Session, token: Token, at: datetime) -> None:
    """Its person learns of it although somebody else may have made it."""
    person = people.find_person(session.connection, token.person_id)
    recipients = [] if person is None else addressed(person)
    fields: dict[str, str | datetime] = {
        "token": token.name,
        "at": at,
        "expires_at": token.expires_at,
        "link": session.link("/account/tokens"),
    }
    session.send(mails_to(Template(PACKAGE, "made"), recipients, **fields), at)


def _shown(token: Token) -> Shown:
    """It counts as the session did in which it was made; one from before counts as made with a password alone."""
    return token.shown or Shown(Way.PASSWORD, token.created_at)


def _digest(text: str) -> bytes:
    return bytes.fromhex(digest_of(text))


def _note(session: Session, token_id: UUID, event: str, at: datetime) -> None:
    line = Line(HUB_CHAIN, at, session.actor.key, "access_token", token_id, event, None, None, None, {})
    session.log(line)
