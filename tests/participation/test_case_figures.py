"""Figures of cases, tried with voices: a release an agency and month, made once, in which nobody finds a small count."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from casework.cases import figures
from casework.cases.figures import Counted, count, subject_of, tidy
from casework.cases.model import Channel
from casework.statistics.releases import repository as releases
from casework.statistics.releases.service import is_whole
from casework.statistics.settings import StatisticsSettings
from citycore.store.connections import Connection
from participation.voices import service
from participation.voices.model import Kind, Topic
from participation.voices.noun import COUNTING, TABLES
from tests.participation.test_voices import AGENCY, OTHER, Scene

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
MONTH = NOON.date().replace(day=1)


def said(many: int, row: str = "complaint.OM-MA", column: str = "still_open", **more: Any) -> list[Counted]:
    values: dict[str, Any] = {"level": 1, "received_at": NOON, "ended_at": None, "points": None}
    return [Counted(row, column, **values | more)] * many


def test_small_counts_are_hidden_and_so_is_what_would_tell_them() -> None:
    known = [
        *said(20),
        *said(12, "complaint.OM-ZU", "put_right"),
        *said(2, "complaint.OM-MU"),
        *said(9, "quality_note.OM-MA", ""),
    ]
    told, (answered, noted) = count(TABLES, known, NOON, StatisticsSettings())
    assert answered.cells is not None
    assert answered.cells[-1] == 34, "all that is answered"
    place = answered.rows.index("complaint.OM-MU") * 5
    row = answered.cells[place : place + 5]
    assert row[4] is None
    assert answered.cells.count(None) > 2, "others with it"
    assert noted.cells is not None
    assert noted.cells[-1] == 9
    assert [(one.code, one.value) for one in told] == [("escalated", 0)]


def test_how_long_answers_took_knows_of_what_is_open_still() -> None:
    later = datetime(2026, 12, 30, 8, tzinfo=UTC)
    soon = NOON.replace(day=28)
    known = [*said(20, ended_at=soon, level=2, points=5), *said(20, ended_at=soon, points=1), *said(30)]
    told = {(one.code, one.kind.value): one for one in count(TABLES, known, later, StatisticsSettings())[0]}
    median = told["time_to_answer", "median_days"]
    assert (str(median.value), median.base) == ("4.0000", 70)
    assert ("time_to_answer", "p90_days") not in told, "nobody has seen it yet"
    assert (str(told["satisfied", "share"].value), told["satisfied", "share"].base) == ("0.5000", 40)
    assert str(told["escalated", "share"].value) == "0.2857"


@pytest.fixture
def scene(owner: Connection) -> Scene:
    scene = Scene(owner)
    for number in range(40):
        kind = Kind.QUALITY_NOTE if number % 10 == 0 else Kind.COMPLAINT
        fill(owner, AGENCY, kind, "OM-MA" if number % 4 else None)
    fill(owner, OTHER, Kind.COMPLAINT, "OM-MA")
    return scene


def fill(owner: Connection, agency: UUID, kind: Kind, place: str | None) -> None:
    voice_id = uuid4()
    owner.execute(
        "INSERT INTO participation.cases (case_id, kind, organisation_id, channel, language, received_at)"
        " VALUES (%s, 'voice', %s, %s, 'ar', %s)",
        [voice_id, agency, Channel.WEB, NOON],
    )
    owner.execute(
        "INSERT INTO participation.voices (voice_id, kind, state, state_changed_at, topic, subject, body, governorate)"
        " VALUES (%s, %s, 'received', %s, %s, 'ع', 'ع', %s)",
        [voice_id, kind, NOON, Topic.WAITING, place],
    )


def test_an_answer_that_was_disputed_is_none(owner: Connection) -> None:
    scene = Scene(owner)
    answered, disputed = scene.say(), scene.say()
    for voice_id in (answered, disputed):
        scene.take(voice_id)
        scene.answer(voice_id)
    service.DESK.dispute(scene.asker(disputed), disputed, "لا")
    found = COUNTING.find(owner, AGENCY, MONTH)
    assert sorted((one.column, one.ended_at is not None) for one in found) == [
        ("put_right", True),
        ("still_open", False),
    ]


def rows(scene: Scene) -> list[tuple[Any, ...]]:
    return scene.connection.execute(
        "SELECT month, kind, governorate, received, still_open FROM open_participation.voice_figures"
        " ORDER BY kind, governorate"
    ).fetchall()


def test_a_month_is_released_once_thirty_days_after_it(scene: Scene) -> None:
    scene.now = datetime(2026, 12, 30, 19, tzinfo=UTC)
    assert (tidy(scene.programme, COUNTING), rows(scene)) == (0, [])
    scene.now = datetime(2026, 12, 31, 8, tzinfo=UTC)
    assert tidy(scene.programme, COUNTING) == 1
    (release,) = releases.find_of_subject(scene.connection, subject_of("voice", AGENCY, MONTH), 9)
    assert is_whole(release)
    assert release.n == 36, "four notes are too few to be told of"
    assert msgspec.json.decode(release.document)["hidden"] == 0
    assert rows(scene) == [
        ("2026-11", "complaint", "OM-MA", 28, 28),
        ("2026-11", "complaint", "unknown", 8, 8),
    ]
    fill(scene.connection, AGENCY, Kind.COMPLAINT, "OM-MA")
    assert tidy(scene.programme, COUNTING) == 0, "what was released stays"
    assert releases.find_of_subject(scene.connection, subject_of("voice", OTHER, MONTH), 9) == []


def test_a_month_that_fails_holds_up_no_other(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.now = datetime(2027, 2, 1, 8, tzinfo=UTC)

    def fail(*_: object) -> None:
        raise ValueError("poison")

    with monkeypatch.context() as broken:
        broken.setattr(figures, "count", fail)
        assert tidy(scene.programme, COUNTING) == 0
    aside = scene.connection.execute(
        "SELECT subject FROM public.failures WHERE job = %s", [COUNTING.job]
    ).fetchall()
    assert aside == [(f"{AGENCY}/2026-11",)]
    done = scene.connection.execute(
        "SELECT organisation_id FROM participation.case_months WHERE is_done"
    ).fetchall()
    assert done == [(OTHER,)]
    scene.now = datetime(2027, 2, 3, 8, tzinfo=UTC)
    assert tidy(scene.programme, COUNTING) == 1
