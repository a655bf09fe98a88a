"""What everybody sees: offerings of verified vendors, in an order that is another every day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework.workflow.errors import NoSuchObject
from citycore.clock import CITY_ZONE, Clock
from citycore.store.connections import Connection
from hackathon.market.offerings import repository
from hackathon.market.offerings.model import Filters, Listed, Place, Version
from hackathon.market.offerings.settings import OfferingSettings


def today(clock: Clock) -> Place:
    """Where the catalogue of the day begins."""
    return Place(clock().astimezone(CITY_ZONE).date())


def list_listed(
    connection: Connection, filters: Filters, place: Place, settings: OfferingSettings
) -> list[Listed]:
    """A page of what fits; the next begins, in the order of the same day, after its last."""
    with connection.transaction():
        return repository.find_catalogue(
            connection, filters, place, settings.page_rows_max, words_max=settings.words_max
        )


def list_new(  # noqa: PLR0913, PLR0917 (between which instants, and how many)
    connection: Connection,
    filters: Filters,
    since: datetime,
    until: datetime,
    rows: int,
    settings: OfferingSettings,
) -> list[Listed]:
    """What fits and was published, or published anew, after ``since`` and not after ``until``."""
    place = Place(until.astimezone(CITY_ZONE).date())
    with connection.transaction():
        return repository.find_catalogue(
            connection,
            filters,
            place,
            rows,
            words_max=settings.words_max,
            published={"since": since, "until": until},
        )


def get_listed(connection: Connection, offering_id: UUID) -> tuple[Listed, list[Version]]:
    """One of them with all its versions, the newest first; else :class:`NoSuchObject`."""
    with connection.transaction():
        found = repository.find_listed(connection, offering_id)
        if found is None:
            raise NoSuchObject
        return found, repository.find_versions(connection, offering_id)
