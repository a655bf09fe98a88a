"""What goes through all nouns finds of reports by mail. They are sent by a process of the worker's: :mod:`programme.report_mails`."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, deleted
from casework.report_mails.model import PACKAGE
from casework.report_mails.repository import QUERIES

HOLDER = Holder(QUERIES, {"report_mails": "export"}, (deleted("report_mails", "erase"),))
NOUN = Noun("report_mails", PACKAGE, holder=HOLDER)
