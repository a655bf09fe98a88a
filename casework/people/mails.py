"""What is mailed about accounts; the texts stand in ``casework/people/messages`` under ``[mail]``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from casework.outbox.model import Field, Mail, Template
from casework.people.model import Names, Person, Recipient, State
from casework.programme import Session
from casework.workflow.wording import Label
from citycore.language import Language

_PACKAGE = "casework.people"


def mails_to(template: Template, recipients: Iterable[Recipient], **fields: Field) -> Iterator[Mail]:
    """One to each, in their language; their ``name`` is said too."""
    for one in recipients:
        yield Mail(template, one.language, one.email, {"name": one.name, **fields}, one.person_id)


def reachable(people: Iterable[Person | None]) -> list[Recipient]:
    """Those among them who have an address and neither leave nor are closed out."""
    return [
        one
        for person in people
        if person is not None and person.state is State.ACTIVE
        for one in addressed(person)
    ]


def addressed(person: Person) -> list[Recipient]:
    """The person, if they have an address: whoever has left has none."""
    if person.email is None:
        return []
    return [Recipient(person.person_id, person.email, person.language, person.names.shown(person.language))]


def mail_to(person: Person, template: str, **fields: str | datetime | Label) -> Mail:
    """To a person who has an address."""
    assert person.email is not None
    return write(person.email, person.names, person.language, template, person.person_id, **fields)


def token_link(session: Session, page: str, token: str, onward: str = "") -> str:
    """An address of the portal that carries a token, and the path to go on to afterwards. It is to be
    confirmed there with a button: programs that look through mail follow links by themselves.
    """
    fields = {"next": onward, "token": token} if onward else {"token": token}
    return session.link(f"/account/{page}?{urlencode(fields)}")


def write(
    recipient: str,
    names: Names,
    language: Language,
    template: str,
    person_id: UUID | None = None,
    **fields: str | datetime | Label,
) -> Mail:
    """To an address. Where it is not known to be the person's, the text leaves the name out: it would carry
    whatever somebody wrote as their name to anybody.
    """
    return Mail(
        Template(_PACKAGE, template),
        language,
        recipient,
        {"name": names.shown(language), **fields},
        person_id,
    )
