"""A list as a page: its table, what it is chosen and sorted by, a file of all of it, and steps for many rows at once.

Everything that is chosen stands in the address, which can be sent to a colleague. No script is needed for any of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.lists import service
from casework.lists.model import DeskList, Filter, Found, Place, Row, Wanted
from casework.lists.rules import address_of, is_asked, text_of, wanted_of
from casework.lists.settings import ListSettings
from casework.programme import Session
from casework.tasks import service as tasks
from casework.tasks.model import Task, Tasks
from casework.workflow.errors import ReasonMissing
from casework.workflow.model import Machine
from casework.workflow.rules import needs_words, takes_words
from casework.workflow.wording import Label
from citycore.language import Language
from hub_api.programme.kit.addresses import named, names_in
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, plain
from hub_api.programme.kit.pages import Onward, Page
from hub_api.programme.kit.rendering import WORDS, headers
from hub_api.programme.kit.request import PortalRequest
from hub_api.serving.exports.text import BYTE_ORDER_MARK, csv_lines

#: What a form of many rows means: those that were ticked, all that the page shows, or all that match.
CHOSEN, SHOWN, MATCHING = "chosen", "shown", "matching"
#: What a choice of a filter is called.
NameOf = Callable[[str, Language], str]
_CSV = "csv"
#: Of every list, in the order in which they are declared.
PATHS: list[str] = []


class Deed(NamedTuple):
    """What can be done to many rows at once."""

    name: str
    label: Label
    reasons: tuple[tuple[str, Label], ...] = ()
    takes_words: bool = False
    needs_words: bool = False


@dataclass(frozen=True, slots=True)
class Bulk:
    """``take`` is what a page of one object does, too: it asks for rights and versions, and sends the mails."""

    deeds: tuple[Deed, ...]
    take: Callable[[Session, UUID, str, Any, str | None], object]


class FilterLabel(NamedTuple):
    """How a filter is labelled, and what its choices are called."""

    label: str
    name_of: NameOf | None = None


class Option(NamedTuple):
    code: str
    text: str
    number: int | None
    is_chosen: bool


class Field(NamedTuple):
    """A filter as the form of the list shows it."""

    name: str
    kind: str
    label: str
    value: str
    options: Sequence[Option]


class Heading(NamedTuple):
    """``query`` sorts by it, or the other way round; ``sorted`` is how it is sorted by it now."""

    text: str
    query: str | None
    sorted: str | None


class Cell(NamedTuple):
    value: Any
    link: str | None


class Line(NamedTuple):
    """A row: ``sent`` is what its box sends, with the version that was seen."""

    sent: str
    name: str
    cells: Sequence[Cell]


class Listed(NamedTuple):
    """What the template shows of a list. Addresses are queries; ``total`` is of all pages."""

    path: str
    query: str
    fields: Sequence[Field]
    sort: str
    is_narrowed: bool
    is_asked_first: bool
    headings: Sequence[Heading]
    lines: Sequence[Line]
    total: int
    is_more: bool
    before: str | None
    after: str | None
    deeds: Sequence[Deed]
    bulk_rows_max: int
    empty: str
    beside: Mapping[str, str]
    #: That people are shown is noted, and they see it.
    is_noted: bool
    #: What the list is for, what can be begun from it, and what of it waits for the reader.
    lead: str | None
    begins: Sequence[tuple[str, str]] = ()
    waiting: Sequence[tuple[Label, Task]] = ()


@dataclass(frozen=True)
class ListPage:
    """The page of a list at ``path``. ``title`` and ``empty`` are texts: what it is called, and what comes here and when.

    ``template`` extends ``kit/lists/list.html``, whose blocks ``above`` and ``below`` show what ``more`` gives; ``fields`` say how filters
    are called, by their names. What stands in the address of an object that the list belongs to comes to ``desk`` and ``more``.
    """

    router: APIRouter
    path: str
    desk: DeskList
    columns: tuple[Column, ...]
    _: KW_ONLY
    guard: Callable[[PortalRequest], object]
    here: str
    title: str
    empty: str
    fields: Mapping[str, FilterLabel] = field(default_factory=dict)
    bulk: Bulk | None = None
    #: Lists beside it, as the text that names each and its path.
    beside: Mapping[str, str] = field(default_factory=dict)
    #: What stands above it: a text, the text of each button with its path, and what waits for the reader.
    lead: str | None = None
    begins: tuple[tuple[str, str], ...] = ()
    may_begin: Callable[[Session], bool] = lambda _: True
    tasks: Tasks | None = None
    template: str = "kit/lists/list.html"
    more: Callable[..., Mapping[str, Any]] = lambda *_: {}
    object_guard: Callable[..., object] | None = None
    vocabulary: Callable[[PortalRequest], dict[str, Any]] = lambda _: {}
    #: For what else is sent from it; its kind is that of the page at ``path``.
    page: Any = field(init=False)

    def __post_init__(self) -> None:
        look = named(self.show_rows, self.path)
        page: Page[*tuple[UUID, ...]] = Page(
            self.router,
            self.path,
            self.template,
            look,
            guard=self.guard,
            object_guard=self.object_guard or self.desk.values,
            title=self.title,
            here=self.here,
            vocabulary=self.vocabulary,
            instead=self._send_file,
        )
        object.__setattr__(self, "page", page)
        PATHS.append(self.path)
        if self.bulk is not None:
            page.take("bulk", "bulk_done", self._take)

    def show_rows(self, session: Session, request: PortalRequest, *ids: UUID) -> dict[str, Any]:
        wanted = self._wanted(request)
        found = service.read(session, self.desk, wanted, *ids)
        listed = self._listed(request, wanted, found, session.of(ListSettings).bulk_rows_max, ids)
        if self.tasks is not None:
            called = {one.kind: one.label for one in self.tasks.waits}
            waiting = [(called[one.kind], one) for one in tasks.of(session, self.tasks).tasks]
            listed = listed._replace(waiting=waiting)
        begins = self.begins if self.may_begin(session) else ()
        return {"listed": listed._replace(begins=begins), **self.more(session, request, *ids)}

    def _listed(
        self, request: PortalRequest, wanted: Wanted, found: Found, most: int, ids: tuple[UUID, ...]
    ) -> Listed:
        language, query = request.language, urlencode(address_of(self.desk, wanted))
        defaults = {one.name: one.default for one in self.desk.filters}
        return Listed(
            self._own_path(ids),
            query,
            [
                self._field(one, wanted, found, language)
                for one in self.desk.filters
                if one.name in self.fields
            ],
            "" if wanted.sort == self.desk.first else wanted.sort,
            dict(wanted.chosen) != defaults or wanted.after is not None or wanted.before is not None,
            self.desk.asked_first and not is_asked(wanted),
            [self._heading(one, wanted, language) for one in self.columns],
            [self._line(row, language) for row in found.rows],
            found.total,
            found.is_more,
            self._onward(wanted, "before", found.before),
            self._onward(wanted, "after", found.after),
            () if self.bulk is None else self.bulk.deeds,
            most,
            WORDS.text(self.empty, language),
            self.beside,
            self.desk.noted is not None,
            self.lead,
        )

    def _field(self, one: Filter, wanted: Wanted, found: Found, language: Language) -> Field:
        shown, value = self.fields[one.name], wanted.chosen[one.name]
        options = [
            Option(
                choice,
                choice if shown.name_of is None else shown.name_of(choice, language),
                found.counts.get(choice, 0) if choice in one.counts else None,
                choice == value,
            )
            for choice in one.choices
        ]
        return Field(one.name, one.kind, WORDS.text(shown.label, language), value, options)

    def _heading(self, column: Column, wanted: Wanted, language: Language) -> Heading:
        text = WORDS.text(column.title, language)
        if column.sort is None:
            return Heading(text, None, None)
        sort = column.sort.format(language=language)
        is_own = wanted.sort.removeprefix("-") == sort
        next_sort = f"-{sort}" if is_own and not wanted.is_descending else sort
        query = urlencode(address_of(self.desk, wanted, sort=next_sort))
        now = "descending" if wanted.is_descending else "ascending"
        return Heading(text, query, now if is_own else None)

    def _line(self, row: Row, language: Language) -> Line:
        cells = [
            Cell(one.cell(row, language), None if one.link is None else one.link.format_map(row))
            for one in self.columns
        ]
        return Line(f"{row[self.desk.key]}:{row.get('version', '')}", str(plain(cells[0].value) or ""), cells)

    def _onward(self, wanted: Wanted, name: str, place: Place | None) -> str | None:
        if place is None:
            return None
        return urlencode({**address_of(self.desk, wanted), name: text_of(place)})

    def _wanted(self, request: PortalRequest) -> Wanted:
        try:
            return wanted_of(self.desk, request.http.query_params)
        except (ValueError, OverflowError) as error:
            raise FormUnreadable from error

    def _own_path(self, ids: tuple[UUID, ...]) -> str:
        return self.path.format(**dict(zip(names_in(self.path), ids, strict=True)))

    async def _send_file(self, request: PortalRequest, *ids: UUID) -> Response | None:
        """The whole list as it is chosen and sorted, for a spreadsheet."""
        if request.query("as") != _CSV:
            return None
        rows = await request.look(service.read_all, self.desk, self._wanted(request), *ids)
        language = request.language
        titles = [WORDS.text(one.title, language) for one in self.columns]
        cells = ([plain(one.cell(row, language)) for one in self.columns] for row in rows)
        name = re.sub("[^a-z]+", "-", re.sub(r"\{\w+\}", "", self.path)).strip("-")
        fields = headers(request.office, language) | {
            "Content-Disposition": f'attachment; filename="{name}-{request.office.clock():%Y%m%d}.csv"'
        }
        content = BYTE_ORDER_MARK + b"".join(csv_lines([titles, *cells]))
        return request.finish(Response(content, media_type="text/csv", headers=fields))

    async def _take(self, request: PortalRequest, ids: tuple[UUID, ...]) -> object:
        form, wanted, bulk = await request.form(), self._wanted(request), self.bulk
        assert bulk is not None
        deed = next((one for one in bulk.deeds if one.name == form.text("event")), None)
        if deed is None:
            raise FormUnreadable
        reason = _reason_in(form, deed)

        def act(session: Session) -> service.Outcome:
            chosen = self._chosen(session, form, wanted, ids)
            return service.take_each(
                session,
                self.desk,
                chosen,
                lambda own, one, seen: bulk.take(own, one, deed.name, seen, reason),
            )

        outcome = await request.act(act)
        if not outcome.refused:
            query = urlencode(address_of(self.desk, wanted))
            return Onward(f"{self._own_path(ids)}?{query}" if query else self._own_path(ids))
        known = await request.look(
            service.find_some, self.desk, [one.object_id for one in outcome.refused], *ids
        )
        refused = [
            (self._called(known.get(one, None), request.language), why) for one, why in outcome.refused
        ]
        return await self.page.show(
            request,
            *ids,
            done=outcome.done,
            not_done=[(name, why.text(request.language)) for name, why in refused],
        )

    def _called(self, row: Row | None, language: Language) -> str:
        return "" if row is None else str(plain(self.columns[0].cell(row, language)) or "")

    def _chosen(
        self, session: Session, form: Form, wanted: Wanted, ids: tuple[UUID, ...]
    ) -> list[tuple[UUID, int | None]]:
        which = form.text("which") or CHOSEN
        if which == MATCHING:
            return service.find_matching(session, self.desk, wanted, form.number("total"), *ids)
        if which not in {CHOSEN, SHOWN}:
            raise FormUnreadable
        return [_sent(one) for one in form.all(which)]


def bulk_steps(
    machine: Machine[Any],
    events: Sequence[str],
    take: Callable[[Session, UUID, str, Any, str | None], object],
) -> Bulk:
    """Steps of a workflow for many at once; each is taken from whatever state it leads from."""
    return Bulk(tuple(_deed(machine, event) for event in events), take)


def states_of(machine: Machine[Any], groups: Mapping[str, str] | None = None) -> NameOf:
    """What states are called, and groups of them or other choices, which have texts of their own."""
    own = groups or {}
    return lambda name, language: (
        WORDS.text(own[name], language) if name in own else machine.label("state", name).text(language)
    )


def labels_of(label: Callable[[str], Label]) -> NameOf:
    """What codes are called."""
    return lambda name, language: label(name).text(language)


def texts_of(prefix: str) -> NameOf:
    """What choices are called that have texts of the pages."""
    return lambda name, language: WORDS.text(f"{prefix}.{name}", language)


def _deed(machine: Machine[Any], event: str) -> Deed:
    steps = machine.steps_by(event)
    reasons = {
        reason: machine.label("reason", reason)
        for step in steps
        if step.reason is None
        for reason in machine.state(step.target).reasons
    }
    return Deed(
        event,
        machine.label("event", event),
        tuple(reasons.items()),
        any(takes_words(machine, step) for step in steps),
        any(needs_words(machine, step, None) for step in steps),
    )


def _reason_in(form: Form, deed: Deed) -> str | None:
    """Why, where the deed has reasons: of those alone; :class:`ReasonMissing`."""
    if not deed.reasons:
        return None
    chosen = form.text("reason").removeprefix(f"{deed.name}:")
    if chosen not in dict(deed.reasons):
        raise ReasonMissing
    return chosen


def _sent(text: str) -> tuple[UUID, int | None]:
    """A row that a box stands for, and the version that was seen; :class:`FormUnreadable`."""
    key, _, version = text.partition(":")
    try:
        return UUID(key), int(version) if version else None
    except ValueError as error:
        raise FormUnreadable from error
