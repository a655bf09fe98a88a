"""From a wish for an account to an account.

The password is chosen where the mailed link leads, not before: whoever has chosen it has the
address, and nobody can lay a password under the address of somebody else. What is answered does
not depend on whether the address is known.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from casework.access.model import Actor
from casework.audit.model import HUB_CHAIN, Line
from casework.audit.service import append
from casework.outbox.service import enqueue
from casework.people import repository
from casework.people.addresses import parse_address
from casework.people.desk import Desk, after
from casework.people.errors import LinkInvalid
from casework.people.limits import MailKind, count_link, count_mail
from casework.people.mails import mail_to, write
from casework.people.model import Names, State, Visitor
from casework.people.names import parse_names
from casework.people.passwords import PasswordHash, check_password
from casework.people.repository import SignUp
from casework.people.sessions.model import NewSession
from casework.people.sessions.service import begin_session
from casework.people.tokens import token_digest
from citycore.language import Language
from citycore.store.connections import Connection


def sign_up(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: Desk,
    email: str,
    names: Names,
    language: Language,
    visitor: Visitor,
    onward: str = "",
) -> None:
    """Mail a link that opens an account, or, if there is one, say so to whom it belongs.

    Both lead on to the path ``onward`` afterwards; who follows a link checks it, as links can be made up.
    """
    address = parse_address(email)
    names = parse_names(names.ar, names.en, desk.settings.name_characters_max)
    count_mail(connection, desk, MailKind.SIGN_UP, address.key, visitor)
    at, token = desk.clock(), desk.new_token()
    with connection.transaction():
        known = repository.find_person_by_email(connection, address.key)
        if known is None:
            wish = SignUp(address, names, language)
            expires_at = after(at, desk.settings.sign_up_hours)
            repository.store_sign_up(connection, wish, token_digest(token), at, expires_at)
            link = desk.link("confirm", token, onward)
            mail = write(address.written, names, language, "confirm", link=link, expires_at=expires_at)
        else:
            sign_in_link = f"{desk.settings.portal_url.rstrip('/')}/account/sign-in"
            if onward:
                sign_in_link += f"?{urlencode({'next': onward})}"
            mail = mail_to(known, "known_already", sign_in_link=sign_in_link)
        if known is None or known.state is not State.ERASED:
            enqueue(connection, [mail], at)


def find_sign_up(connection: Connection, desk: Desk, token: str) -> SignUp:
    """Whose account the link opens, for the page that asks for a password; :class:`LinkInvalid`."""
    with connection.transaction():
        found = repository.find_sign_up(connection, token_digest(token), desk.clock())
    if found is None:
        raise LinkInvalid
    return found


def come_to_confirm(connection: Connection, desk: Desk, token: str, visitor: Visitor) -> SignUp:
    """Somebody comes by a mailed link with a password, which is counted; whose account it opens."""
    count_link(connection, desk, visitor)
    return find_sign_up(connection, desk, token)


def hash_first(desk: Desk, wish: SignUp, password: str) -> PasswordHash:
    """The password as it is kept; :class:`PasswordRefused`. It takes long, and needs no connection."""
    return desk.passwords.hash(check_password(password, wish.address, wish.names, desk.settings))


def finish_sign_up(
    connection: Connection, desk: Desk, token: str, hashed: PasswordHash, visitor: Visitor
) -> NewSession:
    """Open the account with this password, and sign in. The link is used up only if all is well."""
    with connection.transaction():
        at, person_id = desk.clock(), desk.new_id()
        taken = repository.take_sign_up(connection, token_digest(token), at)
        if taken is None or not repository.store_person(connection, person_id, taken, at, at):
            raise LinkInvalid
        repository.store_password(connection, person_id, hashed, at)
        note_opened(connection, Actor(person_id), person_id, at)
        return begin_session(connection, desk, person_id, visitor)


def note_opened(connection: Connection, actor: Actor, person_id: UUID, at: datetime) -> None:
    """The first line about an account."""
    line = Line(HUB_CHAIN, at, actor.key, "account", person_id, "open", None, State.ACTIVE.value, None, {})
    append(connection, line)
