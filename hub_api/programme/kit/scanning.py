"""Files of a form: counted, scanned if there is a scanner, and read; what was found is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import structlog

from casework.files.errors import MalwareFound, ScannerAway
from casework.files.findings import note_malware
from casework.people.limits import count_upload, take_upload
from hub_api.serving.transport.access import logged_network

if TYPE_CHECKING:
    from hub_api.programme.kit.request import PortalRequest

log = structlog.get_logger()
Outcome = TypeVar("Outcome")
#: A file by its name: what stands in a form, or bytes that are in memory alone.
Sent = tuple[str, BinaryIO | bytes]


async def check_files(
    request: PortalRequest, reading: Callable[[bool], Outcome], files: Iterable[Sent]
) -> Outcome:
    """What reading files of somebody who is known gives: counted before they are read, and as refused if they are.

    ``reading`` is told whether a scanner should have seen them and did not. :class:`MalwareFound`, which stands in the log
    of the programme, :class:`ScannerAway`.
    """
    request.require_known()
    whose = str(request.actor.person_id or request.actor.key)
    await request.run(count_upload, whose)
    try:
        is_unscanned = await _scan(request, files)
    except ScannerAway:  # nothing that they did
        await request.run(take_upload, whose)
        raise
    outcome = await request.office.read(partial(reading, is_unscanned))
    await request.run(take_upload, whose)
    return outcome


async def _scan(request: PortalRequest, files: Iterable[Sent]) -> bool:
    """Whether one of them should have been scanned and was not; :class:`MalwareFound`, :class:`ScannerAway`."""
    is_unscanned = False
    for name, source in files:
        try:
            is_scanned = await request.office.scan(source, name)
        except MalwareFound as found:
            client = request.http.client
            network = logged_network(client.host if client else None)
            log.warning("malware_found", account=request.actor.key, network=network)
            await request.act(note_malware, found.signature)
            raise
        is_unscanned |= request.office.scanner.is_set and not is_scanned
    return is_unscanned
