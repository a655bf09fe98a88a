"""A release: what may be in it, that nothing changes it, and that nobody has it before the guard says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg
import pytest

from casework.access.model import SYSTEM
from casework.audit.service import verify
from casework.programme import Programme
from casework.statistics.errors import (
    BaseTooSmall,
    ReleaseOfAnother,
    ReleaseReplaced,
    SmallCountPrinted,
    TooFewForFigures,
    TooMuchAtOnce,
)
from casework.statistics.means import net_promoter_score
from casework.statistics.releases import service
from casework.statistics.releases.model import Draft, Figure, FigureKind, PrintedTable, Subject
from casework.statistics.releases.rules import (
    figure,
    option_figures,
    printed_table,
    released,
    released_before,
    share_figures,
    why_not,
)
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts, Sampling
from casework.statistics.suppression import protect
from casework.workflow.errors import NoSuchObject, TooEarly
from citycore.store.connections import Connection
from tests.conftest import Database, open_database
from tests.hackathon.calling import programme_for

SETTINGS = StatisticsSettings()
NOON = datetime(2026, 11, 27, 8, tzinfo=UTC)
COUNTS = np.array([[30, 3, 41], [25, 40, 18], [44, 27, 36]])


def subject() -> Subject:
    survey = uuid4()
    return Subject("survey", survey, f"survey:{survey}")


def draft(about: Subject | None = None, **more: Any) -> Draft:
    table = protect(COUNTS, SETTINGS)
    facts = Facts(sampling=Sampling.ROLL, answered=264, asked=900, answers_min=SETTINGS.answers_min)
    known = {
        "subject": about or subject(),
        "facts": facts,
        "n": 264,
        "opened_at": datetime(2026, 11, 1, tzinfo=UTC),
        "closed_at": datetime(2026, 11, 20, tzinfo=UTC),
        "method": ("wilson_95",),
        "tables": (
            printed_table("hours", ("muscat", "dhofar", "musandam"), ("early", "late", "both"), table),
        ),
    }
    return Draft(**known | more)


def closed(*_: object) -> None:
    """Everything may be known."""


def still_open(*_: object) -> TooEarly:
    return TooEarly(opens=NOON)


# What may be printed


def test_a_document_is_canonical_and_says_all():
    release_id = uuid4()
    wanted = draft(
        figures=(
            figure(
                "nps", FigureKind.NET_PROMOTERS, net_promoter_score([10] * 46 + [8] * 30 + [3] * 24), SETTINGS
            ),
        )
    )
    found = released(wanted, release_id, NOON, SETTINGS)
    assert found.sha256 == sha256(found.document.encode()).digest()
    assert service.is_whole(found)
    assert not service.is_whole(replace(found, document=found.document.replace("264", "265")))
    document = json.loads(found.document)
    assert document["release"] == str(release_id)
    (nps,) = document["figures"]
    assert (nps["value"], nps["low"], nps["high"]) == ("22.0000", "6.1788", "37.8212")
    cells = document["tables"][0]["cells"]
    assert len(cells) == 16
    assert document["hidden"] == cells.count(None) == 4
    assert document["statement"]["en"].startswith("264 of 900 who were asked answered (29 %).")
    assert "are not shown" in document["statement"]["en"]
    assert "لا تُعرض الخانات" in document["statement"]["ar"]
    assert json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")) == found.document


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"figures": (Figure(code="a", kind=FigureKind.SHARE, base=9, value=Decimal(1)),)}, BaseTooSmall),
        ({"figures": (Figure(code="a", kind=FigureKind.SHARE, base=9, value=None),)}, None),
        ({"tables": (PrintedTable(code="a", rows=("x",), columns=(), cells=(4, 4)),)}, SmallCountPrinted),
        ({"tables": (PrintedTable(code="a", rows=("x",), columns=(), cells=(0, 5)),)}, None),
        ({"tables": (PrintedTable(code="a", rows=("x",), columns=(), cells=None),)}, None),
        (
            {"facts": Facts(sampling=Sampling.SELF_SELECTED, answered=29, answers_min=30), "n": 29},
            TooFewForFigures,
        ),
        (
            {
                "facts": Facts(sampling=Sampling.SELF_SELECTED, answered=29, answers_min=30),
                "n": 29,
                "tables": (),
            },
            None,
        ),
    ],
)
def test_what_may_not_be_printed(change, refusal):
    found = why_not(draft(**change), SETTINGS)
    assert type(found) is (type(None) if refusal is None else refusal)


def test_a_table_that_is_withheld_is_said_to_be():
    document = json.loads(
        released(draft(tables=(printed_table("a", ("x", "y"), (), None),)), uuid4(), NOON, SETTINGS).document
    )
    assert document["tables"][0]["cells"] is None
    assert document["hidden"] == 3
    assert "The table is not shown" in document["statement"]["en"]


def test_shares_of_hidden_counts_are_hidden_too():
    table = protect(np.array([60, 3, 20]), SETTINGS)
    shares = share_figures("hours", ("early", "late", "both"), table, 83, SETTINGS)
    assert [one.value is None for one in shares].count(True) == 2
    assert shares[1].value is None
    assert {one.value for one in share_figures("hours", ("early", "late"), None, 83, SETTINGS)} == {None}
    several = option_figures("channels", {"web": 40, "kiosk": 4, "all": 81, "none": 0}, 83, SETTINGS)
    assert [one.value for one in several] == [Decimal("0.4819"), None, None, Decimal("0.0000")]
    few = option_figures("channels", {"web": 0}, 9, SETTINGS)
    assert [one.value for one in few] == [None]


def test_a_question_has_no_more_options_than_the_limit():
    settings = StatisticsSettings(options_max=2)
    with pytest.raises(TooMuchAtOnce):
        option_figures("a", {"x": 20, "y": 20, "z": 20}, 60, settings)
    with pytest.raises(TooMuchAtOnce):
        share_figures("a", ("x", "y", "z"), None, 60, settings)


def test_an_earlier_release_is_taken_up_with_its_counts():
    table = protect(COUNTS, SETTINGS)
    assert table is not None
    printed = printed_table("hours", ("a", "b", "c"), ("d", "e", "f"), table)
    before = released_before(printed, COUNTS)
    np.testing.assert_array_equal(before.hidden, table.hidden)
    with pytest.raises(ValueError, match="other counts"):
        released_before(printed, COUNTS + 1)


# What is stored


@pytest.fixture(scope="module")
def house_of_figures(postgres: Any) -> Iterator[Database]:
    with open_database(postgres) as database:
        yield database


@pytest.fixture
def portal(house_of_figures: Database) -> Iterator[Connection]:
    with house_of_figures.connect("portal") as connection:
        yield connection


@pytest.fixture
def programme(portal: Connection) -> Programme:
    return programme_for(portal, lambda: NOON)


def test_nothing_is_released_before_the_guard_says_so(programme):
    about = subject()
    with pytest.raises(TooEarly):
        programme.call(SYSTEM, service.release, draft(about), still_open)
    with programme.session(SYSTEM) as session:
        assert service.list_releases(session, about) == []


def test_a_release_stands_in_the_log_and_everybody_may_read_it(programme, portal, house_of_figures):
    about = subject()
    new = programme.call(SYSTEM, service.release, draft(about), closed)
    with programme.session(SYSTEM) as session:
        assert service.find(session, new.release_id) == new
        assert service.list_releases(session, about) == [new]
        with pytest.raises(NoSuchObject):
            service.find(session, uuid4())
    row = portal.execute(
        "SELECT chain, event, details ->> 'sha256' FROM innovation.audit WHERE object = %s", [new.release_id]
    )
    assert row.fetchall() == [(about.chain, "release", new.sha256.hex())]
    assert verify(portal, about.chain).findings == ()
    with house_of_figures.connect("read") as reader:
        found = reader.execute(
            "SELECT document, sha256 FROM open_participation.releases WHERE release_id = %s", [new.release_id]
        ).fetchone()
    assert found == (new.document, new.sha256.hex())


def test_a_correction_is_a_release_that_names_the_earlier_one(programme, house_of_figures):
    about = subject()
    first = programme.call(SYSTEM, service.release, draft(about), closed)
    second = programme.call(SYSTEM, service.release, draft(about, corrects=first.release_id), closed)
    assert json.loads(second.document)["corrects"] == str(first.release_id)
    assert json.loads(second.document)["statement"]["en"].startswith("This replaces an earlier release")
    for wrong, refusal in (
        (draft(about, corrects=first.release_id), ReleaseReplaced),
        (draft(corrects=second.release_id), ReleaseOfAnother),
        (draft(about, corrects=uuid4()), NoSuchObject),
    ):
        with pytest.raises(refusal):
            programme.call(SYSTEM, service.release, wrong, closed)
    with house_of_figures.connect("read") as reader:
        rows = reader.execute(
            "SELECT release_id, corrects, corrected_by FROM open_participation.releases WHERE subject_id = %s",
            [about.object_id],
        ).fetchall()
    assert sorted(rows) == sorted(
        [(first.release_id, None, second.release_id), (second.release_id, first.release_id, None)]
    )


@pytest.mark.parametrize("role", ["portal", None])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE participation.releases SET n = 1",
        "DELETE FROM participation.releases",
        "TRUNCATE participation.releases CASCADE",
    ],
)
def test_nobody_changes_a_release(programme, house_of_figures, role, statement):
    """Not even the owner of the tables, short of taking the trigger away."""
    programme.call(SYSTEM, service.release, draft(), closed)
    with (
        house_of_figures.connect(*([role] if role else [])) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_a_document_without_its_digest_is_not_stored(portal):
    values = [uuid4(), "survey", uuid4(), NOON, "self_selected", 40, 40, "{}", bytes(32)]
    with pytest.raises(psycopg.errors.CheckViolation):
        portal.execute(
            "INSERT INTO participation.releases (release_id, subject_kind, subject_id, released_at, sampling, n, answered,"
            " document, sha256) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            values,
        )
