"""Texts about the hub among the nouns: nothing of them is about people."""

from __future__ import annotations

from casework.noun import Noun
from casework.operator_texts.model import PACKAGE

NOUN = Noun("operator_texts", PACKAGE)
