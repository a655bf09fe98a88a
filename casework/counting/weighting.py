"""Weights for the answers of a channel, by shares of the public that somebody has written down with their source. Pure.

Shares and source are written before anything is counted. Weighted figures are rounded and no group has fewer answers than a
cell that is printed: otherwise exact figures and known shares would tell how few of a small group gave which answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

import numpy as np

from casework.counting.model import Given, Targets, Weights
from casework.forms.model import Answers, FieldKind, FormField
from casework.forms.questionnaires import Form, codes_of
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.statistics.errors import MarginsContradict
from casework.statistics.raking import Margin, rake
from casework.statistics.releases.model import Figure, FigureKind
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Weighed

#: As far as the shares of one question may be from all, in percent, since tables are rounded.
_SUM_OFF: Final = Decimal("0.5")
_SHARE: Final = Decimal("0.000001")
#: To what weighted figures are rounded.
_STEPS: Final = {FigureKind.MEAN: Decimal("0.1"), FigureKind.NET_PROMOTERS: Decimal(1)}


class Fault(NamedTuple):
    """What stands against a field of targets: a key of texts, and what it says now."""

    key: str
    found: str = ""


def groups_of(asked: FormField) -> dict[str, Names]:
    """The groups into which a question divides everybody who answers it, by code; none where it does not."""
    if asked.asked_if is not None:
        return {}
    if asked.kind is FieldKind.PLACE:
        return {one.value: Names(one.label.text("ar"), one.label.text("en")) for one in Governorate}
    if asked.kind is FieldKind.ONE_OF:
        return {one.code: Names(one.name_ar, one.name_en) for one in asked.choices}
    return {}


def read_targets(
    form: Form, typed: Mapping[str, str], characters_max: int
) -> tuple[Targets | None, dict[str, Fault]]:
    """What was typed, in percent, into a field a group (``QUESTION.GROUP``), and into ``source_ar`` and ``source_en``; what stands
    against it, by field, with the question's code for what its shares are together. Questions without a share are left out;
    None and no fault where nothing is typed at all.
    """
    faults: dict[str, Fault] = {}
    shares = {}
    for asked in form:
        groups = groups_of(asked)
        texts = {code: typed.get(f"{asked.code}.{code}", "").strip() for code in groups}
        if any(texts.values()):
            shares[asked.code] = _read_shares(asked.code, texts, faults)
    sources = {name: typed.get(name, "").strip() for name in ("source_ar", "source_en")}
    if not shares and not any(sources.values()):
        return None, {}
    if not shares:
        faults["shares"] = Fault("none")
    for name, text in sources.items():
        if not 1 <= len(text) <= characters_max:
            faults[name] = Fault("source", str(characters_max))
    return (None if faults else Targets(**sources, shares=shares)), faults


def _read_shares(question: str, texts: Mapping[str, str], faults: dict[str, Fault]) -> dict[str, Decimal]:
    """In shares of 1, which they sum to exactly enough for raking."""
    found = {}
    for code, text in texts.items():
        try:
            percent = Decimal(text.removesuffix("%").replace("٫", ".").strip() or "-")
        except InvalidOperation:
            percent = Decimal(-1)
        if not (percent.is_finite() and 0 <= percent <= 100):
            faults[f"{question}.{code}"] = Fault("share", text) if text else Fault("missing")
        found[code] = percent
    if any(f"{question}.{code}" in faults for code in texts):
        return {}
    total = sum(found.values(), Decimal(0))
    if abs(total - 100) > _SUM_OFF:
        faults[question] = Fault("sum", f"{total.normalize():f}")
        return {}
    return {code: (percent / total).quantize(_SHARE) for code, percent in found.items()}


def typed_of(targets: Targets | None) -> dict[str, str]:
    """What :func:`read_targets` reads."""
    if targets is None:
        return {}
    shares = {
        f"{question}.{code}": f"{(100 * share).quantize(Decimal('0.01')).normalize():f}"
        for question, groups in targets.shares.items()
        for code, share in groups.items()
    }
    return {"source_ar": targets.source_ar, "source_en": targets.source_en, **shares}


def weigh(channel: str, given: Sequence[Given], targets: Targets, settings: StatisticsSettings) -> Weights:
    """Whoever left one of the questions out has no weight, and stands in no weighted figure. No group may be too small."""
    questions = list(targets.shares)
    placed = [(one.answer_id, _groups_of_answer(one.answers, targets.shares)) for one in given]
    known = [(answer_id, groups) for answer_id, groups in placed if None not in groups]

    def unweighted(why: str) -> Weights:
        return Weights(Weighed(channel=channel, n=len(known), refused=why))

    if len(known) < settings.answers_min:
        return unweighted("too_few")
    margins = []
    for place, question in enumerate(questions):
        codes = [code for code, share in targets.shares[question].items() if share > 0]
        found = np.array([codes.index(str(groups[place])) for _, groups in known], np.int64)
        if np.bincount(found, minlength=len(codes)).min() < settings.cell_min:
            return unweighted("group_small")
        shares = np.array([float(targets.shares[question][code]) for code in codes])
        margins.append(Margin(found, shares / shares.sum()))
    try:
        raked = rake(margins, settings)
    except MarginsContradict:
        return unweighted("contradict")
    if raked.misfit > settings.raking_misfit_max:
        return unweighted("limits")
    told = Weighed(
        channel=channel,
        n=len(known),
        effective_n=round(len(known) / raked.design_effect),
        design_effect=round(raked.design_effect, 2),
        converged=raked.converged,
    )
    pairs = zip(known, raked.weights.tolist(), strict=True)
    return Weights(told, {answer_id: weight for (answer_id, _), weight in pairs})


def rounded(one: Figure) -> Figure:
    """A weighted figure as it is printed."""
    step = _STEPS.get(one.kind, Decimal("0.01"))
    value, low, high = (None if it is None else it.quantize(step) for it in (one.value, one.low, one.high))
    return Figure(
        code=one.code,
        kind=one.kind,
        base=one.base,
        value=value,
        low=low,
        high=high,
        option=one.option,
        channel=one.channel,
        is_weighted=True,
    )


def _groups_of_answer(answers: Answers, shares: Mapping[str, Mapping[str, Decimal]]) -> Sequence[str | None]:
    """Of each question the group; None where it was left out, or where the targets have nobody of it."""
    return [_group(answers, question, groups) for question, groups in shares.items()]


def _group(answers: Answers, question: str, groups: Mapping[str, Decimal]) -> str | None:
    value = answers.values.get(question)
    codes: Iterable[str] = [value["governorate"]] if isinstance(value, Mapping) else codes_of(value)
    return next((code for code in codes if groups.get(code, Decimal(0)) > 0), None)
