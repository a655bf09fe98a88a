"""What is mailed about accounts; the texts stand in ``casework/people/messages`` under ``[mail]``."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework.outbox.model import Mail, Template
from casework.people.model import Names, Person
from casework.workflow.wording import Label
from citycore.language import Language

_PACKAGE = "casework.people"


def mail_to(person: Person, template: str, **fields: str | datetime | Label) -> Mail:
    """To a person who has an address."""
    assert person.email is not None
    return write(person.email, person.names, person.language, template, person.person_id, **fields)


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
