"""What is true of a dataset in every vocabulary: addresses, ways to the data, when and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from citycore.clock import day_start
from hub_api.city.bulk.model import BulkFile
from hub_api.city.datasets.model import Dataset
from hub_api.city.datasets.rules import distributions
from hub_api.serving.formats import MEDIA_TYPES
from hub_api.standards.catalogue.model import Both
from hub_api.standards.catalogue.texts import both
from hub_api.standards.catalogue.vocabulary import FORMAT_NAMES

#: Those that are one whole file without a further choice; a question for observations may be too dear without one.
WHOLE: Final = frozenset({"latest", "things"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to the data, as a distribution is described. Addresses are whole.

    ``is_whole`` says that the address gives all of it at once; ``file`` is the bulk file that it is.
    """

    slug: str
    kind: str
    format: str
    media_type: str
    url: str
    title: Both
    is_whole: bool
    file: BulkFile | None = None


def dataset_url(hub: str, code: str) -> str:
    """The document about a dataset."""
    return f"{hub}/catalog/{code}"


def ways(hub: str, dataset: Dataset, files: tuple[BulkFile, ...]) -> Iterator[Way]:
    """Every distribution, those of questions first, then whole days."""
    for one in distributions(dataset.code):
        named = FORMAT_NAMES.get(one.format, one.format)
        yield Way(
            slug=f"{one.kind}-{one.format.replace(' ', '-')}",
            kind=one.kind,
            format="json" if one.kind == "bulk" else one.format,
            media_type=one.media_type,
            url=f"{hub}{one.url}",
            title=both(f"distribution.{one.kind}", format=named),
            is_whole=one.kind in WHOLE,
        )
    for file in files:
        yield Way(
            slug=f"day-{file.local_date}",
            kind="file",
            format="parquet",
            media_type=MEDIA_TYPES["parquet"],
            url=f"{hub}{file.url}",
            title=both("distribution.file", date=file.local_date),
            is_whole=True,
            file=file,
        )


def starts_at(dataset: Dataset) -> datetime | None:
    """The beginning of the first local day with observations."""
    first = dataset.first_date
    return None if first is None else day_start(first, ZoneInfo(dataset.zone))


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC, as ``xsd:dateTime`` and schema.org write it, whole seconds."""
    return f"{moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def web_address(text: str | None) -> str | None:
    """A link of a provider, if it is one of the web."""
    if text is None:
        return None
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return None
    return text.strip() if parts.scheme in ("http", "https") and parts.netloc else None
