"""Which lists can be searched and kept. A noun whose list is public adds a :class:`Kind` that asks that list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from citycore.store.connections import Connection
from hackathon.offerings.catalogue import list_new
from hackathon.offerings.model import Filters
from hackathon.offerings.rules import FILTER_NAMES, filters_of
from hackathon.offerings.settings import OfferingSettings
from hackathon.searches.model import Found, Kind, Wanted


def _offerings_wanted(wanted: Wanted) -> Filters:
    return filters_of(wanted.words, wanted.filters)


def _new_offerings(
    connection: Connection, wanted: Wanted, since: datetime, until: datetime, rows: int
) -> Sequence[Found]:
    listed = list_new(connection, _offerings_wanted(wanted), since, until, rows, OfferingSettings())
    return [Found(one.version.content.titles, f"/offerings/{one.offering_id}") for one in listed]


OFFERINGS = Kind("offerings", "/offerings", FILTER_NAMES, _offerings_wanted, _new_offerings)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in (OFFERINGS,)})
