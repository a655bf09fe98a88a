"""What is mailed about factors: whoever did not do it learns of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from casework.outbox.model import Field, Template
from casework.people.mails import addressed, mails_to
from casework.people.model import Person
from casework.programme import Session
from casework.second_factor.model import PACKAGE
from casework.workflow.wording import Label

_PAGE: Final = "/account/second-factor"


def tell(session: Session, person: Person, template: str, at: datetime, **fields: Field) -> None:
    """To the person, with where factors are seen to."""
    link = session.link(_PAGE)
    said: dict[str, Field] = {"at": at, "factor_link": link, **fields}
    session.send(mails_to(Template(PACKAGE, template), addressed(person), **said), at)


def kind_label(kind: str) -> Label:
    return Label(PACKAGE, f"kind.{kind}")
