"""Votes on statements with groups, without any, and along a line; and notes of which a person knows the theme."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from itertools import permutations

import numpy as np
from numpy.random import Generator

from casework.statistics.groups import Groups, NoGroups, Votes
from casework.statistics.model import IntArray

PEOPLE, STATEMENTS, SEEN = 160, 30, 0.7


def planted(count: int, chance: Generator) -> tuple[Votes, IntArray]:
    """Groups that differ on twelve statements of thirty or more; one vote in seven is cast as it comes."""
    while True:
        stances = chance.choice([-1.0, 1.0], (count, STATEMENTS))
        apart = [(one != other).sum() for place, one in enumerate(stances) for other in stances[:place]]
        if min(apart) >= 12:
            break
    group_of = chance.integers(count, size=PEOPLE)
    votes = stances[group_of]
    as_it_comes = chance.random(votes.shape) < 0.15
    votes[as_it_comes] = chance.choice([-1.0, 0.0, 1.0], int(as_it_comes.sum()))
    return _partly_seen(votes, chance), group_of


def without_groups(chance: Generator) -> Votes:
    """Statements are liked more or less, by everybody alike."""
    shares = chance.dirichlet([1, 1, 1], STATEMENTS)
    votes = np.stack([chance.choice([-1.0, 0.0, 1.0], PEOPLE, p=share) for share in shares], axis=1)
    return _partly_seen(votes, chance)


def from_end_to_end(chance: Generator) -> Votes:
    """People differ along one line, evenly: any border on it would be drawn by us."""
    stance = chance.normal(size=(PEOPLE, 1))
    agreeing = 1 / (1 + np.exp(-1.5 * stance * chance.normal(size=(1, STATEMENTS))))
    return _partly_seen(np.where(chance.random(agreeing.shape) < agreeing, 1.0, -1.0), chance)


def right_share(found: Groups | NoGroups, group_of: IntArray) -> float:
    """Of all people, those who are in their own group, whatever the groups are called."""
    count = int(group_of.max()) + 1
    if isinstance(found, NoGroups) or found.count != count:
        return 0.0
    named = (np.array(names)[found.group_of] for names in permutations(range(count)))
    return max(float((names == group_of).mean()) for names in named)


def notes() -> tuple[Mapping[str, list[str]], list[tuple[str | None, str]]]:
    """Notes to learn from by theme, and the sample that was coded by hand: themes (None of none) and texts."""
    table = tomllib.loads((files(__package__) / "notes.toml").read_text("utf-8"))
    checked = [
        (None if theme == "none" else theme, text)
        for theme, texts in table["checked"].items()
        for text in texts
    ]
    return table["learn"], checked


def _partly_seen(votes: Votes, chance: Generator) -> Votes:
    return np.where(chance.random(votes.shape) < SEEN, votes, np.nan)
