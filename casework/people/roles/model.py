"""A role as it stands in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from casework.access.model import Grant


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """``granted_by`` is None for what the command line gave."""

    grant_id: UUID
    person_id: UUID
    grant: Grant
    granted_by: UUID | None
    granted_at: datetime
    revoked_at: datetime | None
