"""Questionnaires in a browser: page by page without a script, and nothing is stored before the end.

A noun says which form is asked and what is done with the answers; ``questionnaire.html`` draws the pages. Answers of
earlier pages go through the browser in a signed field (:mod:`casework.forms.carrying`), so whoever leaves leaves no trace.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any, Final, Generic, TypeVarTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.admission.settings import AdmissionSettings
from casework.follow_up.keys import HubKey
from casework.forms.carrying import Carried, carry, read_carried
from casework.forms.errors import AnswersExpired, AnswersUnreadable
from casework.forms.model import Answers, FieldKind, FormField, Value
from casework.forms.paging import Turn, begin, finish, go_back, go_on
from casework.forms.questionnaires import Form as Fields
from casework.forms.questionnaires import asked_on, in_order, kept_of, next_page, pages_of, previous_page
from casework.forms.service import FormVersion
from casework.forms.settings import FormSettings
from casework.governorates.model import Governorate
from casework.governorates.wilayats import wilayats
from casework.programme import Programme, Session
from citycore.errors import FalajError
from citycore.language import Language, catalogue
from hub_api.programme.kit.addresses import add_route, arguments_of, names_in
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.kiosks import RUN_COOKIE, start_url
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import Onward
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import keep

Ids = TypeVarTuple("Ids")
#: What stands in place of the number of a page where all answers are read once more before they are sent.
REVIEW: Final = "review"
#: The button of whoever needs longer at a kiosk: the page is shown again as it is.
MORE_TIME: Final = "more_time"
_TEXTS: Final = "casework.forms"
_SEEDS: Final = 1 << 62
#: Where nothing is typed: a touch is enough.
_TOUCHED: Final = frozenset({FieldKind.ONE_OF, FieldKind.SOME_OF, FieldKind.SCALE, FieldKind.CONSENT})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and what the pages say besides; ``note`` stands on the first one, ``more`` is for the template."""

    version: FormVersion
    title: str
    lead: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What somebody answered in the end, in which language they read the questions, and in how many seconds.

    ``once`` is the same each time that somebody sends the end of one questionnaire, pressed twice or gone back, and another
    for everybody else; it says nothing about whom.
    """

    version: FormVersion
    answers: Answers
    seed: int
    language: Language
    seconds: int
    once: UUID


@dataclass(frozen=True, slots=True)
class Refresh:
    """A page that goes on by itself, without a script: after how many seconds, and to which path with the mount."""

    seconds: int
    url: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the template draws it; ``names`` are those of its inputs, ``text`` what stands in it."""

    field: FormField
    name: str
    help: str
    text: str
    parts: Mapping[str, str]
    choices: Sequence[tuple[str, str, bool]]
    is_na: bool
    wrong: str

    @property
    def kind(self) -> str:
        return self.field.kind.value


