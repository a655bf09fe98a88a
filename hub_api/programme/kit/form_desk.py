"""The desk where officers write a form: its questions page by page, each with what stands against asking it like this.

A noun says which form it is and who may write it; the desk does the rest, at addresses below the noun's own:

* the questions in their order, earlier versions, and the form as a file;
* ``question``: one question is written, both languages beside each other;
* ``preview``: the form as it will be asked, page by page; nothing is stored;
* ``export.yaml``, ``export.json``.

Nobody overwrites what somebody else wrote: :mod:`casework.forms.drafts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

import casework.forms
from casework.forms import drafts
from casework.forms.documents import read_form, write_form
from casework.forms.editing import (
    Questions,
    blank,
    copied,
    lowered,
    placed,
    question_of,
    raised,
    to_page,
)
from casework.forms.errors import FormFixed
from casework.forms.model import CHOSEN, PACKAGE, FieldKind, FormField, WrongAnswer
from casework.forms.questionnaires import (
    AGREED,
    COUNTABLE,
    digest_of,
    faults_of,
    pages_of,
)
from casework.forms.questionnaires import Form as Fields
from casework.forms.rules import document_of
from casework.forms.service import Draft, FormVersion
from casework.forms.settings import FormSettings
from casework.programme import Session
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject
from citycore.language import Language, catalogue
from hub_api.programme.kit.addresses import add_route, argument, arguments_of, names_in
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in
from hub_api.programme.kit.question_fields import (
    ROWS_MAX,
    WRITTEN,
    Row,
    Written,
    conditions_for,
    fields_of,
    read_question,
    rows_of,
    typed_rows,
)
from hub_api.programme.kit.questionnaires import Asked, Questionnaire
from hub_api.programme.kit.rendering import WORDS, headers
from hub_api.programme.kit.request import PortalRequest

#: Forms to begin with, each a document as the desk gives it out.
BEGINNINGS: Final = ("satisfaction", "poll", "nps")
_FOLDER: Final = Path(casework.forms.__file__).parent / "beginnings"
_MEDIA_TYPES: Final = {"yaml": "application/yaml", "json": "application/json"}
_ARRANGED: Final[Mapping[str, Callable[[Fields, str], Questions]]] = {
    "up": raised,
    "down": lowered,
    "copy": copied,
}


@dataclass(frozen=True, slots=True)
class Writing:
    """The form that is written: ``title`` is that of what it belongs to, whose page is at ``home``, a path without the mount.

    ``is_fixed`` once it is asked: it is then shown and nobody changes it.
    """

    form_id: UUID
    title: str
    home: str
    lead: str = ""
    is_fixed: bool = False
    kinds: Sequence[FieldKind] = tuple(FieldKind)
    more: Mapping[str, Any] = field(default_factory=dict)


class Fault(NamedTuple):
    """``anchor`` is where on the page it is put right."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Card:
    """A question as the desk shows it; ``asked_if`` is the question that decides whether it is asked, and its answers."""

    field: FormField
    number: int
    name: str
    other_name: str
    choices: Sequence[str]
    asked_if: tuple[str, str] | None
    faults: Sequence[Fault]


class Decider(NamedTuple):
    """A question of an earlier page, with its answers as (value, name, whether it is ticked)."""

    name: str
    answers: Sequence[tuple[str, str, bool]]


