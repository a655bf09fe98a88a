"""The nouns of participation, each after those that it stands on."""

from __future__ import annotations

from casework.noun import Noun
from participation.dialogue import noun as dialogue
from participation.ideas import noun as ideas
from participation.surveys import noun as surveys
from participation.voices import noun as voices

NOUNS: tuple[Noun, ...] = (voices.NOUN, surveys.NOUN, dialogue.NOUN, ideas.NOUN)
