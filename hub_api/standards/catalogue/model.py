"""What the catalogue says, as values; every vocabulary in which it is told is made from these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from citycore.language import Language
from hub_api.city.bulk.model import BulkFile
from hub_api.city.datasets.model import Dataset

#: A text in both languages.
Both = Mapping[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A dataset, the sectors of what it observes, and its newest bulk files, the newest first."""

    dataset: Dataset
    sectors: tuple[str, ...]
    files: tuple[BulkFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A way to ask for data: where it is, which standards it speaks, and what describes it. Paths begin with ``/``.

    ``slug`` names it in addresses and in the texts.
    """

    slug: str
    root: str
    conforms_to: tuple[str, ...]
    described_by: str
    media_type: str
    #: A guide for people, as a path of the hub.
    guide: str = "/docs/guide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who publishes the catalogue, and how they are reached."""

    name: Both
    website: str | None
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One page of the catalogue, on the hub at ``hub`` (an address without a slash at its end).

    ``after`` is the dataset behind which the page begins, ``following`` that behind which the next one does.
    """

    hub: str
    holder: Holder
    entries: tuple[Entry, ...]
    services: tuple[Service, ...]
    dataset_count: int
    #: Of the page for people about the same.
    path: str = "/catalog"
    after: str | None = None
    following: str | None = None
