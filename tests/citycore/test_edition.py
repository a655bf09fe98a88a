"""What follows from the edition of TimescaleDB: a decision, tried for both; the one that is here is also looked at."""

from __future__ import annotations

import pytest

from citycore.store.edition import (
    COMPRESSED,
    Edition,
    Found,
    edition_of,
    follow_edition,
    look,
    plan,
    version_of,
)
from stack import boundary
from tests.conftest import Database


@pytest.mark.parametrize(
    ("licence", "edition"),
    [
        ("apache", Edition.APACHE),
        ("timescale", Edition.COMMUNITY),
        (None, Edition.APACHE),
        ("?", Edition.APACHE),
    ],
)
def test_the_licence_says_which_edition(licence: str | None, edition: Edition) -> None:
    assert edition_of(licence) is edition


@pytest.mark.parametrize(
    ("text", "version"), [("2.19.3", (2, 19, 3)), ("2.23.0-dev", (2, 23, 0)), ("3.0", (3, 0)), ("", ())]
)
def test_versions_compare_as_numbers(text: str, version: tuple[int, ...]) -> None:
    assert version_of(text) == version


def test_nothing_follows_where_nothing_is_allowed_or_late_data_would_be_refused() -> None:
    assert plan(Found(Edition.APACHE, (2, 19, 3)), 30) == []
    assert plan(Found(Edition.COMMUNITY, (2, 10, 2)), 30) == []
    assert plan(Found(Edition.COMMUNITY, ()), 30) == []


@pytest.mark.parametrize(
    ("version", "enable", "policy"),
    [
        ((2, 23, 0), "timescaledb.enable_columnstore", "add_columnstore_policy"),
        ((2, 11, 0), "timescaledb.compress,", "add_compression_policy"),
    ],
)
def test_the_community_edition_compresses_each_table_once_and_by_policy(
    version: tuple[int, ...], enable: str, policy: str
) -> None:
    first = [statement.as_string(None) for statement in plan(Found(Edition.COMMUNITY, version), 45)]
    assert sum(enable in statement for statement in first) == len(COMPRESSED)
    assert sum(policy in statement and "days => 45" in statement for statement in first) == len(COMPRESSED)
    assert any("'datastream_id'" in statement and "'phenomenon_time'" in statement for statement in first)
    again = plan(Found(Edition.COMMUNITY, version, frozenset(COMPRESSED)), 45)
    assert all(enable not in statement.as_string(None) for statement in again)
    # A policy that is there goes before it comes with the age of the setting.
    assert len(again) == 2 * len(COMPRESSED)


def test_the_doctor_says_which_edition_the_store_here_is_of_and_what_follows(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.connect("read") as connection:
        found = look(connection)
    assert found.version >= (2, 18)
    assert found.enabled == (frozenset(COMPRESSED) if found.compresses else frozenset())
    assert follow_edition(database.url("owner"), 30) == found
    for language, words in (
        ("en", f"{found.edition.title()} edition"),
        ("ar", f"إصدار {found.edition.title()}"),
    ):
        for name, value in (database.environment() | {"FALAJ_LANGUAGE": language}).items():
            monkeypatch.setenv(name, value)
        assert boundary.run(["doctor"]) == 0
        assert words in capsys.readouterr().out