@dataclass(frozen=True)
class FormDesk:
    """One desk at one address. ``look`` gets the session, the request and what the address names; it finds the form,
    and raises for whoever may not write it, before anything is done.
    """

    router: APIRouter
    path: str
    look: Callable[..., Writing]
    _: KW_ONLY
    here: str
    guard: Callable[[PortalRequest], object] = signed_in
    tab: str | None = None

    def __post_init__(self) -> None:
        desk, question = self._desk, self._question
        desk.answer("arrange", as_sent, "form_arranged", self._in_session(self._arrange))
        desk.answer("begin", as_sent, "form_begun", self._in_session(self._begin))
        desk.answer("restore", as_sent, "form_restored", self._in_session(self._restore))
        desk.hold("import", _document_bytes, _read_document, "form_taken_in", self._in_session(self._take_in))
        question.answer("", as_sent, "question_saved", self._in_session(self._write))
        Questionnaire(
            self.router,
            f"{self.path}/preview",
            self._named(self._preview),
            self._named(self._end_preview),
            here=self.here,
            template="kit/form_preview.html",
        )
        add_route(
            self.router,
            "GET",
            f"{self.path}/export.{{kind}}",
            self._export,
            [*arguments_of(self.look, 2), argument("kind", str)],
        )

    @cached_property
    def _desk(self) -> Page[*tuple[Any, ...]]:
        return Page(
            self.router,
            self.path,
            "kit/form_desk.html",
            self._named(self._look),
            guard=self.guard,
            here=self.here,
            tab=self.tab,
        )

    @cached_property
    def _question(self) -> Page[*tuple[Any, ...]]:
        return Page(
            self.router,
            f"{self.path}/question",
            "kit/form_question.html",
            self._named(self._look_at_question),
            guard=self.guard,
            here=self.here,
            tab=self.tab,
        )

    def _look(self, session: Session, request: PortalRequest, *ids: Any) -> dict[str, Any]:
        writing, limits = self.look(session, request, *ids), session.of(FormSettings)
        draft = drafts.get_draft(session, writing.form_id)
        form, language = placed(draft.fields), request.language
        cards = list(_cards(form, limits, language))
        pages = pages_of(form)
        return {
            **self._beside(writing, ids),
            "draft": draft,
            "pages": [(page, [one for one in cards if one.field.page == page]) for page in pages],
            "page_numbers": [*pages, len(pages) + 1],
            "faults": _faults_of_form(form, limits, language) if form else [],
            "faulty": [one for one in cards if one.faults],
            "kinds": [(one.value, one.label.text(language)) for one in writing.kinds],
            "beginnings": [] if form else _beginnings(language),
            "earlier": [(one, len(one.document)) for one in drafts.list_earlier(session, writing.form_id)],
            "undo": request.query("undo") if request.query("undo").isdecimal() else "",
            "questions_max": limits.fields_max,
        }

    def _look_at_question(self, session: Session, request: PortalRequest, *ids: Any) -> dict[str, Any]:
        """As it stands; what was typed, if it was refused, and what somebody else saved meanwhile beside it."""
        writing, language, sent = self._open(session, request, *ids), request.language, request.sent
        draft = drafts.get_draft(session, writing.form_id)
        form = placed(draft.fields)
        code = request.query("code") if sent is None else sent.text("was")
        now = question_of(form, code) if code else None
        if code and now is None and sent is None:
            raise NoSuchObject
        kind = _kind_in(request, writing) if now is None else now.kind
        shown = now or blank(kind, _page_in(request))
        typed = Form(fields_of(shown)) if sent is None else sent
        is_crossed = isinstance(request.refused, ChangedMeanwhile)
        limits = session.of(FormSettings)
        return {
            **self._beside(writing, ids),
            "title": WORDS.text(
                "form_desk.question_of" if code else "form_desk.question_new",
                language,
                kind=kind.label.text(language),
            ),
            "draft": draft,
            "kind": kind.value,
            "was": code,
            "form": typed,
            "rows": _rows(shown, typed, is_new=sent is None, spare=request.office.settings.portal.rows_spare),
            "is_chosen": kind in CHOSEN,
            "is_written": kind in WRITTEN,
            "is_bounded": kind in (FieldKind.NUMBER, FieldKind.AMOUNT, FieldKind.SCALE),
            "deciders": _deciders(form, shown, typed, language),
            "page_numbers": [*pages_of(form), len(pages_of(form)) + 1],
            "counted": [(one.value, one.label.text(language)) for one in sorted(COUNTABLE.get(kind, ()))],
            "faults": [] if now is None or sent else _of_question(form, now.code, limits, language),
            "characters": limits.name_characters_max,
            "is_crossed": is_crossed,
            "theirs": _differing(now, typed) if is_crossed else [],
            "is_gone": is_crossed and now is None,
        }

    def _write(self, session: Session, request: PortalRequest, *given: Any) -> Onward:
        *ids, sent = given
        writing = self._open(session, request, *ids)
        form = drafts.get_draft(session, writing.form_id).fields
        was = sent.text("was") or None
        before = question_of(form, was) if was else None
        kind = _kind_in(request, writing) if before is None else before.kind
        taken = {one.code for one in form} - {was}
        question = read_question(sent, Written(kind, taken, session.of(FormSettings)))
        version = sent.number("version")
        # What somebody took out meanwhile, and whoever writes it was told so, is added anew.
        is_new = before is None and version == drafts.get_draft(session, writing.form_id).version
        drafts.write_question(session, writing.form_id, None if is_new else was, question, version)
        if sent.text("then") == "stay":
            return Onward(f"{self._at(ids)}/question?code={question.code}")
        return Onward(f"{self._at(ids)}#q-{question.code}")

    def _arrange(self, session: Session, request: PortalRequest, *given: Any) -> Onward:
        *ids, sent = given
        writing = self._open(session, request, *ids)
        code, deed = sent.text("code"), sent.text("deed")
        if deed == "remove":
            seen = sent.number("version")
            drafts.remove_question(session, writing.form_id, code, seen)
            newest = drafts.list_earlier(session, writing.form_id)[:1]
            return Onward(
                f"{self._at(ids)}{''.join(f'?undo={one.version}' for one in newest)}", "question_removed"
            )
        page = sent.number("page") if deed == "page" else 0
        work = _ARRANGED.get(deed)
        if work is None and page < 1:
            raise FormUnreadable

        def arranged(form: Fields) -> Questions:
            return to_page(form, code, page) if work is None else work(form, code)

        drafts.change(session, writing.form_id, arranged)
        return Onward(f"{self._at(ids)}#q-{code}")

    def _begin(self, session: Session, request: PortalRequest, *given: Any) -> None:
        *ids, sent = given
        writing, name = self._open(session, request, *ids), sent.text("beginning")
        if name not in BEGINNINGS:
            raise FormUnreadable
        form = read_form((_FOLDER / f"{name}.yaml").read_bytes(), session.of(FormSettings))
        drafts.replace_all(session, writing.form_id, form, sent.number("version"))

    def _restore(self, session: Session, request: PortalRequest, *given: Any) -> None:
        *ids, sent = given
        writing = self._open(session, request, *ids)
        drafts.bring_back(session, writing.form_id, sent.number("earlier"), sent.number("version"))

    def _take_in(self, session: Session, request: PortalRequest, *given: Any) -> None:
        *ids, (form, version) = given
        writing = self._open(session, request, *ids)
        drafts.replace_all(session, writing.form_id, form, version)

    def _preview(self, session: Session, request: PortalRequest, *ids: Any) -> Asked:
        self.guard(request)
        writing = self.look(session, request, *ids)
        draft = drafts.get_draft(session, writing.form_id)
        if not draft.document:
            raise NoSuchObject
        form = placed(draft.fields)
        version = FormVersion(
            writing.form_id, draft.version, digest_of(form), document_of(form), None, draft.changed_at
        )
        return Asked(version, writing.title, writing.lead, self._beside(writing, ids))

    def _end_preview(self, session: Session, request: PortalRequest, *given: Any) -> Onward:
        *ids, _ = given
        _ = self.look(session, request, *ids)
        return Onward(self._at(ids), "form_previewed")

    async def _export(self, request: PortalRequest, kind: str, **values: Any) -> Response:
        self.guard(request)
        media_type = _MEDIA_TYPES.get(kind)
        if media_type is None:
            raise NoSuchObject
        ids = tuple(values[name] for name in names_in(self.path))

        def read(session: Session) -> Draft:
            return drafts.get_draft(session, self.look(session, request, *ids).form_id)

        draft = await request.look(read)
        fields = headers(request.office, request.language) | {
            "Content-Disposition": f'attachment; filename="falaj-form.{kind}"'
        }
        return Response(write_form(placed(draft.fields), kind), media_type=media_type, headers=fields)

    def _open(self, session: Session, request: PortalRequest, *ids: Any) -> Writing:
        """:class:`FormFixed` once it is asked."""
        writing = self.look(session, request, *ids)
        if writing.is_fixed:
            raise FormFixed
        return writing

    def _at(self, ids: Iterable[object]) -> str:
        return self.path.format(**dict(zip(names_in(self.path), ids, strict=True)))

    def _beside(self, writing: Writing, ids: Iterable[object]) -> dict[str, Any]:
        return {"title": writing.title, "writing": writing, "desk_path": self._at(ids), **writing.more}

    def _named(self, inner: Callable[..., Any]) -> Any:
        """With the names and types of what the address names, as the noun's ``look`` has them."""

        @wraps(self.look)
        def look(*given: Any) -> Any:
            return inner(*given)

        return look

    def _in_session(self, work: Callable[..., object]) -> Any:
        async def answer(request: PortalRequest, *given: Any) -> object:
            return await request.act(work, request, *given)

        return answer


