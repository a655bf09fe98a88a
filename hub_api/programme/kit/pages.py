"""Pages as they are declared: who may be there, what they show, and what can be sent from them.

A page is looked at in one transaction that sees one moment, and what is sent from it is done in another. The guards
run before a form is read. What goes wrong comes back on the same page, under the error's status, with what was typed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar, TypeVarTuple, cast
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Actor
from casework.files.model import Received, Store
from casework.notifications import service as notifications
from casework.programme import Programme, Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.undoing import UNDO
from citycore.errors import FalajError
from hub_api.programme.kit.addresses import add_route, argument, arguments_of, names_in
from hub_api.programme.kit.asking.proof import require_proof
from hub_api.programme.kit.drafts import keep_typed, settle
from hub_api.programme.kit.errors import FollowNeeded, FormForeign, FormTooLarge, FormUnreadable, SignInNeeded
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.outlook import Subject, outlook_on
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import Secret, keep
from hub_api.programme.kit.turning import at, start_of
from hub_api.programme.kit.uploads import upload

#: What the address of a page names, in its order: mostly one identifier, of a list none.
Ids = TypeVarTuple("Ids")
Rest = TypeVarTuple("Rest")
Sent = TypeVarTuple("Sent")
Value = TypeVar("Value")
#: What a form means; it raises what stands against it.
Read = Callable[[Form], Value]
#: Who is on no page of theirs, or sent nothing readable, gets a page that says so.
ERROR_PAGES = (
    NotAllowed,
    NoSuchObject,
    SignInNeeded,
    FollowNeeded,
    FormUnreadable,
    FormTooLarge,
    FormForeign,
)


class Onward(NamedTuple):
    """Where somebody is led when it is done, if not back to the page: a path without the mount; what is told there, if
    not the same as always; and the secret that is shown there this once.
    """

    path: str
    notice: str | None = None
    secret: Secret | None = None


#: What ``work`` gives instead where nothing is done yet: the page is shown again, with what was typed.
AGAIN: Final = "again"


@dataclass(frozen=True, slots=True)
class Several:
    """The store of a form that takes several files at once."""

    store: Callable[[PortalRequest], Store]

    def __call__(self, request: PortalRequest) -> Store:
        return self.store(request)


def anybody(request: PortalRequest) -> None:
    """The guard of what is public."""


def signed_in(request: PortalRequest) -> None:
    """The guard of whoever has an account; :class:`SignInNeeded`."""
    _ = request.person


def as_sent(form: Form) -> Form:
    """The reader of a form whose meaning depends on what it is about: whoever does it reads it."""
    return form


def step_of(form: Form, events: frozenset[str] | None = None) -> tuple[str, int, str | None]:
    """The step that a button takes, of which version, and why; :class:`NotAllowed` unless it is one of ``events``."""
    event, version = form.text("event"), form.number("version")
    if events is not None and event not in events and event != UNDO:
        raise NotAllowed
    return event, version, form.optional("reason")


@dataclass(frozen=True, slots=True)
class Page(Generic[*Ids]):
    """One address, what is to be seen there, and what its forms do. Its routes go into ``router``.

    ``look`` finds what the template shows, with the page's ``title`` unless that is always the text of that name, and
    with ``here`` and ``template`` where they depend on who looks.
    ``guard`` says who may be there at all; ``object_guard`` raises unless they may send something about this object,
    and is asked before a form is read. Whoever sends something is signed in, or follows something without an account, unless
    the page takes it from ``strangers`` too: it then counts them itself. ``beside`` finds, outside the transaction,
    what the open data knows of what the look found. ``noted`` is done before each time that it is shown, in a transaction
    of its own: that somebody reads it is logged, which no look may do.

    ``instead`` answers what asks the same address for something else than the page, such as a file of a list; None shows the page.
    ``subject`` is the object that the page is about: whoever has nothing to do there reads when something comes, or whose turn it is.
    ``keeping`` says what is kept of what people type and have not sent; a look gives it itself where that depends on the object.

    What is sent to the paths of ``proves`` needs whoever is signed in to have shown who they are not long ago.

    An address with a ``home`` is no page itself: what is sent to it leads back to the page whose path ``home`` gives.
    """

    router: APIRouter
    path: str
    template: str
    look: Callable[[Session, PortalRequest, *Ids], Mapping[str, Any]]
    _: KW_ONLY
    guard: Callable[[PortalRequest], object]
    object_guard: Callable[[Session, *Ids], object] | None = None
    home: Callable[[Session, *Ids], str] | None = None
    title: str = ""
    here: str
    strangers: bool = False
    keeping: Keeping = Keeping.WRITING
    tab: str | None = None
    subject: Subject | None = None
    vocabulary: Callable[[PortalRequest], dict[str, Any]] = lambda _: {}
    beside: Callable[[PortalRequest, Mapping[str, Any]], Awaitable[Mapping[str, Any]]] | None = None
    noted: Callable[[Session, *Ids], object] | None = None
    instead: Callable[[PortalRequest, *Ids], Awaitable[Response | None]] | None = None
    proves: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        async def get(request: PortalRequest, ids: tuple[*Ids]) -> Response:
            self.guard(request)
            other = None if self.instead is None else await self.instead(request, *ids)
            return other or await self.show(request, *ids)

        if self.home is None:
            self._add("GET", "", get)

    def post(
        self,
        path: str,
        read: Read[Value],
        notice: str,
        work: Callable[[Session, *Ids, Value], object],
        *,
        asks: str | None = None,
    ) -> None:
        """What a form sends to ``path`` below the page: how it is read, what is told when it is done, and who does it.
        A path that begins with a slash is an address of its own, which names what the page's names.

        Back to the page, unless ``work`` gives an :class:`Onward` or ``AGAIN``. ``asks`` names what cannot be taken back and is no
        step, such as ``offering.discard``: whoever sends it is asked first whether they mean it.
        """
        self._post(path, lambda form: (read(form),), notice, work, asks)

    def post_part(
        self,
        path: str,
        read: Read[Value],
        notice: str,
        work: Callable[[Session, *Ids, UUID, Value], object],
    ) -> None:
        """The same about a part of what the page shows: its identifier stands in ``path``."""
        self._post(path, lambda form: (read(form),), notice, work)

    def press_part(
        self,
        path: str,
        notice: str,
        work: Callable[[Session, *Ids, UUID], object],
        *,
        asks: str | None = None,
    ) -> None:
        """The same by a button alone."""
        self._post(path, lambda _: (), notice, work, asks)

    def press(
        self, path: str, notice: str, work: Callable[[Session, *Ids], object], *, asks: str | None = None
    ) -> None:
        """The same about the page itself."""
        self._post(path, lambda _: (), notice, work, asks)

    def edit(
        self,
        path: str,
        read: Read[Value],
        notice: str,
        work: Callable[[Session, *Ids, Value, int], object],
    ) -> None:
        """What somebody writes anew, with the version that they saw before."""
        self._post(path, lambda form: (read(form), form.number("version")), notice, work)

    def steps(
        self,
        move: Callable[[Session, *Ids, str, int, str | None], object],
        events: frozenset[str] | None = None,
        path: str = "step",
        notice: str = "step_taken",
    ) -> None:
        """The buttons of its workflow: all, or those of this page; ``move`` gets the event, the version, the reason.
        Those of decisions that are told later are sent to another ``path``.
        """
        self._post(path, lambda form: step_of(form, events), notice, move)

    def upload(
        self,
        path: str,
        store: Callable[[PortalRequest], Store],
        read: Callable[[Form, PortalRequest], Value],
        notice: str,
        work: Callable[[Session, *Ids, Value, Received], object],
    ) -> None:
        """A form with a file. The file is not looked into where ``read`` refuses what stands beside it. Of :class:`Several`,
        ``work`` is done with each, and those that are refused keep no others.
        """
        is_several = isinstance(store, Several)

        async def send(request: PortalRequest, ids: tuple[*Ids]) -> object:
            async def take(form: Form, received: Received) -> object:
                return await request.act(work, *ids, read(form, request), received)

            return await upload(
                request, store(request), take, lambda sent: read(sent, request), several=is_several
            )

        self.take(path, notice, send)

    def run(
        self,
        path: str,
        read: Read[Value],
        notice: str,
        work: Callable[[Programme, Actor, *Ids, Value], object],
    ) -> None:
        """What a form sends to a service that opens its own transactions."""

        async def answer(request: PortalRequest, *given: *tuple[*Ids, Value]) -> object:
            return await request.run(work, request.actor, *given)

        self.answer(path, read, notice, answer)

    def answer(
        self,
        path: str,
        read: Read[Value],
        notice: str,
        work: Callable[[PortalRequest, *Ids, Value], Awaitable[object]],
    ) -> None:
        """The same for work that asks somebody else between its transactions, or whose answer is no page of this one:
        an own :class:`Response` is sent as it is.
        """

        async def send(request: PortalRequest, ids: tuple[*Ids]) -> object:
            return await work(request, *ids, read(await request.form()))

        self.take(path, notice, send)

    async def show(
        self, request: PortalRequest, *ids: *Ids, refused: FalajError | None = None, **more: Any
    ) -> Response:
        """As it stands now, with what stands against what was sent if anything does, and what only one answer shows."""
        noted = self.noted
        if noted is not None:
            await request.act(noted, *ids)
        shown = await self._show(request, ids, refused, more)
        # A draft has rows more than the page begins with: it is shown once more, with as many.
        return await self._show(request, ids, refused, more) if request.restored else shown

    async def _show(
        self, request: PortalRequest, ids: tuple[*Ids], refused: FalajError | None, more: dict[str, Any]
    ) -> Response:
        request.refused = refused
        found = await request.look(self._look, request, *ids)
        if self.beside is not None:
            found = {**found, **await self.beside(request, found)}
        values = {"form": request.typed, "tab": self.tab, **self.vocabulary(request), **found, **more}
        request.keeping = values.pop("keeping", self.keeping)
        if values.pop("is_again", refused is not None):
            await keep_typed(request)
        title = values.pop("title", None) or WORDS.text(self.title, request.language)
        template, here = values.pop("template", self.template), values.pop("here", self.here)
        return render_page(request, template, title=title, here=here, refused=refused, **values)

    def _look(self, session: Session, request: PortalRequest, *ids: *Ids) -> Mapping[str, Any]:
        found = self.look(session, request, *ids)
        if self.subject is None:
            return found
        return {"outlook": outlook_on(session, self.subject, found), **found}

    def _post(
        self,
        path: str,
        read: Read[tuple[Any, ...]],
        notice: str,
        work: Callable[..., object],
        asks: str | None = None,
    ) -> None:
        async def send(request: PortalRequest, ids: tuple[*Ids], *parts: UUID) -> object:
            form = await request.form()
            values = read(form)
            if path in self.proves:
                await require_proof(request)

            def do(session: Session) -> object:
                made = work(session, *ids, *parts, *values)
                if asks is not None:
                    request.require_sure(asks, cast("tuple[UUID, ...]", (*ids, *parts))[-1])
                return made

            return await request.act(do)

        self.take(path, notice, send)

    def take(self, path: str, notice: str, send: Callable[..., Awaitable[object]]) -> None:
        """What is sent to ``path`` and read in no way above: ``send`` gets the request and what the page's address names."""
        parts = [name for name in names_in(path) if name not in names_in(self.path)]

        async def post(request: PortalRequest, ids: tuple[*Ids], **values: Any) -> Response:
            if not self.strangers:
                request.require_known()
            self.guard(request)
            request.keeping = self.keeping
            back = await self._back(request, ids)
            try:
                made = await send(request, ids, *(values[name] for name in parts))
            except ERROR_PAGES:
                await keep_typed(request)
                raise
            except FalajError as error:
                return await self.show(request, *ids, refused=error)
            if made is AGAIN:
                return await self.show(request, *ids, is_again=True)
            await settle(request)
            if request.signed is not None:
                await request.act(notifications.read_of, request.http.url.path.removeprefix(MOUNT))
            if isinstance(made, Response):
                return made
            if isinstance(made, Onward):
                if made.secret is not None:
                    keep(request, *made.secret)
                return request.go(made.path, made.notice or notice)
            return request.go(back, notice)

        self._add("POST", path, post, parts)

    async def _back(self, request: PortalRequest, ids: tuple[*Ids]) -> str:
        """The path that it leads back to, for whoever may send something here: of a long list the same part of it."""
        guard, home = self.object_guard, self.home
        path = self.path.format(
            **dict(zip(names_in(self.path), cast("tuple[object, ...]", ids), strict=True))
        )
        own = at(path, start_of(request))

        def look(session: Session) -> str:
            if guard is not None:
                guard(session, *ids)
            return own if home is None else home(session, *ids)

        return own if guard is None and home is None else await request.look(look)

    def _add(
        self, method: str, path: str, answer: Callable[..., Awaitable[Response]], parts: Sequence[str] = ()
    ) -> None:
        names = names_in(self.path)

        async def route(request: PortalRequest, **values: Any) -> Response:
            ids = tuple(values.pop(name) for name in names)
            return await answer(request, ids, **values)

        given = [*arguments_of(self.look, 2), *(argument(name, UUID) for name in parts)]
        below = f"{self.path}/{path}" if path else self.path
        add_route(self.router, method, path if path.startswith("/") else below, route, given)


def spread(
    work: Callable[[Session, UUID, *Sent], object],
) -> Callable[[Session, UUID, tuple[*Sent]], object]:
    """For work that takes apart what a form sent, as it was read."""
    return lambda session, object_id, sent: work(session, object_id, *sent)


def of_part(work: Callable[[Session, *Rest], object]) -> Callable[[Session, UUID, *Rest], object]:
    """For work on a part that need not know what the page is about."""
    return lambda session, _, *rest: work(session, *rest)
