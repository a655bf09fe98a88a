"""What goes onto somebody's page when a mail is written to them: asked where mails are put into the outbox, so every noun has it."""

from __future__ import annotations

from collections.abc import Sequence
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


def told_of(mail_id: UUID, mail: Mail, at: datetime) -> Told | None:
    """What the account whose mail it is finds, if it is one's; ``waits`` where its reader may have chosen to wait.

    It is worded in both languages: its page is read in one of them, whatever that of the mail is.
    """
    if mail.person_id is None or mail.template.code in UNTOLD:
        return None
    fields = {language: worded(replace(mail, language=language)) for language in LANGUAGES}
    subjects = {
        language: subject_and_text(mail.template, language, said)[0] for language, said in fields.items()
    }
    return Told(
        mail_id,
        mail.person_id,
        mail.template.code,
        subjects["ar"],
        subjects["en"],
        about_of(fields["ar"], subjects["ar"]),
        about_of(fields["en"], subjects["en"]),
        path_of(fields[mail.language]),
        at,
        mail.may_wait,
    )


def tell(connection: Connection, told: Sequence[Told]) -> set[UUID]:
    """Note it for all of them; the mails that are not to be sent now, since their readers have chosen so."""
    waiting = {one.person_id for one in told if one.waits}
    choices = repository.find_choices(connection, waiting) if waiting else {}
    chosen = [
        (one, choices.get(one.person_id, Choice.AT_ONCE) if one.waits else Choice.AT_ONCE) for one in told
    ]
    repository.tell(connection, [one._replace(waits=choice is Choice.DAILY) for one, choice in chosen])
    return {one.notification_id for one, choice in chosen if choice is not Choice.AT_ONCE}
