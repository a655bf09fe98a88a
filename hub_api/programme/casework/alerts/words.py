"""How alerts and rules are said, and what their forms send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from casework.alerts.errors import PACKAGE
from casework.alerts.service import Assessment, Assignment, Remark
from casework.workflow.wording import Label
from citycore.alerts.model import Both, Category, Kind, Quiet, Rule, Severity
from citycore.language import Language
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import Special, ValueForm, figure

_MINUTE_SECONDS = 60
#: How a severity looks.
SEVERITY_MARKS = {"extreme": "is-bad", "severe": "is-bad", "moderate": "is-late", "minor": "is-unknown"}
STATE_MARKS = {"on": "is-good", "off": "is-recorded", "draft": "is-late"}
INDICES = ("us", "eu", "who")


def _both(name: str) -> Special:
    """A text in both languages, each in a field of its own."""
    return Special(
        lambda form: Both(en=form.text(f"{name}_en").strip(), ar=form.text(f"{name}_ar").strip()),
        lambda both: {f"{name}_en": [both.en], f"{name}_ar": [both.ar]},
    )


def _number(name: str, nothing: float | None, write: Callable[[float], float] = float) -> Special:
    """A number; left empty it is ``nothing``."""
    return Special(
        lambda form: figure(form, name, float) if form.text(name).strip() else nothing,
        lambda value: {name: [] if value is None else [f"{write(value):.12g}"]},
    )


def _minutes(name: str, nothing: int | None) -> Special:
    """Seconds, which people write as minutes."""
    field = f"{name}_minutes"
    return Special(
        lambda form: (
            round(figure(form, field, float) * _MINUTE_SECONDS) if form.text(field).strip() else nothing
        ),
        lambda seconds: {field: [f"{seconds / _MINUTE_SECONDS:.12g}"] if seconds else []},
    )


def _quiet(form: Form) -> Quiet | None:
    start, end = form.text("quiet_from").strip(), form.text("quiet_to").strip()
    return Quiet(start=start, end=end) if start or end else None


RULE = ValueForm(
    Rule,
    special={
        "name": _both("name"),
        "text": _both("text"),
        "hysteresis": _number("hysteresis", 0.0),
        "missing_seconds": _minutes("missing", None),
        "duration_seconds": _minutes("duration", 0),
        "clear_seconds": _minutes("clear", 0),
        "quiet": Special(
            _quiet,
            lambda quiet: {} if quiet is None else {"quiet_from": [quiet.start], "quiet_to": [quiet.end]},
        ),
        "notify": Special(lambda form: form.all("notify"), lambda codes: {"notify": list(codes)}),
    },
)
REMARK, ASSIGNMENT, ASSESSMENT = ValueForm(Remark), ValueForm(Assignment), ValueForm(Assessment)


def choices(table: str, codes: tuple[str, ...], language: Language) -> list[tuple[str, str]]:
    return [(code, WORDS.text(f"alerts.{table}_{code}", language)) for code in codes]


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates call things."""
    language = request.language
    severities = get_args(Severity)
    return {
        "severity_label": lambda code: Label(PACKAGE, f"severity.{code}"),
        "severity_mark": SEVERITY_MARKS.get,
        "rule_mark": STATE_MARKS.get,
        "kinds": choices("kind", get_args(Kind), language),
        "categories": choices("category", get_args(Category), language),
        "severities": [(code, Label(PACKAGE, f"severity.{code}").text(language)) for code in severities],
        "indices": choices("index", INDICES, language),
        "own": lambda both: both[language] if isinstance(both, dict) else getattr(both, language),
        "measured": lambda value: f"{value:,.4g}",
        "minutes": lambda seconds: f"{seconds / _MINUTE_SECONDS:.4g}",
    }
