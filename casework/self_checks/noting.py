"""The heads of the log, signed, to places that those who rule the database do not rule: once a day."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

from casework.access.model import SYSTEM
from casework.audit import service as audit
from casework.outbox.model import Mail, Template
from casework.outbox.service import keep_file
from casework.outbox.settings import OutboxSettings
from casework.people.settings import PeopleSettings
from casework.programme import Programme
from casework.self_checks import repository
from casework.self_checks.errors import HeadsNotNoted
from casework.self_checks.heads import HeadsKey, signed
from casework.self_checks.model import HEADS_MAILED, PACKAGE
from casework.self_checks.settings import SelfCheckSettings

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
log = structlog.get_logger()


def note_heads(programme: Programme) -> int:
    """1 if this was the first time today; our own note is written last, so that what broke off is done again."""
    settings, at = programme.of(SelfCheckSettings), programme.clock().astimezone(UTC)
    name = f"heads-{at:%Y-%m-%d}.txt"
    own = settings.own_folder() / name
    if own.exists():
        return 0
    content = sign_heads(programme, at)
    if settings.heads_folder is not None:
        _write(settings.heads_folder / name, content)
    if settings.heads_mail_to is not None:
        _mail(programme, settings.heads_mail_to, name, content)
    _write(own, content)
    log.info("audit_heads_noted", day=f"{at:%Y-%m-%d}")
    return 1


def sign_heads(programme: Programme, at: datetime) -> str:
    """The heads as they are now."""
    with programme.connect() as connection:
        heads = audit.heads(connection)
    return signed(heads, at, programme.of(PeopleSettings).portal_url, programme.of(HeadsKey))


def _mail(programme: Programme, recipient: str, name: str, content: str) -> None:
    """Once a day, whichever worker does it."""
    settings = programme.of(SelfCheckSettings)
    file = keep_file(content.encode(), name, programme.of(OutboxSettings))
    with programme.session(SYSTEM) as session:
        at = session.now()
        if repository.claim(session.connection, HEADS_MAILED, name, at, _NEVER):
            fields = {"day": name[len("heads-") : -len(".txt")], "signed_by": programme.of(HeadsKey).public}
            template = Template(PACKAGE, "heads")
            session.send([Mail(template, settings.heads_mail_language, recipient, fields, file=file)], at)


def _write(path: Path, content: str) -> None:
    """A new file, all of it or nothing; what is there already stays. :class:`HeadsNotNoted`."""
    incoming = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with incoming.open("w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(incoming, path)
    except OSError as error:
        raise HeadsNotNoted(place=path.parent, reason=error.strerror or type(error).__name__) from error
    finally:
        with suppress(OSError):
            incoming.unlink(missing_ok=True)
