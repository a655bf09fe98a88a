"""Which lists can be searched and kept. A noun whose list is public adds a :class:`Kind` that asks that list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from casework.following.model import Found, Kind, Wanted
from casework.people.model import Names
from casework.programme import Session
from hackathon.funding.calls import rules as call_rules
from hackathon.funding.calls import service as calls
from hackathon.funding.calls.model import Wanted as WantedCalls
from hackathon.market.needs import rules as need_rules
from hackathon.market.needs import service as needs
from hackathon.market.needs.model import Search
from hackathon.market.offerings.catalogue import list_new
from hackathon.market.offerings.model import Filters
from hackathon.market.offerings.rules import FILTER_NAMES, filters_of
from hackathon.market.offerings.settings import OfferingSettings


def _offerings_wanted(wanted: Wanted) -> Filters:
    return filters_of(wanted.words, wanted.filters)


def _new_offerings(
    session: Session, wanted: Wanted, since: datetime, until: datetime, rows: int
) -> Sequence[Found]:
    listed = list_new(
        session.connection, _offerings_wanted(wanted), since, until, rows, session.of(OfferingSettings)
    )
    return [Found(one.version.content.titles, f"/offerings/{one.offering_id}") for one in listed]


def _calls_wanted(wanted: Wanted) -> WantedCalls:
    return call_rules.wanted_of(wanted.words, wanted.filters)


def _new_calls(
    session: Session, wanted: Wanted, since: datetime, until: datetime, rows: int
) -> Sequence[Found]:
    found = calls.list_new(session.connection, _calls_wanted(wanted), since, until, rows)
    return [
        Found(Names(one.description.texts.title_ar, one.description.texts.title_en), f"/calls/{one.call_id}")
        for one in found
    ]


def _needs_wanted(wanted: Wanted) -> Search:
    return need_rules.search_of(wanted.words, wanted.filters)


def _new_needs(
    session: Session, wanted: Wanted, since: datetime, until: datetime, rows: int
) -> Sequence[Found]:
    found = needs.list_new(session, _needs_wanted(wanted), since, until, rows)
    return [
        Found(Names(one.description.title_ar, one.description.title_en), f"/needs/{one.need_id}")
        for one in found
    ]


OFFERINGS = Kind("offerings", "/offerings", FILTER_NAMES, _offerings_wanted, _new_offerings)
CALLS = Kind("calls", "/calls", call_rules.FILTER_NAMES, _calls_wanted, _new_calls)
NEEDS = Kind("needs", "/needs", need_rules.FILTER_NAMES, _needs_wanted, _new_needs)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in (CALLS, OFFERINGS, NEEDS)})
