"""What can be asked, as values: where, with which parameters, and what the answer becomes.

The signatures here are those of the methods of both clients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, Literal, Self, TypeVar
from urllib.parse import quote

from falaj_client.catalogue import BulkFile, Dataset
from falaj_client.model import (
    Datastream,
    Latest,
    Ledger,
    Observation,
    ObservedProperty,
    Place,
    Source,
    Statistics,
    Thing,
)
from falaj_client.parameters import (
    Parameters,
    Several,
    box_text,
    given,
    instant_text,
    names_text,
    several,
    single,
)
from falaj_client.parsing import Json, parse
from falaj_client.programme import Award, Challenge, Hackathon, Result, Submission

#: Datasets on a page, at most.
PAGE_DATASETS_MAX = 1_000

Element = TypeVar("Element")
Order = Literal["asc", "desc"]
Box = tuple[float, float, float, float]
Circle = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class One(Generic[Element]):
    """A question with one answer; ``parse`` takes the whole JSON of it."""

    path: str
    parameters: Parameters = ()
    parse: Callable[[Json], Element]


@dataclass(frozen=True, slots=True, kw_only=True)
class Many(Generic[Element]):
    """A question with a list as its answer, at most ``limit`` elements of it."""

    element: type[Element]
    path: str
    parameters: Parameters = ()
    limit: int | None = None
    rows_key: str = "data"
    #: Only then does the API take ``limit`` and ``cursor``.
    is_paged: bool = True
    #: The largest page that the API sends of it, where that is smaller than of other lists.
    page_rows_max: int | None = None

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise ValueError("limit must be at least 1")

    @classmethod
    def of(
        cls,
        element: type[Element],
        path: str,
        limit: int | None = None,
        *,
        is_paged: bool = True,
        **filters: Any,
    ) -> Self:
        """A list of what the dataclass describes; ``path`` is what follows ``/v1/``."""
        parameters = given(**filters)
        return cls(element=element, path=f"/v1/{path}", parameters=parameters, limit=limit, is_paged=is_paged)

    def parse(self, row: Json) -> Element:
        """One element of the answer."""
        return parse(self.element, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located(Many[Element]):
    """A list of things that stand somewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(Many[Element]):
    """The history of datastreams, which can also be exported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What is heard of the live stream, from where on and for how long."""

    path: str
    parameters: Parameters
    last_event_id: str | None
    seconds: int | None


def things(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    thing: Several = None,
    source: Several = None,
    kind: Several = None,
    place: Several = None,
    observed_property: Several = None,
    bbox: Box | None = None,
    near: Circle | None = None,
    q: str | None = None,
    include: str | None = None,
    limit: int | None = None,
) -> Located[Thing]:
    """Devices and vehicles. ``bbox`` is west, south, east, north in WGS 84 degrees; ``near`` is longitude, latitude and metres; ``q``
    are words of names in Arabic or English. Of names there may be several.
    ``include`` is ``unreviewed`` to see sources too that the hub's staff has not accepted.
    """
    names = _some(thing=thing, source=source, kind=kind, place=place, observed_property=observed_property)
    filters = names + _where(bbox, near, q) + given(include=include)
    return Located(element=Thing, path="/v1/things", parameters=filters, limit=limit)


def thing(thing: str) -> One[Thing]:
    """One thing by its code."""
    return One(path=f"/v1/things/{quote(single('thing', thing), safe='')}", parse=_data(Thing))


def datastreams(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    datastream: Several = None,
    thing: Several = None,
    observed_property: Several = None,
    place: Several = None,
    source: Several = None,
    bbox: Box | None = None,
    near: Circle | None = None,
    q: str | None = None,
    include: str | None = None,
    limit: int | None = None,
) -> Many[Datastream]:
    """What is observed where: one observed property of one thing each. ``near``, ``q`` and ``include`` are as in :func:`things`."""
    names = _some(
        datastream=datastream, thing=thing, observed_property=observed_property, place=place, source=source
    )
    where = _where(bbox, near, q) + given(include=include)
    return Many(element=Datastream, path="/v1/datastreams", parameters=names + where, limit=limit)


