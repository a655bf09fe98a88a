"""What can be asked and answered where all answers are written: applications, submissions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from casework.forms.model import WRITTEN, FieldKind, FormField, Wrong

_ALWAYS = frozenset({"code", "name_ar", "name_en", "kind", "is_required", "characters_max", "is_identifying"})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,40}")


def why_wrong_form(form: Sequence[FormField], fields_max: int, characters_max: int) -> Wrong | None:
    """The first field that cannot be asked like this, where all answers are written."""
    codes = [one.code for one in form]
    if len(form) > fields_max or len(set(codes)) < len(codes):
        return Wrong("form", f"0–{fields_max}")
    for one in form:
        if _CODE.fullmatch(one.code) is None or not (one.name_ar.strip() and one.name_en.strip()):
            return Wrong("form_field", "a–z 0–9 _")
        if one.kind not in WRITTEN:
            return Wrong("form_field", ", ".join(WRITTEN))
        if not 1 <= one.characters_max <= characters_max:
            return Wrong("form_characters", f"1–{characters_max}")
    return None


def wrong_answers(form: Sequence[FormField], answers: Mapping[str, str]) -> Iterator[Wrong]:
    """The answers that cannot be stored like this."""
    known = {one.code: one for one in form}
    for code, answer in answers.items():
        asked = known.get(code)
        if asked is None or len(answer) > asked.characters_max:
            yield Wrong("answer", f"0–{0 if asked is None else asked.characters_max}")
        elif asked.kind is FieldKind.LINE and "\n" in answer.strip():
            yield Wrong("answer_lines", "1")
        elif asked.kind is FieldKind.LINK and answer and not is_link(answer):
            yield Wrong("answer_link", "https://…")


def is_answered(form: Sequence[FormField], answers: Mapping[str, str]) -> bool:
    """Whether everything that is required has an answer."""
    return all(answers.get(one.code, "").strip() for one in form if one.is_required)


def document_of(form: Sequence[FormField]) -> list[dict[str, Any]]:
    """As it is stored."""
    return [_stored(one) for one in form]


def form_of(document: Sequence[Mapping[str, Any]]) -> tuple[FormField, ...]:
    """What :func:`document_of` gave; what an older document does not say has its default."""
    return msgspec.convert(document, tuple[FormField, ...])


def _stored(field: FormField) -> dict[str, Any]:
    """What differs from its default, besides what every question says."""
    stored: dict[str, Any] = msgspec.to_builtins(field)
    plain = msgspec.to_builtins(FormField("", "", ""))
    return {name: value for name, value in stored.items() if name in _ALWAYS or value != plain[name]}


def is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
