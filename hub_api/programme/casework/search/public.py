"""``/v1/search``: everything that everybody may see, by words, by kind and by governorate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import Field

from casework.search.settings import FindSettings
from casework.search.statements import QUERIES
from casework.workflow.wording import Label
from hub_api.programme.casework.search.finding import Hit, Wanted, find
from hub_api.programme.open_data.elements import Filled, From, Worded, cell_of
from hub_api.programme.open_data.lists import OpenList, by_parts, number_in
from hub_api.programme.open_data.shapes import Governorate, OneOf, PlainExportQuery
from hub_api.serving.database import Reader
from hub_api.serving.lists.model import Fetch
from hub_api.serving.paging import Key
from hub_api.serving.schemas import Names, Schema
from programme.registry import NOUNS

FindableKind = Annotated[str, OneOf(tuple(NOUNS.findables))]
_SETTINGS = FindSettings()


class SearchParameters(PlainExportQuery):
    q: Annotated[str, Field(max_length=_SETTINGS.question_characters_max)] | None = None
    kind: FindableKind | None = None
    governorate: Governorate | None = None


def kind_label(code: str) -> Label:
    return NOUNS.findables[code].many


class FoundElement(Schema):
    kind: FindableKind
    kind_name: Annotated[Names, Worded(kind_label)] = Field(description="What many of its kind are called")
    id: Annotated[str, From("key")] = Field(description="As the list of its kind names it")
    name: Annotated[Names, Filled()]
    text: Annotated[Names | None, Filled()]
    governorates: Annotated[list[Governorate], cell_of(" ".join)]
    at: datetime | None = Field(description="When it was published or begins, if it says so")
    path: str = Field(description="Where this hub shows it")
    score: int = Field(description="What it counts for these words; rows of one answer are ordered by it")


class _Row(NamedTuple):
    score: int
    kind: str
    key: str
    name_ar: str
    name_en: str
    text_ar: str | None
    text_en: str | None
    governorates: list[str]
    at: datetime | None
    path: str


class _Search(OpenList):
    """A list whose rows the index finds and the open views show."""

    def rows(self, filters: Mapping[str, object]) -> Fetch:
        texts = {name: None if value is None else str(value) for name, value in filters.items()}

        async def fetch(database: Reader, after: Key | None, rows: int) -> Sequence[_Row]:
            place = self.position(after)
            last = None
            if place["after_kind"] is not None:
                last = (int(str(place["after_score"])), str(place["after_kind"]), str(place["after_key"]))
            wanted = Wanted(rows, texts["kind"], texts["governorate"], after=last)
            found: list[_Row] = []
            while True:
                page = await find(database, texts["q"] or "", wanted, _SETTINGS)
                found += map(_row, page.hits)
                if len(page.places) < wanted.rows or len(found) >= rows:
                    return found
                # What was taken back a moment ago leaves room for what comes after it.
                kind, key, score = page.places[-1]
                wanted = wanted._replace(rows=rows - len(found), after=(score, kind, key))

        return fetch


def _row(hit: Hit) -> _Row:
    thing, titles = hit.thing, hit.titles()
    return _Row(
        hit.score,
        hit.findable.kind,
        str(thing.key),
        titles.ar or "",
        titles.en or "",
        thing.texts.ar or None,
        thing.texts.en or None,
        list(thing.governorates),
        thing.at,
        thing.path,
    )


SEARCH = _Search(
    name="search",
    package="hub_api.programme.casework.search",
    element=FoundElement,
    parameters=SearchParameters,
    position=by_parts(score=number_in, kind=str, key=str),
    key_columns=3,
    prefix="/v1",
    version=QUERIES["version"],
)
router = SEARCH.router()
