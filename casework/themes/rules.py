"""From what people said of some notes to a theme of each. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from casework.statistics.settings import StatisticsSettings
from casework.statistics.themes import ThemeCoder

#: Into which what people coded is divided, to try the program on each after it has learnt from the others.
_PARTS: Final = 10
_ENDS: Final = re.compile(r"(?<=[.!?؟؛])\s+|\n+")


class Assigned(NamedTuple):
    """``themes``: of each note the theme that a person gave it, else the nearest; None is no theme. ``checked``: what people and
    the program said of notes that the program had not learnt from, for ``statistics.themes.confusion``.
    """

    themes: Mapping[UUID, str | None]
    checked: Sequence[tuple[str | None, str | None]]


def assign(
    notes: Mapping[UUID, str], by_hand: Mapping[UUID, str | None], settings: StatisticsSettings
) -> Assigned:
    """What people decided stays. How often the program is right is tried on what people coded, a tenth at a time."""
    known = {note_id: theme for note_id, theme in by_hand.items() if note_id in notes}
    if not known:
        return Assigned(dict.fromkeys(notes), ())
    checked: list[tuple[str | None, str | None]] = []
    for part in range(_PARTS):
        tried = sorted(known)[part::_PARTS]
        learnt = {one: theme for one, theme in known.items() if one not in tried}
        program = _suggest(learnt, notes, tried, settings) if tried else {}
        checked += [(known[one], program[one]) for one in tried]
    others = [one for one in notes if one not in known]
    themes = _suggest(known, notes, others, settings) | known
    return Assigned({one: themes[one] for one in notes}, checked)


def sentences(text: str) -> list[str]:
    """Of a longer text, each as a note; a line is one too."""
    return [one.strip() for one in _ENDS.split(text) if one.strip()]


def _suggest(
    by_hand: Mapping[UUID, str | None],
    notes: Mapping[UUID, str],
    sought: Sequence[UUID],
    settings: StatisticsSettings,
) -> dict[UUID, str | None]:
    coded: dict[str, list[str]] = {}
    for note_id, theme in by_hand.items():
        if theme is not None:
            coded.setdefault(theme, []).append(notes[note_id])
    texts = [notes[one] for one in sought]
    # How rare words are is learnt from as many notes as are read at once; the others are coded by it all the same.
    beside = max(0, settings.notes_max - sum(map(len, coded.values())))
    coder = ThemeCoder.learn(coded, texts[:beside], settings)
    return {one: coding.theme for one, coding in zip(sought, coder.code(texts), strict=True)}
