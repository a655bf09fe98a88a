"""What a text about the hub may have. Pure."""

from __future__ import annotations

import re
from typing import Final

from casework.operator_texts.errors import OperatorTextPlaceholderUnknown
from casework.operator_texts.model import PACKAGE, PLACEHOLDERS, Written
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from casework.workflow.wording import Label

FIELDS: Final = Fields(PACKAGE)
_NAMES: Final = re.compile(r"\{(\w+)\}")


def tidied(said: Written) -> Written:
    """Without what browsers add: their line ends, and space around the text."""
    return Written(*(text.replace("\r\n", "\n").strip() for text in (said.text_ar, said.text_en)))


def why_wrong(said: Written) -> Refusal | None:
    """What stands against a text: a name in braces that nothing is filled in for, as one mistypes ``{contcat}``."""
    for field, text in (("text_ar", said.text_ar), ("text_en", said.text_en)):
        for name in _NAMES.findall(text):
            if name not in PLACEHOLDERS:
                label = Label(PACKAGE, f"field.{field}")
                return OperatorTextPlaceholderUnknown(field=label, placeholder=f"{{{name[:40]}}}")
    return None
