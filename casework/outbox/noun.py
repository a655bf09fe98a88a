"""What goes through all nouns finds of the outbox: files that went with mails. Mails themselves are held by people."""

from __future__ import annotations

from casework.attachments.model import Sweep
from casework.noun import Noun
from casework.outbox.repository import QUERIES
from casework.outbox.settings import OutboxSettings

PACKAGE = "casework.outbox"
NOUN = Noun(
    "outbox", PACKAGE, stores=(Sweep("mail_files", lambda: OutboxSettings().store(), QUERIES["named"]),)
)
