"""What goes through all nouns finds of statements. Nothing here is about anybody."""

from __future__ import annotations

from casework.noun import Noun
from casework.statements.model import PACKAGE

NOUN = Noun("statements", PACKAGE)
