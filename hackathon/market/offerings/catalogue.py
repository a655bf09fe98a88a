"""What everybody sees: offerings of verified vendors, in an order that is another every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casework.programme import Session
from casework.workflow.errors import existing
from citycore.clock import CITY_ZONE
from hackathon.market.offerings import repository
from hackathon.market.offerings.model import Filters, Listed, Place, Version
from hackathon.market.offerings.settings import OfferingSettings


def today(session: Session) -> Place:
    """Where the catalogue of the day begins."""
    return _day(session.now())


def list_listed(session: Session, filters: Filters, place: Place) -> tuple[list[Listed], UUID | None]:
    """A page of what fits, and after which the next begins, in the order of the same day."""
    settings = session.of(OfferingSettings)
    rows = settings.page_rows_max
    found = repository.find_catalogue(session.connection, filters, place, rows, settings.words_max)
    return found, found[-1].offering_id if len(found) == rows else None


def list_newest(session: Session) -> list[Listed]:
    """A page of what was published last."""
    return repository.find_recent(session.connection, session.of(OfferingSettings).page_rows_max)


def list_new(session: Session, filters: Filters, since: datetime, until: datetime, rows: int) -> list[Listed]:
    """What fits and was published, or published anew, after ``since`` and not after ``until``."""
    wanted, words_max = replace(filters, since=since, until=until), session.of(OfferingSettings).words_max
    return repository.find_catalogue(session.connection, wanted, _day(until), rows, words_max)


def get_listed(session: Session, offering_id: UUID) -> tuple[Listed, list[Version]]:
    """One of them with all its versions, the newest first; else :class:`NoSuchObject`."""
    found = existing(repository.find_listed(session.connection, offering_id))
    return found, repository.find_versions(session.connection, offering_id)


def _day(instant: datetime) -> Place:
    return Place(instant.astimezone(CITY_ZONE).date())
