"""One thing that a job could not do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: The subject of a failure of a job as a whole.
WHOLE = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """``subject`` is what could not be done, in the words of the job; :data:`WHOLE` is the job itself.

    Nobody tries again before ``due_at``. ``is_begun``: an attempt began whose end nobody has told yet.
    """

    job: str
    subject: str
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime
    due_at: datetime
    is_begun: bool = False
