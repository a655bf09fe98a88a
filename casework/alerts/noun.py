"""What goes through all nouns finds of alerts: how a journey passes them, and the package of their mails."""

from __future__ import annotations

from casework.alerts.passage import PACKAGE, PASSAGE
from casework.noun import Noun

NOUN = Noun("alerts", PACKAGE, passages=(PASSAGE,))
