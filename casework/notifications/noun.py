"""What goes through all nouns finds of notifications."""

from __future__ import annotations

from casework.notifications.digest import JOB as DAILY
from casework.notifications.digest import mail_due
from casework.notifications.model import PACKAGE
from casework.notifications.repository import QUERIES
from casework.notifications.service import JOB, tidy
from casework.noun import Job, Noun
from casework.people.holders import Holder, deleted

HOLDER = Holder(
    QUERIES,
    {"notifications": "export", "mail_choices": "export_choice"},
    (deleted("notifications", "erase"), deleted("mail_choices", "erase_choice")),
)
NOUN = Noun("notifications", PACKAGE, holder=HOLDER, jobs=(Job(DAILY, mail_due),), sweeps=(Job(JOB, tidy),))
