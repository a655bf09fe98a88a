"""The tables that a dataset can be taken as, with the columns of the answers themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from citycore.partitions import COLUMNS
from hub_api.city.bulk.model import BulkFile
from hub_api.city.datastreams.repository import DATASTREAMS
from hub_api.city.latest.repository import LATEST
from hub_api.city.things.repository import THINGS
from hub_api.serving.lists.model import Column, Kind, Listing
from hub_api.standards.catalogue.model import Both
from hub_api.standards.catalogue.texts import both

#: What holds in every row of each table: its key, and which table's key a column names.
KEYS: Final[Mapping[str, str]] = {"things": "thing", "datastreams": "datastream", "latest": "datastream"}
NAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "datastreams": {"thing": "things"},
    "latest": {"datastream": "datastreams"},
}
#: The kinds of columns of bulk files, by Arrow's types.
ARROW_KINDS: Final[Mapping[str, Kind]] = {
    "int32": "whole",
    "int8": "whole",
    "double": "number",
    "string": "text",
    "bool": "truth",
    "timestamp[us, tz=UTC]": "instant",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``columns`` are names and kinds in the order of the file."""

    name: str
    file_name: str
    url: str
    media_type: str
    title: Both
    columns: tuple[tuple[str, Kind], ...]
    file: BulkFile | None = None

    @property
    def key(self) -> str | None:
        return KEYS.get(self.name)


def tables(hub: str, dataset: str, files: tuple[BulkFile, ...]) -> list[Table]:
    """Lists as CSV, which change, then whole days as Parquet, which stay as they are."""
    listed = [_listed(hub, dataset, one) for one in (THINGS, DATASTREAMS, LATEST)]
    return [*listed, *(_day(hub, file) for file in files)]


def _listed(hub: str, dataset: str, listing: Listing) -> Table:
    return Table(
        name=listing.name,
        file_name=f"{listing.name}.csv",
        url=f"{hub}/v1/{listing.name}?source={dataset}&f=csv",
        media_type="text/csv",
        title=both(f"table.{listing.name}"),
        columns=tuple(map(_column, listing.columns)),
    )


def _column(column: Column) -> tuple[str, Kind]:
    return column.name, column.kind


def _day(hub: str, file: BulkFile) -> Table:
    return Table(
        name=f"day-{file.local_date}",
        file_name=file.name,
        url=f"{hub}{file.url}",
        media_type="application/vnd.apache.parquet",
        title=both("table.day", date=file.local_date),
        columns=tuple((name, ARROW_KINDS[kind]) for name, kind in COLUMNS.items()),
        file=file,
    )
