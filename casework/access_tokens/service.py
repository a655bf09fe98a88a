"""Making and revoking tokens, and who a program speaks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import Actor
from casework.access_tokens import repository
from casework.access_tokens.errors import TokenGone, TokenInvalid, TooManyTokens
from casework.access_tokens.model import Issued, Standing, Token, TokenScope, Wish
from casework.access_tokens.rules import CHARACTERS, narrowed, why_wrong
from casework.access_tokens.settings import AccessTokenSettings
from casework.audit.model import HUB_CHAIN, Line
from casework.audit.service import append
from casework.people.desk import Desk
from casework.people.roles.service import find_actor
from casework.workflow.errors import NotAllowed
from citycore.keys import KEY_BYTES, TOKEN_PREFIX, build_key, digest_of
from citycore.store.connections import Connection


@dataclass(frozen=True, slots=True)
class TokenDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: AccessTokenSettings = field(default_factory=AccessTokenSettings)


def issue(connection: Connection, desk: TokenDesk, actor: Actor, wish: Wish) -> Issued:
    """A new token of the person who asks, shown this once."""
    if actor.person_id is None:
        raise NotAllowed
    refusal = why_wrong(wish, desk.settings)
    if refusal is not None:
        raise refusal
    text = build_key(desk.desk.random(KEY_BYTES), TOKEN_PREFIX)
    with connection.transaction():
        repository.hold_person(connection, actor.person_id)
        at = desk.desk.clock()
        repository.forget(connection, actor.person_id, at - timedelta(days=desk.settings.kept_days))
        if repository.count_valid(connection, actor.person_id, at) >= desk.settings.tokens_max:
            raise TooManyTokens(tokens_max=desk.settings.tokens_max)
        token = Token(
            desk.desk.new_id(),
            actor.person_id,
            wish.name.strip(),
            tuple(scope for scope in TokenScope if scope in wish.scopes),
            at,
            at + timedelta(days=wish.days),
            None,
            None,
        )
        repository.store_token(connection, token, _digest(text))
        _note(connection, actor, token.token_id, "issue", at)
    return Issued(token, text)


def list_tokens(connection: Connection, actor: Actor) -> list[Token]:
    """The person's own, the newest first, with those that ended not long ago."""
    if actor.person_id is None:
        raise NotAllowed
    with connection.transaction():
        return repository.find_tokens(connection, actor.person_id)


def revoke(connection: Connection, desk: TokenDesk, actor: Actor, token_id: UUID) -> None:
    """End one of one's own; :class:`TokenGone` for any other too."""
    if actor.person_id is None:
        raise NotAllowed
    with connection.transaction():
        at = desk.desk.clock()
        if not repository.revoke(connection, actor.person_id, token_id, at):
            raise TokenGone
        _note(connection, actor, token_id, "revoke", at)


def act(connection: Connection, desk: TokenDesk, text: str, accepted: Collection[TokenScope]) -> Actor:
    """Whom a program speaks for: the person as they are now, less what the token is not for.

    :class:`TokenInvalid`, or :class:`ScopeMissing` if it is for none of the accepted scopes.
    """
    if len(text) != CHARACTERS or not text.startswith(TOKEN_PREFIX):
        raise TokenInvalid
    with connection.transaction():
        at = desk.desk.clock()
        token = repository.find_by_digest(connection, _digest(text))
        if token is None or token.standing(at) is not Standing.VALID:
            raise TokenInvalid
        last = token.last_used_at
        if last is None or at - last >= timedelta(seconds=desk.settings.touch_seconds):
            repository.touch(connection, token.token_id, at)
        return narrowed(find_actor(connection, token.person_id, at), token.scopes, accepted)


def _digest(text: str) -> bytes:
    return bytes.fromhex(digest_of(text))


def _note(connection: Connection, actor: Actor, token_id: UUID, event: str, at: datetime) -> None:
    line = Line(HUB_CHAIN, at, actor.key, "access_token", token_id, event, None, None, None, {})
    append(connection, line)
