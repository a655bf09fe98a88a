"""Files of a form: counted, scanned if there is a scanner, and read; what was found is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, TypeVar

import structlog

from casework.access.model import Actor
from casework.files.errors import MalwareFound, ScannerAway
from casework.files.findings import note_malware
from casework.people.limits import count_upload, take_upload
from hub_api.programme.kit.office import Office

log = structlog.get_logger()
Outcome = TypeVar("Outcome")
#: A file by its name: what stands in a form, or bytes that are in memory alone.
Sent = tuple[str, BinaryIO | bytes]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends files, and from which network, as the log has it."""

    actor: Actor
    network: str | None

    @property
    def key(self) -> str:
        return str(self.actor.person_id or self.actor.key)


async def check_files(
    office: Office, sender: Sender, reading: Callable[[bool], Outcome], files: Iterable[Sent]
) -> Outcome:
    """What reading files gives: counted before they are read, and as refused if they are.

    ``reading`` is told whether a scanner should have seen them and did not. :class:`MalwareFound`, which stands in the log
    of the programme, :class:`ScannerAway`.
    """
    await office.run(count_upload, sender.key)
    try:
        is_unscanned = await _scan(office, sender, files)
    except ScannerAway:  # nothing that they did
        await office.run(take_upload, sender.key)
        raise
    outcome = await office.read(partial(reading, is_unscanned))
    await office.run(take_upload, sender.key)
    return outcome


async def _scan(office: Office, sender: Sender, files: Iterable[Sent]) -> bool:
    """Whether one of them should have been scanned and was not; :class:`MalwareFound`, :class:`ScannerAway`."""
    is_unscanned = False
    for name, source in files:
        try:
            is_scanned = await office.scan(source, name)
        except MalwareFound as found:
            log.warning("malware_found", account=sender.actor.key, network=sender.network)
            await office.act(sender.actor, note_malware, found.signature)
            raise
        is_unscanned |= office.scanner.is_set and not is_scanned
    return is_unscanned
