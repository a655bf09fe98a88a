"""Telling administrators by mail what the hub found wrong with itself, or was tried at it: once a day about each thing."""

from __future__ import annotations

from datetime import timedelta

import structlog

from casework.outbox.model import Field, Template
from casework.people.mails import mails_to
from casework.programme import Session
from casework.self_checks import repository
from casework.self_checks.model import PACKAGE, Notice
from casework.self_checks.settings import SelfCheckSettings

log = structlog.get_logger()


def tell_administrators(session: Session, /, notice: Notice, about: str, **fields: Field) -> int:
    """How many mails: none where the same was told not long ago, or too much today already, which the log says."""
    settings, at = session.of(SelfCheckSettings), session.now()
    if repository.count_told(session.connection, at - timedelta(days=1)) >= settings.told_per_day_max:
        log.warning("administrators_not_told", notice=notice.value, subject=about)
        return 0
    since = at - timedelta(hours=settings.told_hours)
    if not repository.claim(session.connection, notice, about, at, since):
        return 0
    administrators = repository.find_administrators(session.connection, at)
    session.send(mails_to(Template(PACKAGE, notice), administrators, **fields), at)
    log.warning("administrators_told", notice=notice.value, subject=about, mails=len(administrators))
    return len(administrators)
