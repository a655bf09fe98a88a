"""What the worker looks at: whether the log holds, and whether the scanner is there. What is wrong is told, and stays a failure until it is right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from casework.access.model import SYSTEM
from casework.audit import service as audit
from casework.audit.model import Head, Verdict
from casework.files.errors import ScannerAway
from casework.files.scanning import Scanner
from casework.files.settings import FileSettings
from casework.programme import Programme
from casework.self_checks import repository
from casework.self_checks.errors import HeadsNotNoted, LogBroken
from casework.self_checks.heads import HeadsKey, NotNoted, read
from casework.self_checks.model import LOG_CHECKED, Notice
from casework.self_checks.settings import SelfCheckSettings
from casework.self_checks.telling import tell_administrators

HUB: Final = "hub"
#: Of findings that are told; the others are read with ``falaj audit verify``.
_FINDINGS_MAX: Final = 10
_NOTE_BYTES_MAX: Final = 10_000_000
log = structlog.get_logger()


def check_log(programme: Programme) -> int:
    """Verify the whole log against the heads that were noted, when it is due; :class:`LogBroken` as long as it does not hold."""
    settings = programme.of(SelfCheckSettings)
    with programme.session(SYSTEM) as session:
        at = session.now()
        since = at - timedelta(hours=settings.verify_hours)
        is_due = repository.claim(session.connection, LOG_CHECKED, HUB, at, since)
        said = repository.find_said(session.connection, LOG_CHECKED, HUB)
    if is_due:
        said = _verify(programme, settings)
    if said:
        raise LogBroken(findings=said)
    return int(is_due)


def check_scanner(programme: Programme) -> int:
    """Ask the scanner whether it is there, if one is set; :class:`ScannerAway`."""
    scanner = Scanner(programme.of(FileSettings))
    if not scanner.is_set:
        return 0
    try:
        scanner.ping()
    except ScannerAway:
        with programme.session(SYSTEM) as session:
            tell_administrators(session, Notice.SCANNER_AWAY, HUB)
        raise
    return 0


def _verify(programme: Programme, settings: SelfCheckSettings) -> str:
    """What is wrong, "" if nothing is; written down, and told."""
    noted = list(_noted(settings, programme.of(HeadsKey)))
    with programme.connect() as connection:
        verdict = audit.verify(connection, None, noted)
    said = _said(verdict)
    with programme.session(SYSTEM) as session:
        repository.say(session.connection, LOG_CHECKED, HUB, said)
        if said:
            log.error("audit_log_broken", findings=said)
            tell_administrators(session, Notice.LOG_BROKEN, HUB, findings=said)
        else:
            log.info("audit_log_whole", chains=verdict.chains, lines=verdict.lines)
    return said


def _said(verdict: Verdict) -> str:
    found = [f"{one.chain} {one.position} {one.damage}" for one in verdict.findings]
    more = len(found) - _FINDINGS_MAX
    return "; ".join(found[:_FINDINGS_MAX]) + (f"; + {more}" if more > 0 else "")


def _noted(settings: SelfCheckSettings, key: HeadsKey) -> Iterator[Head]:
    """Of the last days, at the second place if there is one; :class:`HeadsNotNoted` for a note that is not ours any more."""
    folder = settings.heads_folder or settings.own_folder()
    for path in sorted(folder.glob("heads-*.txt"))[-settings.verify_days :]:
        yield from _heads_of(path, key)


def _heads_of(path: Path, key: HeadsKey) -> list[Head]:
    try:
        with path.open("rb") as file:
            return read(file.read(_NOTE_BYTES_MAX).decode("utf-8", "replace"), [key.public])
    except OSError as error:
        raise HeadsNotNoted(place=path, reason=error.strerror or type(error).__name__) from error
    except NotNoted as error:
        raise HeadsNotNoted(place=path, reason=str(error)) from error
