"""A page of the catalogue, or one dataset of it, with all that its vocabularies need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from starlette.routing import BaseRoute

from hub_api.city.datasets.model import Dataset
from hub_api.city.datasets.repository import fetch_datasets
from hub_api.serving.hub import Hub
from hub_api.serving.names.service import check_name
from hub_api.serving.operator.settings import OperatorSettings
from hub_api.standards.catalogue.model import Entry, Holder, Shelf
from hub_api.standards.catalogue.repository import (
    count_datasets,
    fetch_codes,
    fetch_newest_files,
    fetch_sectors,
)
from hub_api.standards.catalogue.services import served
from hub_api.standards.catalogue.settings import CatalogueSettings
from hub_api.standards.catalogue.texts import both


class Catalogue:
    """One per application. ``routes`` are those of the whole application: they say which services this hub has."""

    def __init__(
        self, settings: CatalogueSettings, operator: OperatorSettings, routes: Iterable[BaseRoute]
    ) -> None:
        self.settings = settings
        self.holder = _holder(operator)
        self.services = served(paths_of(routes))

    def empty(self, hub_url: str) -> Shelf:
        """The catalogue without its datasets."""
        return Shelf(hub=hub_url, holder=self.holder, entries=(), services=self.services, dataset_count=0)

    async def page(self, hub: Hub, hub_url: str, after: str | None) -> Shelf:
        """The datasets behind one, or the first of all."""
        size = self.settings.page_datasets
        codes = await fetch_codes(hub.database, after, size + 1)
        shown = codes[:size]
        return Shelf(
            hub=hub_url,
            holder=self.holder,
            entries=await self._entries(hub, shown) if shown else (),
            services=self.services,
            dataset_count=await count_datasets(hub.database),
            after=after,
            following=shown[-1] if len(codes) > size else None,
        )

    async def one(self, hub: Hub, hub_url: str, code: str) -> Shelf:
        """One dataset; ``UnknownName`` with the nearest code if there is none."""
        entries = await self._entries(hub, [code])
        if not entries:
            await check_name(hub, "dataset", code)
        return Shelf(
            hub=hub_url,
            holder=self.holder,
            entries=entries,
            services=self.services,
            dataset_count=1,
            path=f"/catalog/{code}",
        )

    async def _entries(self, hub: Hub, codes: Sequence[str]) -> tuple[Entry, ...]:
        datasets = await fetch_datasets(hub.database, codes)
        sectors = await fetch_sectors(hub.database)
        files = await fetch_newest_files(hub.database, codes, self.settings.files_max)
        return tuple(
            Entry(
                dataset=one,
                sectors=tuple(_sectors_of(one, sectors)),
                files=tuple(files.get(one.code, ())),
            )
            for one in datasets
        )


def paths_of(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """The paths of all routes, with those of routers within."""
    for route in routes:
        inner = getattr(route, "original_router", route)
        if hasattr(inner, "routes"):
            yield from paths_of(inner.routes)
        elif (path := getattr(route, "path", None)) is not None:
            yield path


def _sectors_of(dataset: Dataset, sectors: Mapping[str, str]) -> list[str]:
    found = (sectors.get(one["observed_property"]) for one in dataset.observed_properties)
    return sorted({sector for sector in found if sector is not None})


def _holder(operator: OperatorSettings) -> Holder:
    named = {"en": operator.name("en"), "ar": operator.name("ar")}
    name = both("catalogue.nobody") if not any(named.values()) else named
    return Holder(
        name={"en": name["en"], "ar": name["ar"]},
        website=operator.website or None,
        email=operator.contact_email or None,
    )
