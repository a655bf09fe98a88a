"""From a page of the hub to the dashboards and back: codes, tokens, and ending a sign-in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from casework.access.model import Actor
from casework.access_tokens.model import DASHBOARD_SCOPES, SignIn
from casework.access_tokens.service import end_sign_in, has_sign_in, issue_sign_in
from casework.dashboard_access import repository
from casework.dashboard_access.keys import SigningKey, instant
from casework.dashboard_access.model import Asked, Bearer, Code, Redemption, SignedIn
from casework.dashboard_access.rules import may_redeem, shown_claims
from casework.dashboard_access.settings import DashboardAccessSettings
from casework.people import repository as people
from casework.people.model import Person
from casework.people.sessions.repository import find_shown
from casework.people.tokens import new_token, token_digest
from casework.programme import Programme, Session
from casework.workflow.errors import NotAllowed
from casework.workflow.wording import Label
from citycore.settings import SignInSettings

PACKAGE: Final = "casework.dashboard_access"


def is_allowed(session: Session) -> bool:
    """Whether the person has said that the dashboards may: while one of their sign-ins lives that may all of it."""
    return has_sign_in(session, DASHBOARD_SCOPES)


def give_code(session: Session, asked: Asked, session_id: UUID) -> str:
    """What the browser takes to the dashboards, for who is signed in with this session."""
    text = new_token(session.programme.random)
    expires_at = session.now() + timedelta(seconds=session.of(DashboardAccessSettings).code_seconds)
    code = Code(
        session.person_id, session_id, asked.nonce or None, asked.code_challenge or None, expires_at, None
    )
    repository.store_code(session.connection, token_digest(text), code)
    return text


def redeem(session: Session, brought: Redemption) -> SignedIn | None:
    """A token for a code, once; None for any other. Who brings one again ends what it was exchanged for."""
    digest = token_digest(brought.code)
    code = repository.hold_code(session.connection, digest)
    if code is None:
        return None
    person = people.hold_person(session.connection, code.person_id)
    if person is None or not person.may_sign_in:
        return None
    at = session.now()
    # The token counts as the session does from which the browser came.
    shown = find_shown(session.connection, code.session_id, at)
    own = replace(session, actor=Actor(code.person_id, shown=shown))
    if code.token_id is not None:
        end_sign_in(own, code.token_id)
        return None
    if not may_redeem(code, brought, session.of(SignInSettings), at):
        return None
    settings = session.of(DashboardAccessSettings)
    until = at + timedelta(hours=settings.hours)
    name = Label(PACKAGE, "token").text(person.language)
    issued = issue_sign_in(own, SignIn(name, DASHBOARD_SCOPES, until, code.session_id), settings.sign_ins_max)
    repository.use_code(session.connection, digest, issued.token.token_id)
    return SignedIn(
        issued.text,
        _signed(own, person, code.nonce, issued.token.token_id),
        " ".join(["openid", *DASHBOARD_SCOPES]),
        int((until - at).total_seconds()),
    )


def sign_out(programme: Programme, id_token: str) -> None:
    """End the sign-in that this was signed for, whatever it is; nothing where it was not signed here."""
    claims = programme.of(SigningKey).read(id_token)
    if claims is None or claims.get("aud") != programme.of(SignInSettings).client_id:
        return
    person_id, token_id = UUID(claims["sub"]), UUID(claims["jti"])
    programme.call(Actor(person_id), end_sign_in, token_id)


def find_bearer(session: Session) -> Bearer:
    """Whom a token speaks for, and as what it counts. :class:`NotAllowed`."""
    person = people.find_person(session.connection, session.person_id)
    if person is None:
        raise NotAllowed
    roles = {grant.role.value for grant in session.actor.at(session.now()).grants}
    return Bearer(person.person_id, person.names, person.language, tuple(sorted(roles)))


def _signed(session: Session, person: Person, nonce: str | None, token_id: UUID) -> str:
    """Who it is, for the dashboards alone and for a moment: they keep the name and look after the token."""
    at, settings = session.now(), session.of(DashboardAccessSettings)
    names = person.names
    claims: dict[str, object] = {
        "iss": session.link(""),
        "sub": str(person.person_id),
        "aud": session.of(SignInSettings).client_id,
        "iat": instant(at),
        "exp": instant(at) + settings.id_token_seconds,
        "jti": str(token_id),
        "name": names.shown(person.language),
        "locale": person.language,
    }
    if nonce is not None:
        claims["nonce"] = nonce
    if session.actor.shown is not None:
        claims |= shown_claims(session.actor.shown)
    return session.of(SigningKey).sign(claims)
