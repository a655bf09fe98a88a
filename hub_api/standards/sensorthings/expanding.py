"""``$expand``: for all entities of a page at once, a statement or two for each navigation property."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import repeat
from time import monotonic
from typing import Final
from urllib.parse import quote

from psycopg import sql

from hub_api.serving.database import Row
from hub_api.serving.errors import QueryTooLong
from hub_api.serving.turns import AT_ONCE, both, in_order, in_turns, parts_of
from hub_api.standards.sensorthings.archived import Archive, Limit, Subject
from hub_api.standards.sensorthings.budget import Budget, Written, bytes_of
from hub_api.standards.sensorthings.columns import NULL, dumped, plain
from hub_api.standards.sensorthings.compiling.each import Span, count_each, each
from hub_api.standards.sensorthings.compiling.statements import TIME, Question
from hub_api.standards.sensorthings.compiling.streams import Narrowed, key_array
from hub_api.standards.sensorthings.compiling.windows import Window, window_of
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import ENTITIES, ENTITY_MAX, RESULT_TYPES, EntityType, Link
from hub_api.standards.sensorthings.shaping import Piece, Shaping, entities_of, key_of, link_of
from hub_api.standards.sensorthings.syntax.options import Expand, Options
from hub_api.standards.sensorthings.walking import Wanted

SAFE: Final = "$()',/:;=@*!~"
#: Of so many entities what is slow is looked for at once: while the database looks for the next, these are written. Fewer would cost it more.
SLOW_AT_ONCE: Final = 5 * AT_ONCE


@dataclass(frozen=True, slots=True)
class Members:
    """What a navigation property leads to: rows by the number of the entity that it belongs to."""

    rows: Sequence[Row]
    parents: Sequence[int]
    #: Of which there are more than are shown.
    has_more: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Page:
    """Entities of one kind: how they are told, and their rows."""

    shaping: Shaping
    rows: Sequence[Row]

    @property
    def numbers(self) -> list[int]:
        return [row[0] for row in self.rows]


@dataclass(slots=True)
class Expanded:
    """What is expanded in the entities of a page: pieces of their texts, and of how many entities each consists by that."""

    pieces: list[Piece]
    sizes: list[int] | None = None

    def add(self, pieces: list[Piece], sizes: list[int]) -> None:
        """One more branch; ``sizes`` is empty where it leads to no entity."""
        self.pieces += pieces
        if sizes:
            self.sizes = [one + more for one, more in zip(self.sizes or repeat(1), sizes, strict=False)]

    def parts(self, count: int) -> list[list[Piece]]:
        """The pieces of each part of so many entities."""
        places = [slice(begin, begin + AT_ONCE) for begin in range(0, count, AT_ONCE)]
        return [[(piece, column and column[some]) for piece, column in self.pieces] for some in places]


@dataclass(frozen=True, slots=True)
class Branch:
    """One entry of ``$expand``: along which link, with which options, and how what is there is told."""

    link: Link
    options: Options
    inner: Shaping


class Expander:
    """Of one request; ``left`` is how many more entities it may read."""

    def __init__(self, archive: Archive, root: str, now: datetime, left: int) -> None:
        self._archive = archive
        self._store = archive.store
        self._settings = archive.settings
        self._root = root
        self._now = now
        self._left = left
        self._budget = Budget(archive.settings)

    async def entities(self, shaping: Shaping, rows: Sequence[Row], expands: Sequence[Expand]) -> list[bytes]:
        """Each as JSON: its own members, and what is expanded in it. ``RequestInvalid`` where that is more than an answer may have."""
        return (await self._written(shaping, rows, expands)).texts

    async def _written(self, shaping: Shaping, rows: Sequence[Row], expands: Sequence[Expand]) -> Written:
        """While the database looks for one the other is written. What is written is held no longer than it is needed."""
        if not rows:
            await self._expand(Page(shaping, rows), expands)
            return Written([])
        asked = parts_of(rows, SLOW_AT_ONCE) if shaping.slow_columns else []
        async with in_order(lambda some: self._store.slow_of(shaping, some), asked) as slow:
            await asyncio.sleep(0)  # the database looks already while the rest is prepared
            own, expanded = await both(
                in_turns(lambda some: [shaping.pieces(some)], rows, AT_ONCE),
                self._expand(Page(shaping, rows), expands),
            )
            inner, sizes = expanded.parts(len(rows)), expanded.sizes
            del expanded
            self._budget.check_entities(len(rows) if sizes is None else sum(sizes))
            made: list[bytes] = []
            length = 0
            for part, begin in enumerate(range(0, len(rows), AT_ONCE)):
                pieces = [*own[part], *inner[part]]
                own[part], inner[part] = [], []
                if slow:
                    found = await slow[begin // SLOW_AT_ONCE]
                    first = begin % SLOW_AT_ONCE
                    pieces = shaping.with_slow(pieces, found[first : first + AT_ONCE])
                count = len(rows[begin : begin + AT_ONCE])
                length += bytes_of(pieces, count)
                self._budget.check_bytes(length)
                made += entities_of(pieces, count)
                await asyncio.sleep(0)  # it is the turn of other requests
        return Written(made, sizes)

    async def _expand(self, page: Page, expands: Sequence[Expand]) -> Expanded:
        """Names are checked even where there is no entity."""
        expanded = Expanded([])
        for one in expands:
            link = link_of(page.shaping.entity, one.navigation)
            branch = Branch(
                link, one.options, Shaping(ENTITIES[link.target], one.options, self._root, is_expanded=True)
            )
            expanded.add(*await (self._many(page, branch) if link.is_many else self._one(page, branch)))
        return expanded

    async def _grown(self, branch: Branch, rows: Sequence[Row]) -> Written:
        """The entities that a branch leads to, with their own branches."""
        self._take(len(rows))
        return await self._written(branch.inner, rows, branch.options.expand)

    async def _one(self, page: Page, branch: Branch) -> tuple[list[Piece], list[int]]:
        """The member of each entity of the page, and of how many entities it consists."""
        link, inner = branch.link, branch.inner
        keys: Sequence[int | None]
        if link.kind == "feature":
            keys = await self._store.features_of([(row[0], row[1]) for row in page.rows]) if page.rows else []
        else:
            place = page.shaping.hidden[link.source_column]
            keys = [row[place] for row in page.rows]
        question = self._question(inner.entity, replace(branch.options, order=()), RESULT_TYPES)
        question.with_keys(inner.entity.key, "keys")
        wanted = sorted({key for key in keys if key is not None})
        text = question.select(inner.columns, len(wanted) or 1, 0)
        found = (
            await self._store.rows(text, question.bound, question.spatial, {"keys": key_array(wanted)})
            if wanted
            else ()
        )
        made = await self._grown(branch, found)
        name = key_of(link.name)
        places = {row[0]: place for place, row in enumerate(found)}
        stands = [None if key is None else places.get(key) for key in keys]
        return (
            [(b"," + name + b"%b", [NULL if place is None else made.texts[place] for place in stands])],
            [0 if place is None else made.size(place) for place in stands],
        )

    async def _many(self, page: Page, branch: Branch) -> tuple[list[Piece], list[int]]:
        """The members of each entity of the page, and of how many entities they consist."""
        options, name = branch.options, branch.link.name
        default, most = self._settings.expanded_top_default, self._settings.expanded_top_max
        top = default if options.top is None else min(options.top, most)
        members = await self._members(page, branch, top)
        made = await self._grown(branch, members.rows)
        grouped: dict[int, list[bytes]] = defaultdict(list)
        sizes: Counter[int] = Counter()
        for place, (parent, one) in enumerate(zip(members.parents, made.texts, strict=True)):
            grouped[parent].append(one)
            sizes[parent] += made.size(place)
        counts = await self._counts(page, branch) if options.count else {}
        key, count, more = (b"," + key_of(one) for one in (name, f"{name}@iot.count", f"{name}@iot.nextLink"))
        numbers = page.numbers
        pieces: list[Piece] = []
        if options.count:
            pieces.append((count + b"%b", [b"%d" % counts.get(number, 0) for number in numbers]))
        pieces.append((key + b"[%b]", [b",".join(grouped.get(number, ())) for number in numbers]))
        if members.has_more and top:
            links = page.shaping.self_links(plain(numbers))
            onward = dumped(f"/{name}?{_onward(options, top)}")[1:]
            if members.has_more.issuperset(numbers):
                pieces.append((more + b'"%b' + onward.replace(b"%", b"%%"), links))
            else:
                told = zip(numbers, links, strict=True)
                pieces.append(
                    (
                        b"%b",
                        [
                            b'%b"%b%b' % (more, link, onward) if number in members.has_more else b""
                            for number, link in told
                        ],
                    )
                )
        return pieces, [sizes[number] for number in numbers]

    async def _members(self, page: Page, branch: Branch, top: int) -> Members:
        source, link = page.shaping.entity, branch.link
        if link.target == "Observation" and source.name == "Datastream":
            return await self._observations(page, branch, top)
        if link.kind == "observations_of_feature":
            return await self._of_features(page, branch, top)
        question = self._question(branch.inner.entity, branch.options, RESULT_TYPES)
        if source.name == "Thing" and link.kind == "many":
            return await self._few(question, page, branch, top)
        return await self._each(question, branch, page.numbers, top)

    async def _of_features(self, page: Page, branch: Branch, top: int) -> Members:
        subjects = await self._archived_of_features(page, branch)
        question = self._question(branch.inner.entity, branch.options, RESULT_TYPES)
        stored = [one for one in page.numbers if one not in subjects]
        return _joined(
            [await self._each(question, branch, stored, top), await self._archived(branch, subjects, top)]
        )

    async def _archived_of_features(self, page: Page, branch: Branch) -> dict[int, Subject]:
        """What is asked about each feature of interest whose observations may lie in the archive."""
        window = window_of(branch.options.filter)
        if await self._archive.let_go(None, window) is None:
            return {}
        subjects = {}
        until = monotonic() + self._settings.walk_seconds_max
        for feature in page.numbers:
            if monotonic() > until:
                raise RequestInvalid("$expand", "expand_of_archived")
            narrowed = await self._store.narrowed_to_feature(feature)
            make = partial(self._at_feature, branch, feature, narrowed)
            subject = await self._archive.subject(make, narrowed.numbers, window)
            if subject is not None:
                subjects[feature] = subject
        return subjects

    def _at_feature(self, branch: Branch, feature: int, narrowed: Narrowed) -> Question:
        question = self._question(branch.inner.entity, branch.options, narrowed.result_types)
        question.among(narrowed.numbers)
        assert narrowed.spans is not None
        question.at_feature(question.bound.bind(feature, "whole"), narrowed.spans)
        return question

    async def _of_streams(self, branch: Branch, kind: str, numbers: list[int], top: int) -> Members:
        subjects = await self._archived_of_streams(branch, kind, numbers) if top else {}
        question = self._question(branch.inner.entity, branch.options, (kind,))
        stored = [one for one in numbers if one not in subjects]
        if subjects and question.by_id is not None and not branch.options.skip:
            archived = await self._first_of_each(branch, kind, list(subjects), top)
        else:
            archived = await self._archived(branch, subjects, top)
        return _joined([await self._each(question, branch, stored, top), archived])

    async def _first_of_each(self, branch: Branch, kind: str, numbers: Sequence[int], top: int) -> Members:
        """The first page of each, of all at once."""
        span = Span(top + 1, 0, ENTITY_MAX)
        found = await self._archive.first_of_each(
            lambda: self._question(branch.inner.entity, branch.options, (kind,)),
            lambda question: each(question, branch.link, branch.inner.columns, span),
            numbers,
            window_of(branch.options.filter),
            Limit(top + 1, self._left + len(numbers)),
        )
        return Members(
            [row for rows in found.values() for row in rows[:top]],
            [number for number, rows in found.items() for _ in rows[:top]],
            frozenset(number for number, rows in found.items() if len(rows) > top),
        )

    async def _archived_of_streams(
        self, branch: Branch, kind: str, numbers: Sequence[int]
    ) -> dict[int, Subject]:
        """What is asked about each of these datastreams whose observations may lie in the archive."""
        window = window_of(branch.options.filter)
        let_go = await self._archive.let_go(numbers, window)
        if let_go is None:
            return {}
        return {
            number: Subject(
                partial(self._of_stream, branch, kind, number),
                [number],
                window,
                replace(let_go, streams=(number,)),
            )
            for number in let_go.streams
        }

    def _of_stream(self, branch: Branch, kind: str, number: int) -> Question:
        question = self._question(branch.inner.entity, branch.options, (kind,))
        question.reached_from(branch.link, question.bound.bind(number, "whole"))
        return question

    async def _archived(self, branch: Branch, subjects: Mapping[int, Subject], top: int) -> Members:
        """A page of each, one after the other; ``RequestInvalid`` where these are not found in the time of one page."""
        until = monotonic() + self._settings.walk_seconds_max
        rows: list[Row] = []
        parents: list[int] = []
        has_more = set()
        for number, subject in subjects.items() if top else ():
            wanted = Wanted(branch.inner.columns, top, branch.options.skip or 0, None)
            walked = await self._archive.page(subject, wanted)
            shown = walked.rows[:top]
            is_cut = len(walked.rows) <= top and walked.token is not None
            if is_cut or monotonic() > until or len(rows) + len(shown) > self._left:
                raise RequestInvalid("$expand", "expand_of_archived")
            rows += shown
            parents += [number] * len(shown)
            if len(walked.rows) > top:
                has_more.add(number)
        return Members(rows, parents, frozenset(has_more))

    async def _each(self, question: Question, branch: Branch, parents: list[int], top: int) -> Members:
        """A page of each entity."""
        span = Span(top + 1 if top else 0, branch.options.skip or 0, self._left + 1)
        text = each(question, branch.link, branch.inner.columns, span)
        return _cut(await self._asked(text, question, parents), top)

    async def _few(self, question: Question, page: Page, branch: Branch, top: int) -> Members:
        """Of what each has few, all are read at once and cut here: a page of each would take longer."""
        column = branch.link.target_column
        question.with_keys(column, "parents")
        owner = sql.SQL("e.{}").format(sql.Identifier(column))
        text = question.select([owner, *branch.inner.columns], self._left + 1, 0)
        return _cut(await self._asked(text, question, page.numbers), top, branch.options.skip or 0)

    async def _observations(self, page: Page, branch: Branch, top: int) -> Members:
        """Datastreams of different types have their observations in different tables."""
        found: list[Members] = []
        for kind, numbers in _by_type(page).items():
            if top == 1 and _asks_newest(branch.options):
                found.append(await self._newest(branch, kind, numbers))
            else:
                found.append(await self._of_streams(branch, kind, numbers, top))
        return _joined(found)

    async def _newest(self, branch: Branch, kind: str, numbers: list[int]) -> Members:
        """The newest of each, which is kept beside all the others."""
        question = self._question(branch.inner.entity, replace(branch.options, order=()), ("newest",))
        question.with_keys("datastream_id", "parents")
        text = question.select(branch.inner.columns, len(numbers), 0)
        rows = await self._asked(text, question, numbers)
        has_more = await self._store.with_older(kind, numbers)
        let_go = await self._archive.let_go(numbers, Window())
        if let_go is not None:
            # Those of which the newest is not the only one may have all others in the archive.
            has_more |= frozenset(let_go.streams)
        return Members(rows, [row[0] for row in rows], has_more)

    async def _counts(self, page: Page, branch: Branch) -> dict[int, int]:
        subjects: dict[int, Subject] = {}
        if branch.link.kind == "observations_of_feature":
            subjects = await self._archived_of_features(page, branch)
        elif branch.link.target == "Observation":
            for kind, numbers in _by_type(page).items():
                subjects |= await self._archived_of_streams(branch, kind, numbers)
        question = self._question(ENTITIES[branch.link.target], branch.options, RESULT_TYPES)
        text = count_each(question, branch.link)
        stored = [one for one in page.numbers if one not in subjects]
        counts = {row[0]: row[1] for row in await self._asked(text, question, stored)}
        until = monotonic() + self._settings.count_seconds_max
        for number, subject in subjects.items():
            if monotonic() > until:
                raise QueryTooLong
            counts[number] = await self._archive.count(subject)
        return counts

    async def _asked(self, text: sql.Composable, question: Question, parents: list[int]) -> Sequence[Row]:
        if not parents:
            return ()
        return await self._store.rows(text, question.bound, question.spatial, {"parents": key_array(parents)})

    def _question(self, entity: EntityType, options: Options, types: tuple[str, ...]) -> Question:
        return Question(entity, options, self._settings, self._now, types)

    def _take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise RequestInvalid("$expand", "too_many_entities", maximum=self._settings.entities_max)


def _by_type(page: Page) -> dict[str, list[int]]:
    """The datastreams of a page by the type of their results."""
    place = page.shaping.hidden["result_type"]
    by_type: dict[str, list[int]] = defaultdict(list)
    for row in page.rows:
        by_type[row[place]].append(row[0])
    return by_type


def _joined(some: Sequence[Members]) -> Members:
    return Members(
        [row for one in some for row in one.rows],
        [parent for one in some for parent in one.parents],
        frozenset().union(*(one.has_more for one in some)),
    )


def _cut(rows: Sequence[Row], top: int, skip: int = 0) -> Members:
    """At most ``top`` of each, behind the first ``skip``; the first column is whose they are."""
    numbers = [row[0] for row in rows]
    if not skip and max(Counter(numbers).values(), default=0) <= top:
        return Members([row[1:] for row in rows], numbers)
    seen: dict[int, int] = defaultdict(int)
    shown, parents, more = [], [], set()
    for row in rows:
        number = row[0]
        place = seen[number]
        seen[number] = place + 1
        if place < skip:
            continue
        if place >= skip + top:
            more.add(number)
            continue
        shown.append(row[1:])
        parents.append(number)
    return Members(shown, parents, frozenset(more))


def _asks_newest(options: Options) -> bool:
    if options.skip or options.filter is not None or len(options.order) != 1:
        return False
    only = options.order[0]
    return only.expression == TIME and only.is_descending


def _onward(options: Options, top: int) -> str:
    """The query of the next page: every option as it was written, but for where the page begins."""
    kept = [(name, value.strip()) for name, value in options.written if name not in ("$skip", "$top")]
    if options.top is not None:
        kept.append(("$top", str(top)))
    pairs = [*kept, ("$skip", str((options.skip or 0) + top))]
    return "&".join(f"{quote(name, safe=SAFE)}={quote(value, safe=SAFE)}" for name, value in pairs)
