"""The desk where officers write a form: its questions page by page, each with what stands against asking it like this.

A noun says which form it is and who may write it; the desk does the rest, at addresses below the noun's own:

* the questions in their order, earlier versions, and the form as a file;
* ``question``: one question is written, both languages beside each other;
* ``preview``: the form as it will be asked, page by page; nothing is stored;
* ``export.yaml``, ``export.json``.

Nobody overwrites what somebody else wrote: :mod:`casework.forms.drafts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Final
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
from casework.forms.model import CHOSEN, PACKAGE, FieldKind
from casework.forms.questionnaires import (
    COUNTABLE,
    digest_of,
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
from hub_api.programme.kit.question_cards import cards_of, deciders_of, differences, faults_told, rows_shown
from hub_api.programme.kit.question_fields import (
    WRITTEN,
    fields_of,
    read_question,
    with_row_raised,
)
from hub_api.programme.kit.questionnaires import Asked, Questionnaire
from hub_api.programme.kit.rendering import WORDS, headers
from hub_api.programme.kit.request import PortalRequest

#: Forms to begin with, each a document as the desk gives it out.
BEGINNINGS: Final = ("satisfaction", "poll", "nps")
#: What can be asked for, the most frequent first.
KINDS: Final = tuple(dict.fromkeys((FieldKind.ONE_OF, FieldKind.SOME_OF, FieldKind.SCALE, *FieldKind)))
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
    kinds: Sequence[FieldKind] = KINDS
    more: Mapping[str, Any] = field(default_factory=dict)


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
    #: Asked before anything that was sent is read.
    object_guard: Callable[..., object] | None = None
    tab: str | None = None

    def __post_init__(self) -> None:
        desk, question = self._desk, self._question
        desk.answer("arrange", as_sent, "form_arranged", self._in_session(self._arrange))
        desk.answer("begin", as_sent, "form_begun", self._in_session(self._begin))
        desk.answer("restore", as_sent, "form_restored", self._in_session(self._restore))
        desk.take("import", "form_taken_in", self._take_in)
        question.answer("", as_sent, "question_saved", self._in_session(self._write))
        Questionnaire(
            self.router,
            f"{self.path}/preview",
            self._named(self._preview),
            self._named(self._end_preview),
            here=self.here,
            template="kit/form_preview.html",
        )

        async def export(request: PortalRequest, **values: Any) -> Response:
            return await self._export(request, **values)

        given = [*arguments_of(self.look, 2), argument("kind", str)]
        add_route(self.router, "GET", f"{self.path}/export.{{kind}}", export, given)

    @cached_property
    def _desk(self) -> Page[*tuple[Any, ...]]:
        return Page(
            self.router,
            self.path,
            "kit/form_desk.html",
            self._named(self._look_at_form),
            guard=self.guard,
            object_guard=self.object_guard,
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
            object_guard=self.object_guard,
            here=self.here,
            tab=self.tab,
        )

    def _look_at_form(self, session: Session, request: PortalRequest, *ids: Any) -> dict[str, Any]:
        writing, limits = self.look(session, request, *ids), session.of(FormSettings)
        draft = drafts.get_draft(session, writing.form_id)
        form, language = placed(draft.fields), request.language
        cards = list(cards_of(form, limits, language))
        pages = pages_of(form)
        return {
            **self._beside(writing, ids),
            "draft": draft,
            "pages": [(page, [one for one in cards if one.field.page == page]) for page in pages],
            "page_numbers": [*pages, len(pages) + 1],
            "faults": faults_told(form, limits, language) if form else [],
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
            "rows": rows_shown(
                shown, typed, is_new=sent is None, spare=request.office.settings.portal.rows_spare
            ),
            "is_chosen": kind in CHOSEN,
            "is_written": kind in WRITTEN,
            "is_bounded": kind in (FieldKind.NUMBER, FieldKind.AMOUNT, FieldKind.SCALE),
            "deciders": deciders_of(form, shown, typed, language),
            "page_numbers": [*pages_of(form), len(pages_of(form)) + 1],
            "counted": [(one.value, one.label.text(language)) for one in sorted(COUNTABLE.get(kind, ()))],
            "faults": [] if now is None or sent else faults_told(form, limits, language, now.code),
            "characters": limits.name_characters_max,
            "is_crossed": is_crossed,
            "theirs": differences(form, now, typed, language) if is_crossed else [],
            "is_gone": is_crossed and now is None,
            "refusal": WORDS.text("form_desk.crossed", language) if is_crossed else None,
        }

    def _write(self, session: Session, request: PortalRequest, *given: Any) -> Onward:
        *ids, sent = given
        writing = self._open(session, request, *ids)
        draft, was = drafts.get_draft(session, writing.form_id), sent.text("was") or None
        before = None if was is None else question_of(draft.fields, was)
        kind = _kind_in(request, writing) if before is None else before.kind
        then, version = sent.text("then"), sent.number("version")
        if then.isdecimal() and len(then) < 4:
            sent = with_row_raised(sent, int(then))
        question = read_question(sent, kind, session.of(FormSettings))
        # What somebody took out meanwhile is added anew, once whoever wrote it has been told so.
        was = None if before is None and version == draft.version else was
        code = drafts.write_question(session, writing.form_id, was, question, version)
        below = f"#q-{code}" if then in {"", "list"} else f"/question?code={code}"
        return Onward(f"{self._at(ids)}{below}")

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

    async def _take_in(self, request: PortalRequest, ids: tuple[Any, ...]) -> object:
        """A file, which is kept nowhere, or else what is in the field."""
        limits = request.office.programme.of(FormSettings)
        sent, files = await request.held(limits.document_bytes_max, 1)
        written = files[0][1] if files else sent.text("document").encode()
        form = await request.office.read(lambda: read_form(written, limits))

        return await request.act(self._replace, request, ids, form, sent.number("version"))

    def _replace(
        self, session: Session, request: PortalRequest, ids: tuple[Any, ...], form: Fields, version: int
    ) -> None:
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
        return Asked(version, writing.title, writing.lead, {"desk_path": self._at(ids), **writing.more})

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