def _document_bytes(request: PortalRequest) -> int:
    return request.office.programme.of(FormSettings).document_bytes_max


def _read_document(form: Form, held: bytes, request: PortalRequest) -> tuple[Questions, int]:
    """A file, or else what is in the field."""
    written = held or form.text("document").encode()
    return read_form(written, request.office.programme.of(FormSettings)), form.number("version")


def _kind_in(request: PortalRequest, writing: Writing) -> FieldKind:
    text = request.query("kind") if request.sent is None else request.sent.text("kind")
    kind = next((one for one in writing.kinds if one == text), None)
    if kind is None:
        raise NoSuchObject
    return kind


def _page_in(request: PortalRequest) -> int:
    text = request.query("page") if request.sent is None else request.sent.text("page")
    return max(1, int(text)) if text.isdecimal() and len(text) < 4 else 1


def _beginnings(language: Language) -> list[tuple[str, str, str]]:
    texts = catalogue(PACKAGE)
    return [
        (name, texts.text(f"beginning.{name}", language), texts.text(f"beginning.{name}_says", language))
        for name in BEGINNINGS
    ]


def _cards(form: Questions, limits: FormSettings, language: Language) -> Iterator[Card]:
    faults = list(faults_of(form, limits))
    for number, one in enumerate(form, 1):
        own, other = (one.name_ar, one.name_en) if language == "ar" else (one.name_en, one.name_ar)
        yield Card(
            one,
            number,
            own or other,
            other if own else "",
            [_name_of(one, row, language) for row in rows_of(one)],
            _condition(form, one, language),
            _told(faults, one.code, language),
        )