def datastream(datastream: int) -> One[Datastream]:
    """One datastream by its number."""
    return One(path=f"/v1/datastreams/{datastream}", parse=_data(Datastream))


def observed_properties(*, sector: str | None = None) -> Many[ObservedProperty]:
    """What can be observed, with units and bounds."""
    return Many.of(ObservedProperty, "observed-properties", is_paged=False, sector=sector)


def sources(*, limit: int | None = None) -> Many[Source]:
    """Where the data come from, with licences and attributions."""
    return Many.of(Source, "sources", limit)


def datasets(*, limit: int | None = None) -> Many[Dataset]:
    """All that each source has published: licence, extent, freshness."""
    return Many(element=Dataset, path="/v1/datasets", limit=limit, page_rows_max=PAGE_DATASETS_MAX)


def dataset(dataset: str) -> One[Dataset]:
    """One dataset by its code, which is that of its source."""
    return One(path=f"/v1/datasets/{quote(single('dataset', dataset), safe='')}", parse=_data(Dataset))


def bulk(
    *,
    dataset: str | None = None,
    first_date: date | str | None = None,
    last_date: date | str | None = None,
    limit: int | None = None,
) -> Many[BulkFile]:
    """Whole local days as Parquet files; both dates are included. ``download_bulk()`` fetches them."""
    return Many.of(BulkFile, "bulk", limit, dataset=dataset, first_date=first_date, last_date=last_date)


def places(*, kind: str | None = None) -> Located[Place]:
    """Areas with their outlines."""
    return Located(
        element=Place, path="/v1/places", parameters=given(kind=kind), rows_key="features", is_paged=False
    )


def latest(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    datastream: Several = None,
    observed_property: Several = None,
    place: Several = None,
    thing: Several = None,
    source: Several = None,
    bbox: Box | None = None,
    near: Circle | None = None,
    q: str | None = None,
    include: str | None = None,
    quality: str | Iterable[str] | None = None,
    limit: int | None = None,
) -> Located[Latest]:
    """The newest value of every datastream. ``bbox``, ``near``, ``q`` and ``include`` are as in :func:`things`.

    ``quality`` names those that count, all but ``"bad"`` and ``"missing"`` if it is absent. A datastream that has had none of them lately has its
    newest time and quality, and no result.
    """
    names = _some(
        datastream=datastream, observed_property=observed_property, place=place, thing=thing, source=source
    )
    filters = names + _where(bbox, near, q) + given(include=include, quality=names_text(quality))
    return Located(element=Latest, path="/v1/latest", parameters=filters, limit=limit)


def observations(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    datastream: Several = None,
    thing: Several = None,
    observed_property: Several = None,
    place: Several = None,
    source: Several = None,
    bbox: Box | None = None,
    near: Circle | None = None,
    q: str | None = None,
    start: datetime | date | str | None = None,
    end: datetime | date | str | None = None,
    quality: str | Iterable[str] | None = None,
    order: Order | None = None,
    limit: int | None = None,
) -> Series[Observation]:
    """The values of datastreams in ``[start, end)``, as they were measured.

    Name one by number, or by its thing and observed property; or take all that fit the filters, of which each may name several.
    Times need an offset; a date is the midnight in Muscat with which it begins. ``quality`` names those that count: ``"good"``, or ``("good", "suspect")``.
    """
    names = _some(
        datastream=datastream, thing=thing, observed_property=observed_property, place=place, source=source
    )
    window = given(
        start=instant_text("start", start),
        end=instant_text("end", end),
        quality=names_text(quality),
        order=order,
    )
    return Series(
        element=Observation,
        path="/v1/observations",
        parameters=names + _where(bbox, near, q) + window,
        limit=limit,
    )


