"""What goes onto somebody's page when a mail is written to them: asked where mails are put into the outbox, so every noun has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casework.notifications import repository
from casework.notifications.model import Choice
from casework.notifications.repository import Told
from casework.notifications.rules import UNTOLD, about_of, path_of
from casework.outbox.model import Mail
from casework.outbox.rules import subject_and_text, worded
from citycore.language import LANGUAGES
from citycore.store.connections import Connection


def tell(connection: Connection, mail_id: UUID, mail: Mail, fields: Mapping[str, str], at: datetime) -> bool:
    """Note it for the account whose mail it is, if one's; whether it is to be mailed now.

    ``fields`` are worded in the mail's language.
    """
    if mail.person_id is None or mail.template.code in UNTOLD:
        return True
    choice = repository.find_choice(connection, mail.person_id) if mail.may_wait else Choice.AT_ONCE
    subjects = {
        language: subject_and_text(mail.template, language, worded(replace(mail, language=language)))[0]
        for language in LANGUAGES
    }
    told = Told(
        mail_id,
        mail.person_id,
        mail.template.code,
        subjects["ar"],
        subjects["en"],
        about_of(fields, subjects[mail.language]),
        path_of(fields),
        at,
        choice is Choice.DAILY,
    )
    repository.tell(connection, told)
    return choice is Choice.AT_ONCE
