"""A body for each operation that takes one, as the document shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Of no object.
IDENTIFIER = "00000000-0000-4000-8000-000000000000"
_OFFERING: Mapping[str, Any] = {
    "title_en": "Smart street lighting",
    "summary_en": "Lamps that dim when the road is empty.",
    "sectors": ["energy"],
    "capabilities": ["smart_lighting"],
    "standards": ["mqtt"],
    "maturity": 8,
    "price_band": "25k_100k",
    "governorates": ["OM-MA"],
    "languages": ["en", "ar"],
    "references": [
        {
            "client_kind": "municipality",
            "governorate": "OM-MA",
            "capability": "smart_lighting",
            "year": 2024,
            "text_en": "2,000 lamps",
        }
    ],
}
BODIES: Mapping[str, Mapping[str, Any]] = {
    "write_submission": {
        "title": "Shade map",
        "summary": "Where to walk at noon",
        "answers": {},
    },
    "write_sheet": {
        "marks": {"impact": 7.5, "data": "n/a"},
        "comments": {"impact": "Helps many."},
        "remark": "Well done in all.",
    },
    "write_review": {
        "marks": {"worth": 7, "team": "n/a"},
        "advice": "Begin before the summer.",
        "remark": "Worth its money.",
        "confidence": "high",
        "recommendation": "fund",
    },
    "step_review": {"event": "recuse", "reason": "no_time"},
    "step_sheet": {"event": "decline", "reason": "conflict"},
    "plan_activity": {
        "title": "Open data for pupils",
        "language": "en",
        "mode": "in_place",
        "governorate": "OM-MA",
        "topic": "open_data",
        "audience": "pupils",
        "starts_at": "2026-12-05T09:00:00+04:00",
        "ends_at": "2026-12-05T11:00:00+04:00",
    },
    "write_report": {"reached": 24, "minutes": 180, "account": "Two classes drew the air of their street."},
    "step_activity": {"event": "report"},
    "write_application": {
        "title": "Water for Ruwi",
        "summary": "Where water is lost",
        "answers": {"plan": "Listen to pipes"},
        "confirmed": ["ethics"],
        "amount_minor": 2_000_000,
        "organisation": None,
        "governorate": "OM-MA",
        "language": "en",
    },
    "begin_offering": _OFFERING,
    "write_offering": _OFFERING,
    "step_offering": {"event": "hand_in"},
    "step_call": {"event": "begin_reviewing"},
    "decide_application": {"event": "exclude", "reason": "not_eligible"},
    "ask_applicants": {"question": "Who owns the wells?", "due_at": "2026-12-05T09:00:00+04:00"},
    "step_claim": {"event": "ask_changes", "reason": "papers_missing"},
    "step_payment": {"event": "approve_payment"},
    "pay_claim": {"paid_on": "2026-11-24", "reference": "TR-2026-118"},
    "answer_question": {
        "shown": "How deep are the pipes?",
        "answer_ar": "متر واحد.",
        "answer_en": "One metre.",
    },
    "add_addendum": {"text_ar": "الأنابيب كلها من الحديد.", "text_en": "All pipes are of iron."},
    "ask_question": {"text": "How deep are the pipes?", "language": "en"},
}
