"""Texts of mails among the nouns: nothing of them is about people."""

from __future__ import annotations

from casework.mail_texts.model import PACKAGE
from casework.noun import Noun

NOUN = Noun("mail_texts", PACKAGE)
