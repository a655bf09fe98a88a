"""When to try again, and what to say of an error. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

from citycore.failures.settings import FailureSettings

SUBJECT_CHARACTERS_MAX = 200
REASON_CHARACTERS_MAX = 500
#: The exponent is capped too: a float has an end.
_DOUBLINGS_MAX = 40
#: What a terminal would obey, what cannot be stored as text, and what turns text around.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]|[\ud800-\udfff]")


def pause(attempts: int, settings: FailureSettings) -> timedelta:
    """How long to wait after so many attempts in vain."""
    doubled = settings.retry_seconds_min * 2.0 ** min(max(attempts, 1) - 1, _DOUBLINGS_MAX)
    return timedelta(seconds=min(doubled, settings.retry_seconds_max))


def reason_of(error: BaseException) -> str:
    """One line of bounded length: the kind of the error and what it says."""
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    kind = type(error).__name__
    return printable(f"{kind}: {first}" if first else kind, REASON_CHARACTERS_MAX)


def printable(text: str, characters_max: int = SUBJECT_CHARACTERS_MAX) -> str:
    """One line that can be stored and shown."""
    return " ".join(_UNSEEN.sub(" ", text[: 4 * characters_max]).split())[:characters_max]
