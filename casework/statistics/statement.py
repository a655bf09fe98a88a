"""What is printed with every figure: who answered, what that says and what not. Generated, never typed.

``statement(facts)`` gives the sentences of a release in one language; the same facts give the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
class Weighed:
    """Of the answers by one channel: ``n`` were weighted and are worth as much as ``effective_n`` that weigh the same; or
    ``refused``, a key of ``statement.unweighted``, says why none were. Without ``converged`` the limits of weights keep them from
    the exact shares. ``name`` is what the channel is called, if it has a name.
    """

    channel: str
    n: int
    effective_n: int = 0
    design_effect: float = 1.0
    converged: bool = True
    refused: str = ""
    name: Names | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """``source`` of the shares of the public, such as a census with its year; ``shares`` are those by question and answer, as
    text. Weights have the mean 1 and are between ``least`` and ``most``.
    """

    source: Names
    shares: Mapping[str, Mapping[str, str]]
    least: float
    most: float
    channels: tuple[Weighed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the words are made from. ``asked`` is known of a roll. ``channels`` are those that stand side by side."""

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
    #: Whoever wanted to could answer again.
    may_repeat: bool = False
    #: Answers that were given at a kiosk in hours with far more than is usual there.
    apart: int = 0
    #: Where answers cannot be joined to people: after how many days nothing is left of before the close that shows more.
    traces_keep_days: int | None = None
    #: Answers that were given too fast to be read, or with one point on every scale. Of fewer than ``cell_min`` nothing is said.
    marked: int = 0

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
    yield from _how_taken(facts, language)
    if facts.is_too_few:
        yield _text("statement.too_few", language, least=count_text(facts.answers_min))
        return
    if facts.marked >= facts.cell_min:
        yield _text("statement.marked", language, n=count_text(facts.marked))
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
        yield from _weighting(facts, facts.weighting, language)
    if facts.themes is not None:
        yield _text(
            f"statement.themes.{plural_form(facts.themes.checked, language)}",
            language,
            checked=count_text(facts.themes.checked),
            right=percent_text(facts.themes.accuracy),
        )


def _who_answered(facts: Facts, language: Language) -> str:
    n = count_text(facts.answered)
    if facts.asked is not None:
        rate = percent_text(facts.answered / facts.asked) if facts.asked else "0"
        return _text("statement.roll", language, n=n, asked=count_text(facts.asked), rate=rate)
    form = plural_form(facts.answered, language) if facts.answered else "none"
    return _text(f"statement.self_selected.{form}", language, n=n)


def _how_taken(facts: Facts, language: Language) -> Iterator[str]:
    if facts.may_repeat:
        yield _text("statement.repeated", language)
    if facts.traces_keep_days is not None:
        yield _counted("statement.unlinked", facts.traces_keep_days, language)
    if facts.apart:
        yield _counted("statement.apart", facts.apart, language)


def _counted(key: str, number: int, language: Language) -> str:
    form = plural_form(number, language) if number else "none"
    return _text(f"{key}.{form}", language, n=count_text(number))


def _weighting(facts: Facts, weighting: Weighting, language: Language) -> Iterator[str]:
    if any(not one.refused for one in weighting.channels):
        limits = {"least": f"{weighting.least:g}", "most": f"{weighting.most:g}"}
        yield _text("statement.weights", language, source=weighting.source.shown(language), **limits)
    for one in weighting.channels:
        name = one.channel if one.name is None else one.name.shown(language)
        if one.refused:
            key, values = f"statement.unweighted.{one.refused}", {"least": count_text(facts.cell_min)}
        else:
            key, values = "statement.weighed", _worth(one, language)
        yield _text(key, language, channel=name, **values)
        if not one.converged:
            yield _text("statement.weights_limited", language, channel=name)


def _worth(one: Weighed, language: Language) -> dict[str, str]:
    effect = f"{one.design_effect:.2f}"
    return {
        "n": count_text(one.n),
        "effective": count_text(one.effective_n),
        "effect": isolate(effect) if language == "ar" else effect,
    }


def _listed(names: tuple[Names, ...], language: Language) -> str:
    texts = [name.shown(language) for name in names]
    if language == "ar":
        return " و".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def _text(key: str, language: Language, **fields: object) -> str:
    return catalogue(PACKAGE).text(key, language, **fields)
