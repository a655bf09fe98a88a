"""From what was counted to the release as it is to be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime

from casework.admission.model import Channel, channel_names
from casework.counting.model import Given, Result, Targets
from casework.counting.rules import METHOD
from casework.statistics.releases.model import Draft, Subject
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts, Sampling, Weighting


@dataclass(frozen=True, slots=True)
class Taken:
    """How answers were taken. ``asked`` is how many were, where they were on a roll; ``traces_days`` for how long copies of before
    the close are kept.
    """

    subject: Subject
    opened_at: datetime
    closed_at: datetime
    form_digest: bytes | None
    _: KW_ONLY
    asked: int | None
    may_repeat: bool
    targets: Targets | None
    traces_days: int


def draft_of(taken: Taken, given: Sequence[Given], result: Result, settings: StatisticsSettings) -> Draft:
    """Where too few answered it says that, and no figure. Of a roll those are counted who brought a token."""
    is_roll = taken.asked is not None
    came = [one for one in given if not is_roll or one.channel == Channel.TOKEN]
    facts = Facts(
        sampling=Sampling.ROLL if is_roll else Sampling.SELF_SELECTED,
        answered=len(came),
        answers_min=settings.answers_min,
        asked=taken.asked,
        channels=tuple(channel_names(one) for one in result.channels),
        themes=result.themes,
        apart=result.apart,
        marked=result.marked,
        may_repeat=taken.may_repeat,
        traces_keep_days=taken.traces_days,
    )
    is_told = not facts.is_too_few
    return Draft(
        subject=taken.subject,
        facts=replace(facts, weighting=_weighting(taken.targets, result, settings) if is_told else None),
        n=sum(not one.is_apart for one in came),
        opened_at=taken.opened_at,
        closed_at=taken.closed_at,
        method=(*METHOD, "raked") if is_told and result.weighed else METHOD,
        figures=result.figures if is_told else (),
        tables=result.tables if is_told else (),
        form_sha256=taken.form_digest,
    )


def _weighting(targets: Targets | None, result: Result, settings: StatisticsSettings) -> Weighting | None:
    if targets is None:
        return None
    return Weighting(
        source=targets.sources,
        shares={
            question: {code: str(share) for code, share in shares.items()}
            for question, shares in targets.shares.items()
        },
        least=settings.weight_min,
        most=settings.weight_max,
        channels=tuple(replace(one, name=channel_names(one.channel)) for one in result.weighed),
    )
