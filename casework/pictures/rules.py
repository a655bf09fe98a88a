"""What is said beside a picture. Pure."""

from __future__ import annotations

from casework.pictures.model import PACKAGE, Alternative
from casework.pictures.settings import PictureSettings
from casework.workflow.fields import Fields

FIELDS = Fields(PACKAGE)


def check(said: Alternative, settings: PictureSettings) -> None:
    """:class:`WrongField` unless both languages say what is to be seen."""
    FIELDS.check_texts(said, ("alt_ar", "alt_en"), settings.alt_characters_max)
