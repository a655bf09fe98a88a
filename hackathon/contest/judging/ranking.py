"""Places from scores. Names and ids never decide: who cannot be told apart shares a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from hackathon.contest.judging.errors import JudgingDecisionDoesNotFit
from hackathon.contest.judging.model import SubmissionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """What a place is decided by, in this order; four decimals each.

    ``by_criterion`` are mean marks, the heaviest criterion first, None where no judge gave one;
    ``spread`` is None where one judge scored.
    """

    submission: SubmissionId
    total: Decimal
    by_criterion: Mapping[str, Decimal | None]
    spread: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDecision:
    """The jury's own order of submissions that nothing else tells apart, and why."""

    order: tuple[SubmissionId, ...]
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("a decision is published with its reason")


class Separation(StrEnum):
    """What sets a place apart from the one above it."""

    TOTAL = "total"
    CRITERION = "criterion"
    SPREAD = "spread"
    PANEL = "panel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place, and who holds it: several where nobody has decided yet.

    ``below_by`` says what sets it apart from the place above (None for the first); ``criterion`` is
    the code where that is one.
    """

    number: int
    submissions: frozenset[SubmissionId]
    below_by: Separation | None
    criterion: str | None = None


#: Who is still together, and what set them apart from those above.
_Group: TypeAlias = tuple[list[Contender], Separation | None, str | None]
_Figure: TypeAlias = Callable[[Contender], Decimal | None]


def rank(contenders: Sequence[Contender], decisions: Iterable[PanelDecision] = ()) -> tuple[Place, ...]:
    """Places 1, 2, 2, 4: after a shared place as many are left out as share it.

    Raises :class:`JudgingDecisionDoesNotFit` for a decision about others than those who share one place.
    """
    groups: list[_Group] = [(list(contenders), None, None)] if contenders else []
    for separation, criterion, figure in _steps(contenders):
        groups = [part for group in groups for part in _split(group, separation, criterion, figure)]
    for decision in decisions:
        groups = _decided(groups, decision)
    return tuple(_numbered(groups))


def _steps(contenders: Sequence[Contender]) -> Iterator[tuple[Separation, str | None, _Figure]]:
    """The figures in the order in which they are asked; the larger is the better."""
    yield Separation.TOTAL, None, lambda contender: contender.total
    for code in contenders[0].by_criterion if contenders else ():
        yield Separation.CRITERION, code, _mark_for(code)
    yield Separation.SPREAD, None, lambda contender: None if contender.spread is None else -contender.spread


def _mark_for(code: str) -> _Figure:
    return lambda contender: contender.by_criterion[code]


def _split(group: _Group, separation: Separation, criterion: str | None, figure: _Figure) -> Iterator[_Group]:
    """The group by a figure. One that somebody in it lacks cannot be asked of the others either."""
    contenders, above_by, above_criterion = group
    figures = [figure(contender) for contender in contenders]
    known = [value for value in figures if value is not None]
    if len(known) < len(contenders):
        yield group
        return
    for position, value in enumerate(sorted(set(known), reverse=True)):
        part = [one for one, own in zip(contenders, figures, strict=True) if own == value]
        yield (part, above_by, above_criterion) if position == 0 else (part, separation, criterion)


def _decided(groups: Sequence[_Group], decision: PanelDecision) -> list[_Group]:
    """The groups with the one that the decision is about in its order."""
    wanted = set(decision.order)
    for place, (contenders, above_by, criterion) in enumerate(groups):
        by_id = {contender.submission: contender for contender in contenders}
        if len(by_id) > 1 and set(by_id) == wanted and len(decision.order) == len(by_id):
            first, *rest = ([by_id[submission]] for submission in decision.order)
            parts: list[_Group] = [(first, above_by, criterion)]
            parts += [(part, Separation.PANEL, None) for part in rest]
            return [*groups[:place], *parts, *groups[place + 1 :]]
    raise JudgingDecisionDoesNotFit(decision.order)


def _numbered(groups: Iterable[_Group]) -> Iterator[Place]:
    number = 1
    for contenders, below_by, criterion in groups:
        holders = frozenset(contender.submission for contender in contenders)
        yield Place(number=number, submissions=holders, below_by=below_by, criterion=criterion)
        number += len(holders)


@dataclass(frozen=True, slots=True)
class PodiumChange:
    """A place whose holders differ between raw and normalised scores."""

    place: int
    raw: frozenset[SubmissionId]
    normalised: frozenset[SubmissionId]


def podium_changes(
    raw: Sequence[Place], normalised: Sequence[Place], places: int = 3
) -> tuple[PodiumChange, ...]:
    """The first ``places`` where the method decides who stands there: people should look at them."""
    return tuple(
        PodiumChange(place, before, after)
        for place in range(1, places + 1)
        if (before := _holders(raw, place)) != (after := _holders(normalised, place))
    )


def _holders(ranking: Sequence[Place], number: int) -> frozenset[SubmissionId]:
    """Who stands on a place; nobody where those above share it."""
    return next((place.submissions for place in ranking if place.number == number), frozenset())
