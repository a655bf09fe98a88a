"""What is printed with every figure: who answered, what that says and what not. Generated, never typed.

``statement(facts)`` gives the sentences of a release in one language; the same facts give the same words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from casework.people.model import Names
from casework.statistics.model import Estimate
from casework.statistics.themes import Confusion
from citycore.language import LANGUAGES, Language, catalogue, isolate, plural_form

PACKAGE: Final = "casework.statistics"


class Sampling(StrEnum):
    #: Asked were those on a roll, and nobody else.
    ROLL = "roll"
    #: Whoever wanted to answered.
    SELF_SELECTED = "self_selected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """``source`` of the margins, such as a census with its year."""

    source: Names
    design_effect: float
    converged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the words are made from. ``asked`` is known of a roll. ``channels`` are those that stand side by side.

    ``apart`` answers came at kiosks that somebody filled in, ``marked`` were given too fast or all alike. ``backups_days`` is how
    long copies are kept of a time in which answers could still be joined to tokens, None where that never was.
    """

    sampling: Sampling
    answered: int
    answers_min: int
    asked: int | None = None
    cell_min: int = 5
    has_hidden: bool = False
    is_withheld: bool = False
    channels: tuple[Names, ...] = ()
    weighting: Weighting | None = None
    themes: Confusion | None = None
    is_correction: bool = False
    apart: int = 0
    marked: int = 0
    backups_days: int | None = None

    def __post_init__(self) -> None:
        if (self.sampling is Sampling.ROLL) != (self.asked is not None):
            raise ValueError("of a roll, and only of a roll, it is known how many were asked")
        if self.asked is not None and self.answered > self.asked:
            raise ValueError("more answered than were asked")

    @property
    def is_too_few(self) -> bool:
        return self.answered < self.answers_min


def statement(facts: Facts, language: Language) -> str:
    return " ".join(_sentences(facts, language))


def statements(facts: Facts) -> Names:
    return Names(**{language: statement(facts, language) for language in LANGUAGES})


def share_text(estimate: Estimate, language: Language) -> str:
    """A share as it stands beside its label: "82 % (95 % interval 69 to 90, n = 50)"."""
    values = {"share": percent_text(estimate.value), "n": count_text(estimate.base)}
    if estimate.interval is None:
        return _text("share.alone", language, **values)
    low, high = percent_text(estimate.interval.low), percent_text(estimate.interval.high)
    return _text("share.between", language, low=low, high=high, **values)


def chance_text(estimate: Estimate, language: Language) -> str:
    """How far chance alone reaches, for a share of people who were drawn or asked from a roll."""
    assert estimate.interval is not None
    low, high = percent_text(estimate.interval.low), percent_text(estimate.interval.high)
    return _text("share.chance", language, low=low, high=high)


def count_text(count: int) -> str:
    return f"{count:,}"


def percent_text(share: float) -> str:
    """In whole percent; with one decimal where whole ones would say none or all of what is neither."""
    exact = Decimal(repr(share)) * 100
    whole = exact.quantize(Decimal(1), ROUND_HALF_UP)
    is_rough = whole in {0, 100} and exact != whole
    return str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP) if is_rough else whole)


def _sentences(facts: Facts, language: Language) -> Iterator[str]:
    if facts.is_correction:
        yield _text("statement.correction", language)
    yield _who_answered(facts, language)
    yield from _kept(facts, language)
    if facts.is_too_few:
        yield _text("statement.too_few", language, least=count_text(facts.answers_min))
        return
    yield from _set_apart(facts, language)
    if facts.sampling is Sampling.SELF_SELECTED:
        yield _text("statement.chance_only", language)
    if facts.is_withheld:
        yield _text("statement.withheld", language)
    elif facts.has_hidden:
        yield _text(
            f"statement.hidden.{plural_form(facts.cell_min, language)}", language, least=facts.cell_min
        )
    if len(facts.channels) > 1:
        yield _text("statement.channels", language, channels=_listed(facts.channels, language))
    if facts.weighting is not None:
        yield from _weighting(facts.weighting, language)
    if facts.themes is not None:
        yield _text(
            f"statement.themes.{plural_form(facts.themes.checked, language)}",
            language,
            checked=count_text(facts.themes.checked),
            right=percent_text(facts.themes.accuracy),
        )


def _kept(facts: Facts, language: Language) -> Iterator[str]:
    if facts.backups_days is not None:
        yield _text("statement.backups", language, days=count_text(facts.backups_days))


def _set_apart(facts: Facts, language: Language) -> Iterator[str]:
    """Fewer of them are somebody."""
    for key, number in (("apart", facts.apart), ("marked", facts.marked)):
        if number >= facts.cell_min:
            yield _text(f"statement.{key}", language, n=count_text(number))


def _who_answered(facts: Facts, language: Language) -> str:
    n = count_text(facts.answered)
    if facts.asked is not None:
        rate = percent_text(facts.answered / facts.asked) if facts.asked else "0"
        return _text("statement.roll", language, n=n, asked=count_text(facts.asked), rate=rate)
    form = plural_form(facts.answered, language) if facts.answered else "none"
    return _text(f"statement.self_selected.{form}", language, n=n)


def _weighting(weighting: Weighting, language: Language) -> Iterator[str]:
    effect = f"{weighting.design_effect:.2f}"
    yield _text(
        "statement.weights",
        language,
        source=weighting.source.shown(language),
        effect=isolate(effect) if language == "ar" else effect,
    )
    if not weighting.converged:
        yield _text("statement.weights_limited", language)


def _listed(names: tuple[Names, ...], language: Language) -> str:
    texts = [name.shown(language) for name in names]
    if language == "ar":
        return " و".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def _text(key: str, language: Language, **fields: object) -> str:
    return catalogue(PACKAGE).text(key, language, **fields)
