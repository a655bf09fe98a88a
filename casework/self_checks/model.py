"""What administrators are told of, and where checks are kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

PACKAGE: Final = "casework.self_checks"


class Notice(StrEnum):
    """Names of mails to administrators."""

    #: Somebody was refused, or sent what cannot be used, far more often than anybody does by mistake.
    MANY_REFUSALS = "many_refusals"
    #: A line of the log was changed, or is missing.
    LOG_BROKEN = "log_broken"
    SCANNER_AWAY = "scanner_away"


#: Rows of the table that are no notices.
LOG_CHECKED: Final = "log_checked"
HEADS_MAILED: Final = "heads_mailed"