def statistics(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    datastream: Several = None,
    thing: Several = None,
    observed_property: Several = None,
    place: Several = None,
    source: Several = None,
    bbox: Box | None = None,
    near: Circle | None = None,
    q: str | None = None,
    bucket: str = "PT1H",
    start: datetime | date | str | None = None,
    end: datetime | date | str | None = None,
    order: Order | None = None,
    limit: int | None = None,
) -> Series[Statistics]:
    """Mean, extremes, quantiles and counts of measurements, for buckets that begin in ``[start, end)``.

    ``bucket`` is ``PT15M``, ``PT1H``, ``P1D`` (a local day), ``P1W``, ``P1M`` or ``P1Y`` (a local week from Sunday, month or year), or any other that the API serves.
    Datastreams are named, and times given, as in :func:`observations`.
    """
    names = _some(
        datastream=datastream, thing=thing, observed_property=observed_property, place=place, source=source
    )
    window = given(
        bucket=bucket, start=instant_text("start", start), end=instant_text("end", end), order=order
    )
    return Series(
        element=Statistics,
        path="/v1/observations",
        parameters=names + _where(bbox, near, q) + window,
        limit=limit,
    )


def hackathons(
    *, state: str | None = None, mode: str | None = None, limit: int | None = None
) -> Many[Hackathon]:
    """Hackathons that were announced, with their dates. ``mode`` is ``online``, ``in_place`` or ``hybrid``."""
    return Many.of(Hackathon, "innovation/hackathons", limit, state=state, mode=mode)


def challenges(
    *,
    hackathon: str | None = None,
    organisation: str | None = None,
    dataset: str | None = None,
    thing: str | None = None,
    limit: int | None = None,
) -> Many[Challenge]:
    """Published challenges: of a hackathon, of an organisation, or those that link a dataset or a thing."""
    return Many.of(
        Challenge,
        "innovation/challenges",
        limit,
        hackathon=hackathon,
        organisation=organisation,
        dataset=dataset,
        thing=thing,
    )


def submissions(
    *,
    hackathon: str | None = None,
    challenge: str | None = None,
    state: str | None = None,
    limit: int | None = None,
) -> Many[Submission]:
    """The gallery, from the beginning of judging on: what teams handed in last, and what became of it."""
    return Many.of(
        Submission, "innovation/submissions", limit, hackathon=hackathon, challenge=challenge, state=state
    )


def results(
    *,
    hackathon: str | None = None,
    challenge: str | None = None,
    status: str | None = None,
    limit: int | None = None,
) -> Many[Result]:
    """Places of the results that were released last. ``status`` is ``provisional`` or ``final``."""
    return Many.of(
        Result, "innovation/results", limit, hackathon=hackathon, challenge=challenge, status=status
    )


def awards(
    *,
    hackathon: str | None = None,
    challenge: str | None = None,
    award: str | None = None,
    limit: int | None = None,
) -> Many[Award]:
    """Who won what once results are final. ``award`` is ``place`` or ``peoples_choice``."""
    return Many.of(Award, "innovation/awards", limit, hackathon=hackathon, challenge=challenge, award=award)


def ledger() -> One[Ledger]:
    """What happened to every value the hub received."""
    return One(path="/v1/ledger", parse=_data(Ledger))


def stream(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    observed_property: str | None = None,
    place: str | None = None,
    thing: str | None = None,
    source: str | None = None,
    last_event_id: str | None = None,
    seconds: int | None = None,
) -> Flow:
    """Observations as they are committed, from now on or from where ``last_event_id`` was.

    ``seconds`` ends it after that long; without, it goes on until you leave.
    """
    filters = given(observed_property=observed_property, place=place, thing=thing, source=source)
    if seconds is not None and seconds < 1:
        raise ValueError("seconds must be at least 1")
    return Flow(path="/v1/stream", parameters=filters, last_event_id=last_event_id, seconds=seconds)


def counted(question: Many[Element], *, exact: bool) -> Many[Element]:
    """The same question for one element and the number of all."""
    kind = "exact" if exact else "estimated"
    return replace(question, limit=1, parameters=(*question.parameters, ("count", kind)))


def cut(question: Many[Element], limit: int) -> Many[Element]:
    """The same question for fewer elements."""
    return replace(question, limit=limit)


def _data(kind: type[Element]) -> Callable[[Json], Element]:
    return lambda answer: parse(kind, answer["data"])


def _some(**names: Several) -> Parameters:
    """Filters of which each may name several."""
    return given(**{name: several(name, values) for name, values in names.items()})


def _where(bbox: Box | None, near: Circle | None, q: str | None) -> Parameters:
    return given(bbox=box_text(bbox), near=box_text(near), q=q)
