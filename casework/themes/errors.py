"""What stands against reading notes."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ThemesRefusal(Refusal):
    package = "casework.themes"


class NoteUnknown(ThemesRefusal):
    """There is no such note, or no such theme."""

    kind = Kind.INVALID


class ThemesFull(ThemesRefusal):
    """``themes_max`` are there already."""
