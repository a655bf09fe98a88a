"""Which file answers, opened so that its bytes and its description belong together."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import ceil
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import structlog

from citycore.clock import CITY_ZONE
from citycore.partitions import is_version_of, partition_path
from hub_api.city.bulk.errors import BulkFileAway
from hub_api.city.bulk.model import BulkFile
from hub_api.city.bulk.repository import fetch_file, has_any, suspect
from hub_api.serving.errors import UnknownName
from hub_api.serving.hub import Hub
from hub_api.serving.names.service import check_name

log = structlog.get_logger()
INSTANT = timedelta(microseconds=1)


async def find_file(hub: Hub, dataset: str, local_date: date) -> BulkFile:
    """The description of a file; ``UnknownName`` if there is none."""
    file = await fetch_file(hub.database, dataset, local_date)
    if file is None:
        await check_name(hub, "dataset", dataset)
        raise UnknownName("bulk_file", f"{dataset}/{local_date}")
    return file


async def open_file(hub: Hub, file: BulkFile) -> tuple[BulkFile, int]:
    """The file and a descriptor of exactly its bytes, whatever replaces it later; the caller closes it.

    If another version lies there already, that one, as the store describes it anew.
    :class:`BulkFileAway` if what lies there is for a while not what the store describes.
    """
    for _ in range(hub.settings.bulk_tries_max):
        descriptor = await asyncio.to_thread(_open, hub, file)
        if descriptor is not None:
            return file, descriptor
        await asyncio.sleep(hub.settings.bulk_try_seconds)
        file = await find_file(hub, file.dataset, file.local_date)
    raise BulkFileAway(await _seconds_away(hub, file))


async def report_damage(hub: Hub, file: BulkFile) -> None:
    """Have a file looked at whose bytes are not its own."""
    log.warning("bulk_file_suspected", dataset=file.dataset, date=file.local_date.isoformat())
    await suspect(hub.database, file)


async def _seconds_away(hub: Hub, file: BulkFile) -> int:
    """After how many seconds the file is there again: the worker hears of it now."""
    again_at = await suspect(hub.database, file)
    waits = 0.0 if again_at is None else (again_at - hub.clock()).total_seconds()
    return ceil(max(0.0, waits)) + hub.settings.bulk_away_seconds


def _open(hub: Hub, file: BulkFile) -> int | None:
    try:
        descriptor = os.open(
            partition_path(hub.settings.bulk.folder, file.dataset, file.local_date), os.O_RDONLY
        )
    except OSError:
        return None
    if is_version_of(os.fstat(descriptor), file.byte_count, file.generated_at):
        return descriptor
    os.close(descriptor)
    return None


async def bulk_url(
    hub: Hub, zones: Mapping[str, str], start: datetime | None, end: datetime | None
) -> str | None:
    """The manifest of the files that hold a window of these datasets, which have days of these zones; None if
    there are none.
    """
    datasets, places = list(zones), [ZoneInfo(name) for name in set(zones.values())] or [CITY_ZONE]
    first = None if start is None else min(start.astimezone(zone).date() for zone in places)
    last = None if end is None else max((end - INSTANT).astimezone(zone).date() for zone in places)
    if not await has_any(hub.database, datasets, first, last):
        return None
    dataset = datasets[0] if len(datasets) == 1 else None
    asked = {"dataset": dataset, "first_date": first, "last_date": last}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"/v1/bulk?{query}" if query else "/v1/bulk"
