"""From a wish for an account to an account.

The password is chosen where the mailed link leads, not before: whoever has chosen it has the
address, and nobody can lay a password under the address of somebody else. What is answered does
not depend on whether the address is known.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from casework.access.model import ANONYMOUS, Actor
from casework.access.shown import Way
from casework.audit.model import HUB_CHAIN, Line
from casework.people import repository
from casework.people.errors import LinkInvalid
from casework.people.limits import MailKind, count_link, count_mail
from casework.people.mails import mail_to, token_link, write
from casework.people.model import SignUp, State, Visitor
from casework.people.names import parse_names
from casework.people.passwords import PasswordHash, Passwords, check_password
from casework.people.sessions.model import NewSession
from casework.people.sessions.service import begin_session
from casework.people.settings import PeopleSettings
from casework.people.tokens import new_token, token_digest
from casework.programme import Programme, Session


def sign_up(programme: Programme, wish: SignUp, visitor: Visitor, onward: str = "") -> None:
    """Mail a link that opens an account, or, if there is one, say so to whom it belongs.

    Both lead on to the path ``onward`` afterwards; who follows a link checks it, as links can be made up.
    """
    settings = programme.of(PeopleSettings)
    wish = wish._replace(names=parse_names(wish.names.ar, wish.names.en, settings.name_characters_max))
    count_mail(programme, MailKind.SIGN_UP, wish.address.key, visitor)
    with programme.session(ANONYMOUS) as session:
        at, token = session.now(), new_token(programme.random)
        known = repository.find_person_by_email(session.connection, wish.address.key)
        if known is None:
            expires_at = at + timedelta(hours=settings.sign_up_hours)
            repository.store_sign_up(session.connection, wish, token_digest(token), at, expires_at)
            link = token_link(session, "confirm", token, onward)
            mail = write(
                wish.address.written, wish.names, wish.language, "confirm", link=link, expires_at=expires_at
            )
        else:
            sign_in_link = session.link("/account/sign-in")
            if onward:
                sign_in_link += f"?{urlencode({'next': onward})}"
            mail = mail_to(known, "known_already", sign_in_link=sign_in_link)
        if known is None or known.state is not State.ERASED:
            session.send([mail], at)


def find_sign_up(session: Session, token: str) -> SignUp:
    """Whose account the link opens, for the page that asks for a password; :class:`LinkInvalid`."""
    found = repository.find_sign_up(session.connection, token_digest(token), session.now())
    if found is None:
        raise LinkInvalid
    return found


def come_to_confirm(programme: Programme, token: str, visitor: Visitor) -> SignUp:
    """Somebody comes by a mailed link with a password, which is counted; whose account it opens."""
    count_link(programme, visitor)
    return programme.call(ANONYMOUS, find_sign_up, token)


def hash_first(programme: Programme, wish: SignUp, password: str) -> PasswordHash:
    """The password as it is kept; :class:`PasswordRefused`. It takes long, and needs no connection."""
    checked = check_password(password, wish.address, wish.names, programme.of(PeopleSettings))
    return programme.of(Passwords).hash(checked)


def finish_sign_up(session: Session, token: str, hashed: PasswordHash, visitor: Visitor) -> NewSession:
    """Open the account with this password, and sign in. The link is used up only if all is well."""
    at, person_id = session.now(), session.new_id()
    taken = repository.take_sign_up(session.connection, token_digest(token), at)
    if taken is None or not repository.store_person(session.connection, person_id, taken, at, at):
        raise LinkInvalid
    repository.store_password(session.connection, person_id, hashed, at)
    note_account(session, Actor(person_id), person_id, "open", at)
    return begin_session(session, person_id, visitor, way=Way.MAILED_LINK)


def note_account(session: Session, actor: Actor, person_id: UUID, event: str, at: datetime) -> None:
    """A line about an account: that it was opened, or what its person changed."""
    target = State.ACTIVE.value if event == "open" else None
    line = Line(HUB_CHAIN, at, actor.key, "account", person_id, event, None, target, None, {})
    session.log(line)
