"""A public of 50,000, surveys of it, cases that take their time, and tables as surveys have them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from casework.statistics.kaplan_meier import curve
from casework.statistics.model import BoolArray, FloatArray, IntArray
from casework.statistics.proportions import weighted_share, wilson
from casework.statistics.raking import Margin, rake
from casework.statistics.settings import StatisticsSettings

PEOPLE = 50_000
QUESTIONS = 10
#: Shares of governorates, ages and sexes.
SHARES = (
    np.array([0.29, 0.16, 0.10, 0.09, 0.08, 0.08, 0.07, 0.05, 0.04, 0.03, 0.01]),
    np.array([0.35, 0.3, 0.22, 0.13]),
    np.array([0.52, 0.48]),
)
TRUE_MEDIAN_DAYS = 21.9


@dataclass(frozen=True, slots=True, eq=False)
class Public:
    """``groups``: of each person the governorate, age and sex; ``says``: a column a question, whether they agree."""

    groups: tuple[IntArray, ...]
    says: BoolArray

    @property
    def true_shares(self) -> FloatArray:
        shares: FloatArray = self.says.mean(axis=0)
        return shares


@dataclass(frozen=True, slots=True)
class Bias:
    """How far the mean of many surveys is from the truth, over all questions, in shares of 1."""

    unweighted: float
    raked: float


def public(chance: Generator) -> Public:
    """What people think depends on where they live, how old they are, and on themselves."""
    groups = tuple(chance.choice(len(shares), PEOPLE, p=shares) for shares in SHARES)
    usual = chance.normal(0, 1.2, QUESTIONS)
    leanings = sum(
        chance.normal(0, 0.6, (len(shares), QUESTIONS))[group]
        for shares, group in zip(SHARES, groups, strict=True)
    )
    agreeing = 1 / (1 + np.exp(-(usual + leanings)))
    return Public(groups, chance.random(agreeing.shape) < agreeing)


def coverage(people: Public, surveys: int, chance: Generator) -> float:
    """How often Wilson's interval of a random sample holds the true share; 100 to 1,000 are asked each time."""
    covered = []
    for _ in range(surveys):
        size = int(chance.integers(100, 1_001))
        shares = people.says[chance.choice(PEOPLE, size, replace=False)].mean(axis=0)
        low, high = wilson(shares, size)
        covered.append((low <= people.true_shares) & (people.true_shares <= high))
    return float(np.mean(covered))


def bias(people: Public, surveys: int, chance: Generator, settings: StatisticsSettings) -> Bias:
    """Of surveys to which the young, men and the capital answer more often than others."""
    likely = np.ones(PEOPLE)
    for group, shares in zip(people.groups, SHARES, strict=True):
        likely *= np.linspace(1.6, 0.6, len(shares))[group]
    likely /= likely.sum()
    unweighted, raked = [], []
    margins = [
        np.bincount(group, minlength=len(shares)) / PEOPLE
        for group, shares in zip(people.groups, SHARES, strict=True)
    ]
    for _ in range(surveys):
        asked = chance.choice(PEOPLE, 1_500, replace=False, p=likely)
        weights = rake(
            [Margin(group[asked], shares) for group, shares in zip(people.groups, margins, strict=True)],
            settings,
        ).weights
        unweighted.append(people.says[asked].mean(axis=0))
        weighted = [weighted_share(says, weights) for says in people.says[asked].T]
        raked.append([one.value for one in weighted if one is not None])
    means = (np.mean(shares, axis=0) for shares in (unweighted, raked))
    return Bias(*(float(np.abs(mean - people.true_shares).mean()) for mean in means))


def medians(runs: int, chance: Generator) -> tuple[float, float]:
    """The mean median of days until cases end, by all cases and by those that ended: 1,500 cases of 90 days."""
    by_all, by_closed = [], []
    for _ in range(runs):
        takes = chance.exponential(TRUE_MEDIAN_DAYS / np.log(2), 1_500)
        since = chance.uniform(0, 90, 1_500)
        is_closed = takes <= since
        by_all.append(curve(np.minimum(takes, since), is_closed).median)
        by_closed.append(np.median(takes[is_closed]))
    return float(np.mean([one for one in by_all if one is not None])), float(np.mean(by_closed))


def table(chance: Generator) -> IntArray:
    """Up to eleven governorates by five answers, some of which hardly anybody gave."""
    shape = int(chance.integers(2, 12)), int(chance.integers(2, 6))
    mean = chance.choice([4, 15, 60])
    return chance.negative_binomial(1, 1 / (1 + mean), shape).astype(np.int64)
