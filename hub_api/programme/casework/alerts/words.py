"""How alerts and rules are said, and what their forms send."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args

from casework.alerts.errors import PACKAGE
from casework.alerts.service import Assessment, Assignment, Remark
from casework.lists.model import Row
from casework.people.model import Names
from casework.workflow.wording import Label
from citycore.alerts.model import Both, Category, Kind, Quiet, Rule, Severity
from citycore.language import Language
from citycore.unit_symbols import symbol_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Mark
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import Special, ValueForm, figure

_MINUTE_SECONDS = 60
#: How somebody is named with whom an alert stands.
_KEY = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
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


def severity_label(code: str) -> Label:
    return Label(PACKAGE, f"severity.{code}")


def called(row: Row, language: Language) -> str:
    """Its name, and that it is simulated where it is."""
    name: str = row[f"name_{language}"]
    return f"{name} ({WORDS.text('alerts.simulated', language)})" if row["is_simulated"] else name


def where(row: Row, language: Language) -> str:
    """The device and its place."""
    return " · ".join(one for one in (row[f"thing_{language}"], row[f"place_{language}"]) if one)


def severity_of(row: Row, language: Language) -> Mark:
    code: str = row["severity"]
    return Mark(SEVERITY_MARKS.get(code, "is-unknown"), severity_label(code).text(language))


def measured(value: float) -> str:
    return f"{value:,.4g}"


def value_of(row: Row, _: Language) -> str | None:
    """What was measured, with its unit."""
    if row["value"] is None:
        return None
    return f"{measured(row['value'])} {symbol_of(row['unit'])}".strip()


def standing_of(row: Row, language: Language) -> Mark | None:
    """Whether it was a false alarm, or somebody has acknowledged it; nothing of what is over."""
    if row["is_false"]:
        return Mark("is-recorded", WORDS.text("alerts.false", language))
    if row["acknowledged_at"] is not None:
        return Mark("is-good", WORDS.text("alerts.seen", language))
    return Mark("is-late", WORDS.text("alerts.unseen", language)) if row["cleared_at"] is None else None


def keeper_of(row: Row, language: Language) -> str | None:
    """With whom it stands: somebody, somebody who has left, or a unit."""
    told: str | None = row["assigned_to"]
    if told is None:
        return None
    keeper = Names(row["keeper_ar"] or "", row["keeper_en"] or "").shown(language)
    return keeper or (WORDS.text("alerts.gone", language) if _KEY.fullmatch(told) else told)


def choices(table: str, codes: tuple[str, ...], language: Language) -> list[tuple[str, str]]:
    return [(code, WORDS.text(f"alerts.{table}_{code}", language)) for code in codes]


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates call things."""
    language = request.language
    severities = get_args(Severity)
    return {
        "severity_label": severity_label,
        "severity_mark": SEVERITY_MARKS.get,
        "rule_mark": STATE_MARKS.get,
        "kinds": choices("kind", get_args(Kind), language),
        "categories": choices("category", get_args(Category), language),
        "severities": [(code, severity_label(code).text(language)) for code in severities],
        "indices": choices("index", INDICES, language),
        "own": lambda both: both[language] if isinstance(both, dict) else getattr(both, language),
        "measured": measured,
        "minutes": lambda seconds: f"{seconds / _MINUTE_SECONDS:.4g}",
    }
