"""What goes through all nouns finds of the calendar: nothing but its texts. No person is named in it."""

from __future__ import annotations

from casework.calendar.errors import PACKAGE
from casework.noun import Noun

NOUN = Noun("calendar", PACKAGE)
