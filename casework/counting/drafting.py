"""From what was counted to the release as it is to be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from casework.admission.model import Channel, channel_names
from casework.counting.model import Given, Result, Targets
from casework.counting.rules import METHOD, Counting, anonymised, count, given_of
from casework.forms.carrying import document_of
from casework.forms.model import CountedAs, FieldKind
from casework.forms.questionnaires import Form
from casework.people.model import Names
from casework.statistics.releases.model import Draft, Subject
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts, Sampling, Weighting
from casework.unlinked_answers.model import Answer


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


class Kept(NamedTuple):
    """What a noun keeps of counting: the release as it is to be, answers that enough gave alike, and how many notes there are by
    question.
    """

    figures: str
    alike: list[dict[str, Any]] | None
    written: dict[str, int]


def work_out(
    taken: Taken, form: Form, answers: Sequence[Answer], how: Counting, settings: StatisticsSettings
) -> Kept:
    """All that is kept of the answers of a box."""
    given = [given_of(one) for one in answers]
    draft = draft_of(taken, given, count(form, given, how, settings), settings)
    alike = None
    if not draft.facts.is_too_few:
        alike = anonymised(form, (one.answers for one in given), settings.alike_min)
    rows = (
        None if alike is None else [{"answers": document_of(one), "count": number} for one, number in alike]
    )
    written = {code: sum(code in one.answers.values for one in given) for code in written_questions(form)}
    return Kept(msgspec.json.encode(draft).decode(), rows, written)


def written_questions(form: Form) -> dict[str, Names]:
    """Those that are counted by themes: people read what was written."""
    kinds = {FieldKind.TEXT, FieldKind.LINE}
    return {
        one.code: Names(one.name_ar, one.name_en)
        for one in form
        if one.kind in kinds and one.treatment.counted_as is CountedAs.THEMES
    }


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