def _name_of(question: FormField, row: Row, language: Language) -> str:
    name = row.name_ar if language == "ar" else row.name_en
    if question.kind is FieldKind.SCALE:
        return f"{row.code} ({name})" if name else row.code
    return name or row.name_ar or row.name_en or row.code


def _condition(form: Questions, question: FormField, language: Language) -> tuple[str, str] | None:
    condition = question.asked_if
    if condition is None:
        return None
    other = question_of(form, condition.code)
    name, names = condition.code, dict[str, str]()
    if other is not None:
        name = (other.name_ar if language == "ar" else other.name_en) or condition.code
        names = dict(_answers_of(other, language))
    between = WORDS.text("questionnaire.between", language)
    return name, between.join(names.get(value, value) for value in condition.values)


def _answers_of(question: FormField, language: Language) -> list[tuple[str, str]]:
    """What conditions can look for, and what it is called."""
    if question.kind is FieldKind.CONSENT:
        return [(AGREED, WORDS.text("questionnaire.agreed", language))]
    return [(row.code, _name_of(question, row, language)) for row in rows_of(question)]


def _told(faults: Iterable[WrongAnswer], code: str, language: Language) -> list[Fault]:
    """Each once."""
    texts, anchor = catalogue(PACKAGE), f"q-{code}" if code else ""
    found = [
        Fault(texts.text(f"question.{one.fault}", language, limit=one.limit), anchor)
        for one in faults
        if one.code == code
    ]
    return list(dict.fromkeys(found))


def _faults_of_form(form: Questions, limits: FormSettings, language: Language) -> list[Fault]:
    return _told(faults_of(form, limits), "", language)


def _of_question(form: Questions, code: str, limits: FormSettings, language: Language) -> list[Fault]:
    return _told(faults_of(form, limits), code, language)


def _rows(question: FormField, typed: Form, *, is_new: bool, spare: int) -> list[Row]:
    """A row for each choice and some to spare; none where the list is longer than rows are good for."""
    rows = rows_of(question) if is_new else list(typed_rows(typed))
    if question.kind not in CHOSEN:
        return rows
    if len(rows) > ROWS_MAX or typed.text("pasted_ar"):
        return []
    empty = sum(not (row.name_ar or row.name_en) for row in rows)
    return rows + [Row("", "", "")] * max(0, min(spare - empty, ROWS_MAX - len(rows)))


def _deciders(form: Questions, question: FormField, typed: Form, language: Language) -> list[Decider]:
    """What can decide who is asked; what is ticked and no longer there can be unticked."""
    ticked, known = set(typed.all("asked_if")), set[str]()
    found = []
    for one in conditions_for(form, question.page):
        answers = [
            (f"{one.code}={value}", name, f"{one.code}={value}" in ticked)
            for value, name in _answers_of(one, language)
        ]
        known.update(value for value, _, _ in answers)
        found.append(Decider((one.name_ar if language == "ar" else one.name_en) or one.code, answers))
    gone = sorted(ticked - known)
    if gone:
        name = WORDS.text("form_desk.gone", language)
        found.append(Decider(name, [(value, value, True) for value in gone]))
    return found


def _differing(now: FormField | None, typed: Form) -> list[tuple[str, str]]:
    """What is stored now where something else was typed, by the names of the fields."""
    if now is None:
        return []
    stored, found = fields_of(now), dict[str, str]()
    names = [
        name
        for name in (*stored, *typed.fields)
        if name not in {"form_token", "version", "was", "kind", "then"}
    ]
    for name in dict.fromkeys(names):
        if stored.get(name, []) != [text for text in typed.fields.get(name, []) if text]:
            key = "choices" if name.startswith(("choice_", "pasted_")) else name
            found[key] = "\n".join(stored.get(name, []))
    if "choices" in found:
        found["choices"] = "\n".join(" | ".join(row) for row in rows_of(now))
    return list(found.items())
