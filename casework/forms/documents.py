"""A form as a file that people read, change and bring to another hub: YAML or JSON. Pure.

Every plain word of YAML is a text here, so that a choice may be called ``yes``; what is to be a number or true is read as such.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

import msgspec
import yaml

from casework.forms.editing import Questions, placed
from casework.forms.errors import DocumentUnsound
from casework.forms.model import Bounds, Choice, Condition, FormField, Treatment
from casework.forms.questionnaires import Form, is_code
from casework.forms.rules import document_of, form_of
from casework.forms.settings import FormSettings
from citycore.registry.document import UniqueKeys

QUESTIONS: Final = "questions"
#: What JSON can say exactly everywhere.
_NUMBER_MAX: Final = 2**31 - 1
_PARTS: Final = {"choices": Choice, "bounds": Bounds, "asked_if": Condition, "treatment": Treatment}


class _Words(UniqueKeys, yaml.SafeLoader):
    """Reads every scalar as a text and refuses aliases, by which a short file grows without an end.

    In Python: the loader in C resolves aliases where nothing can refuse them.
    """

    yaml_implicit_resolvers: Mapping[str, Any] = {}  # type: ignore[assignment]  # yaml has it as a dict

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # yaml's own
            raise yaml.composer.ComposerError(None, None, "an alias (*)", mark)
        return super().compose_node(parent, index)


def write_form(form: Form, kind: str) -> bytes:
    """``kind`` is yaml or json; :func:`read_form` takes both again."""
    document = {QUESTIONS: document_of(form)}
    if kind == "json":
        return json.dumps(document, ensure_ascii=False, indent=2).encode()
    written: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=10_000)
    return written.encode()


def read_form(written: bytes, limits: FormSettings) -> Questions:
    """What can be kept as a draft, sound or not; :class:`DocumentUnsound` for anything else."""
    if len(written) > limits.document_bytes_max:
        raise DocumentUnsound(where="–", reason=f"≤ {limits.document_bytes_max} B")
    document = _document(written)
    questions = document.get(QUESTIONS) if isinstance(document, dict) else document
    if not isinstance(questions, list) or not all(isinstance(one, dict) for one in questions):
        raise DocumentUnsound(where=QUESTIONS, reason=f"{QUESTIONS}: [{{code: …, name_ar: …, name_en: …}}]")
    if not 1 <= len(questions) <= limits.fields_max:
        raise DocumentUnsound(where=QUESTIONS, reason=f"1–{limits.fields_max}")
    form = [_question(one, f"{QUESTIONS}[{number}]", limits) for number, one in enumerate(questions)]
    codes = [one.code for one in form]
    for number, code in enumerate(codes):
        if not is_code(code) or code in codes[:number]:
            raise DocumentUnsound(where=f"{QUESTIONS}[{number}].code", reason=f"a–z 0–9 _; {code}: 1×")
    return placed(form)


def _document(written: bytes) -> Any:
    try:
        text = written.decode("utf-8-sig")
        if text.lstrip()[:1] in {"{", "["}:
            return _texts_of(json.loads(text))
        loader = _Words(text)
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = "–" if mark is None else str(mark.line + 1)
        raise DocumentUnsound(where=line, reason=str(error.problem)) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise DocumentUnsound(where="–", reason=str(error).partition("\n")[0][:200]) from None


def _texts_of(value: Any) -> Any:
    """JSON without null, as YAML has it here."""
    if isinstance(value, dict):
        return {name: _texts_of(one) for name, one in value.items() if one is not None}
    return [_texts_of(one) for one in value] if isinstance(value, list) else value


def _question(document: dict[str, Any], where: str, limits: FormSettings) -> FormField:
    for place, reason in _strange(document, FormField):
        raise DocumentUnsound(where=f"{where}{place}", reason=reason)
    try:
        (one,) = form_of([msgspec.to_builtins(msgspec.convert(document, FormField, strict=False))])
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `")
        raise DocumentUnsound(where=where + place.strip("`").removeprefix("$"), reason=reason) from None
    for name, value in _leaves(msgspec.to_builtins(one)):
        if isinstance(value, str) and not _is_plain(value, limits):
            raise DocumentUnsound(where=f"{where}.{name}", reason=f"0–{limits.name_characters_max}")
        if isinstance(value, int) and abs(value) > _NUMBER_MAX:
            raise DocumentUnsound(where=f"{where}.{name}", reason=f"±{_NUMBER_MAX}")
    return one


def _strange(document: Any, kind: type) -> Iterator[tuple[str, str]]:
    """Names that mean nothing: somebody meant something else by them."""
    known = [one.name for one in fields(kind)]
    for name, value in document.items() if isinstance(document, dict) else ():
        if name not in known:
            yield f".{name}", ", ".join(known)
        elif kind is FormField and name in _PARTS:
            parts = value if isinstance(value, list) else [value]
            for part in parts:
                yield from ((f".{name}{place}", reason) for place, reason in _strange(part, _PARTS[name]))


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for below, one in value.items():
            yield from _leaves(one, name or below)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one, name)
    else:
        yield name, value


def _is_plain(text: str, limits: FormSettings) -> bool:
    """Whether the database and a page can hold it."""
    has_strange = any((each < " " and each not in "\n\t") or "\ud800" <= each <= "\udfff" for each in text)
    return len(text) <= limits.name_characters_max and not has_strange
