"""What the surveys of a hub to be measured ask, and what was counted of them: figures by two channels of each question."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from casework.counting.model import Given
from casework.counting.rules import METHOD, Counting, count
from casework.forms.model import Answers, Bounds, Choice, CountedAs, FieldKind, FormField, Treatment
from casework.forms.questionnaires import digest_of
from casework.forms.rules import document_of
from casework.statistics.releases.model import Draft, Subject
from casework.statistics.releases.rules import released
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts, Sampling

_CHOICES = tuple(Choice(code, f"إجابة {code}", f"Answer {code}") for code in "abcde")
FORM = (
    *(
        FormField(
            f"choice{number}",
            f"سؤال {number}",
            f"Question {number}",
            FieldKind.ONE_OF,
            choices=_CHOICES,
            treatment=Treatment(is_public=True, counted_as=CountedAs.SHARE),
        )
        for number in range(6)
    ),
    *(
        FormField(
            f"rated{number}",
            f"رضا {number}",
            f"Rated {number}",
            FieldKind.SCALE,
            bounds=Bounds(1, 5),
            treatment=Treatment(counted_as=CountedAs.TOP_TWO),
        )
        for number in range(4)
    ),
    FormField("note", "لماذا؟", "Why?", FieldKind.TEXT, treatment=Treatment(counted_as=CountedAs.THEMES)),
)


def values_of_surveys(at: datetime) -> dict[str, object]:
    """For the statements that fill a hub: the form, its digest, the figures as they are kept, and as they are released."""
    answers = [
        Given(UUID(int=number), ("web", "kiosk")[number % 2], Answers(_answer(number)))
        for number in range(400)
    ]
    settings = StatisticsSettings()
    result = count(FORM, answers, Counting(("web", "kiosk")), settings)
    draft = Draft(
        subject=Subject("survey", UUID(int=1), "survey:1"),
        facts=Facts(sampling=Sampling.SELF_SELECTED, answered=400, answers_min=settings.answers_min),
        n=400,
        opened_at=at - timedelta(days=20),
        closed_at=at - timedelta(days=2),
        method=METHOD,
        figures=result.figures,
        tables=result.tables,
    )
    return {
        "survey_form": json.dumps(document_of(FORM)),
        "survey_digest": digest_of(FORM),
        "survey_figures": msgspec.json.encode(draft).decode(),
        "survey_document": released(draft, UUID(int=1), at, settings).document,
    }


def _answer(number: int) -> dict[str, str | int]:
    chosen = {f"choice{one}": "abcde"[(number + one) % 5] for one in range(6)}
    return {**chosen, **{f"rated{one}": 1 + (number + one) % 5 for one in range(4)}}