@dataclass(frozen=True, slots=True)
class _State:
    """Where somebody is, and what they typed where it is shown again."""

    asked: Asked
    turn: Turn
    seed: int
    begun: int
    run: bytes
    sent: Form | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Questionnaire(Generic[*Ids]):
    """One address at which a form is answered; anybody may, unless ``look`` refuses.

    ``finish`` stores the answers and says where to go on. With ``is_reviewed`` all answers are shown once more before
    they are sent; ``warn`` then may say what the reader should know before that, such as whom to call. ``admit`` is asked
    before anything is stored, in transactions of its own: it counts how many come from one place. ``beside`` finds what the
    template shows beside the answers before they are sent, such as what others have said already.

    ``is_kiosk`` is a screen that people use one after the other (``look`` asks for the pass: :mod:`hub_api.programme.kit.kiosks`).
    A page that nobody touches begins anew after some seconds, later where people type, and says so; whoever needs longer
    presses a button. Each beginning is a run of its own, and pages of a run before, reached by going back, are not taken.
    """

    router: APIRouter
    path: str
    look: Callable[[Session, PortalRequest, *Ids], Asked]
    finish: Callable[[Session, PortalRequest, *Ids, Submitted], Onward]
    _: KW_ONLY
    here: str
    template: str = "kit/questionnaire.html"
    is_reviewed: bool = True
    is_kiosk: bool = False
    warn: Callable[[PortalRequest, Asked, Answers], str | None] = lambda *_: None
    admit: Callable[[Programme, PortalRequest], None] = lambda *_: None
    beside: Callable[[Session, PortalRequest, *Ids, Answers], Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        names, arguments = names_in(self.path), arguments_of(self.look, 2)

        async def get(request: PortalRequest, **values: Any) -> Response:
            ids = tuple(values[name] for name in names)
            request.keeping = Keeping.NOTHING
            return await self._begin(request, ids)

        async def post(request: PortalRequest, **values: Any) -> Response:
            ids = tuple(values[name] for name in names)
            request.keeping = Keeping.NOTHING
            return await self._go_on(request, ids)

        add_route(self.router, "GET", self.path, get, arguments)
        add_route(self.router, "POST", self.path, post, arguments)

    async def _begin(
        self, request: PortalRequest, ids: tuple[Any, ...], refused: FalajError | None = None
    ) -> Response:
        asked = await request.act(self.look, request, *ids)
        begun, run = begin(asked.version.fields), self._begin_run(request)
        state = _State(asked, begun, secrets.randbelow(_SEEDS), _seconds(request), run)
        return self._show(request, state, refused)

    async def _go_on(self, request: PortalRequest, ids: tuple[Any, ...]) -> Response:
        sent = await request.form()
        asked = await request.act(self.look, request, *ids)
        try:
            carried = self._carried(request, asked, sent)
        except (AnswersUnreadable, AnswersExpired) as refused:
            return await self._begin(request, ids, refused)
        is_read = sent.text("page") == REVIEW
        run = self._run(request)
        if sent.text("go") == MORE_TIME:
            page = _page(asked.version.fields, sent)
            turn = Turn(page, carried.answers)
            return self._show(request, _State(asked, turn, carried.seed, carried.begun, run, sent))
        turn = _turn(asked.version.fields, carried.answers, sent)
        state = _State(asked, turn, carried.seed, carried.begun, run, sent if turn.is_refused else None)
        if turn.page is not None or (self.is_reviewed and not is_read):
            return self._show(request, await self._with_beside(request, ids, state))
        took, once = _seconds(request) - carried.begun, request.mark(str(carried.seed), self._run(request))
        submitted = Submitted(asked.version, turn.answers, carried.seed, request.language, took, once)
        try:
            await request.run(self.admit, request)
            onward = await request.act(self.finish, request, *ids, submitted)
        except FalajError as refused:
            if self.is_reviewed:
                return self._show(request, await self._with_beside(request, ids, state), refused)
            last = Turn(int(sent.text("page")), turn.answers)
            return self._show(request, _State(asked, last, carried.seed, carried.begun, run, sent), refused)
        if onward.secret is not None:
            keep(request, *onward.secret)
        return request.go(onward.path, onward.notice)

    async def _with_beside(self, request: PortalRequest, ids: tuple[Any, ...], state: _State) -> _State:
        if state.turn.page is not None or self.beside is None:
            return state
        return replace(state, beside=await request.look(self.beside, request, *ids, state.turn.answers))

    def _carried(self, request: PortalRequest, asked: Asked, sent: Form) -> Carried:
        limits, at = request.office.programme.of(FormSettings), request.office.clock()
        form = asked.version
        of_run = form.form_id.bytes + self._run(request)
        carried = read_carried(self._key(request), of_run, sent.text("carried"), at, limits)
        # The form may have another version since the page was sent: nobody types everything again for that.
        return replace(carried, answers=kept_of(form.fields, carried.answers))

    def _show(self, request: PortalRequest, state: _State, refused: FalajError | None = None) -> Response:
        asked, page, answers, language = state.asked, state.turn.page, state.turn.answers, request.language
        fields, limits, at = (
            asked.version.fields,
            request.office.programme.of(FormSettings),
            request.office.clock(),
        )
        pages = pages_of(fields)
        is_last = page is not None and not self.is_reviewed and next_page(fields, answers, page) is None
        carried = Carried(answers, state.seed, state.begun)
        return render_page(
            request,
            self.template,
            title=asked.title,
            here=self.here,
            refused=refused,
            status=422 if state.turn.wrong else None,
            lead=asked.lead,
            note=asked.note,
            address=request.http.url.path,
            questions=_questions(state, language),
            page=REVIEW if page is None else page,
            pages=len(pages) + self.is_reviewed,
            number=len(pages) + 1 if page is None else pages.index(page) + 1,
            has_back=page is None or previous_page(fields, answers, page) is not None,
            is_review=page is None,
            is_last=page is None or is_last,
            carried=carry(self._key(request), asked.version.form_id.bytes + state.run, carried, at, limits),
            warning=self.warn(request, asked, answers) if page is None else None,
            is_kiosk=self.is_kiosk,
            refresh=self._refresh(request, state) if self.is_kiosk else None,
            governorates=Governorate.choices(language),
            wilayats=[one.name_ar if language == "ar" else one.name_en for one in wilayats().values()],
            **{**asked.more, **state.beside},
        )

    def _refresh(self, request: PortalRequest, state: _State) -> Refresh:
        limits, page = request.office.programme.of(AdmissionSettings), state.turn.page
        fields = state.asked.version.fields
        asked = () if page is None else asked_on(fields, page, state.turn.answers)
        is_typed = any(one.kind not in _TOUCHED for one in asked)
        seconds = limits.typing_screen_seconds if is_typed else limits.screen_seconds
        return Refresh(seconds, start_url(request, request.http.url.path))

    def _begin_run(self, request: PortalRequest) -> bytes:
        if not self.is_kiosk:
            return b""
        run = secrets.token_hex(16)
        request.keep_secret(
            RUN_COOKIE, run, int(request.office.programme.of(FormSettings).carried_for.total_seconds())
        )
        return run.encode()

    def _run(self, request: PortalRequest) -> bytes:
        """Empty where a browser is one person's; at a kiosk without a run nothing that was carried is taken."""
        return (request.read_secret(RUN_COOKIE) or "none").encode() if self.is_kiosk else b""

    def _key(self, request: PortalRequest) -> bytes:
        return request.office.programme.of(HubKey).secret


def clears_to(request: PortalRequest, path: str) -> Refresh:
    """A screen of a kiosk that asks nothing, such as one of thanks: after the kiosk's time the next person begins at ``path``."""
    seconds = request.office.programme.of(AdmissionSettings).screen_seconds
    return Refresh(seconds, start_url(request, f"{MOUNT}{path}"))


def _seconds(request: PortalRequest) -> int:
    return int(request.office.clock().timestamp())


def _turn(fields: Fields, answers: Answers, sent: Form) -> Turn:
    """What the button that was pressed leads to."""
    here, page = sent.text("page"), _page(fields, sent)
    if sent.text("go") == "back":
        return go_back(fields, page, answers, sent.fields)
    if page is None:
        return finish(fields, answers) if here == REVIEW else begin(fields)
    return go_on(fields, page, answers, sent.fields)


def _page(fields: Fields, sent: Form) -> int | None:
    """From which page it was sent; None from the one where all is read once more."""
    here = sent.text("page")
    return int(here) if here.isdecimal() and int(here) in pages_of(fields) else None


def _questions(state: _State, language: Language) -> list[Question]:
    """Those of the page; at the end all that were asked."""
    fields, turn = state.asked.version.fields, state.turn
    if turn.page is None:
        return [_question(one, state, language) for one in fields if one.code not in turn.answers.not_asked]
    return [_question(one, state, language) for one in asked_on(fields, turn.page, turn.answers)]


def _question(asked: FormField, state: _State, language: Language) -> Question:
    sent, answers = state.sent, state.turn.answers
    value = answers.values.get(asked.code)
    is_na = asked.code in answers.not_applicable if sent is None else bool(sent.text(f"{asked.code}.na"))
    wrong = next((one for one in state.turn.wrong if one.code == asked.code), None)
    chosen = set(_codes(value)) if sent is None else set(sent.all(asked.code))
    return Question(
        asked,
        asked.name_ar if language == "ar" else asked.name_en,
        asked.help_ar if language == "ar" else asked.help_en,
        _text(value) if sent is None else sent.text(asked.code),
        _parts(value, asked, sent),
        [(code, name, code in chosen) for code, name in _choices(asked, state.seed, language)],
        is_na,
        "" if wrong is None else catalogue(_TEXTS).text(f"answer.{wrong.fault}", language, limit=wrong.limit),
    )


def _choices(asked: FormField, seed: int, language: Language) -> list[tuple[str, str]]:
    """What is to be chosen among: of a scale each point, with its name where it has one."""
    named = {
        choice.code: choice.name_ar if language == "ar" else choice.name_en
        for choice in in_order(asked, seed)
    }
    if asked.kind is FieldKind.SCALE and asked.bounds is not None:
        points = range(asked.bounds.least, asked.bounds.most + 1)
        return [(str(point), named.get(str(point), "")) for point in points]
    return list(named.items())


def _codes(value: Value | None) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None or isinstance(value, Mapping) else (str(value),)


def _text(value: Value | None) -> str:
    if value is None or isinstance(value, tuple | Mapping):
        return ""
    return ("1" if value else "") if isinstance(value, bool) else str(value)


def _parts(value: Value | None, asked: FormField, sent: Form | None) -> Mapping[str, str]:
    names = ("governorate", "wilayat", "longitude", "latitude")
    if sent is not None:
        return {name: sent.text(f"{asked.code}.{name}") for name in names}
    return value if isinstance(value, Mapping) else {}
