"""An annotation for the tests of all machines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from casework.annotations.repository import ANNOTATIONS
from casework.workflow.model import Binding
from citycore.store.connections import Connection

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)


def store_annotation(connection: Connection, title: str = "Works") -> UUID:
    """Of one instant, about a place."""
    annotation_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.annotations (annotation_id, state, state_changed_at, created_at, changed_at, author_role, kind,"
        " title_ar, title_en, text_ar, text_en, place, starts_at, is_whole_days)"
        " VALUES (%s, 'published', %s, %s, %s, 'duty_officer', 'works', '', %s, '', '', 'seeb', %s, false)",
        [annotation_id, NOON, NOON, NOON, title, NOON],
    )
    return annotation_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = ((ANNOTATIONS, store_annotation),)
