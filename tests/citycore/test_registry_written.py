"""A registry as somebody wrote it: each fault with its line, what would change, and a table of all of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from citycore.registry.document import read_text
from citycore.registry.service import apply, describe
from citycore.registry.taking import Finding, take_in
from citycore.registry.written import read_written, write_table
from tests.citycore.test_registry_document import NOW, TEXT
from tests.conftest import Database

LATER = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECTOR = "sectors:\n- {code: heritage, name_en: Heritage, name_ar: التراث}\n"
SOURCE = "sources:\n- code: s\n  name_en: S\n  name_ar: س\n  zone: Asia/Maskat\n  topic_filters:\n  - a/#/b\n"
TABLE = "section,source,code,name_en,name_ar,sector,unit,lower_bound,aliases,kind,observed_property\n"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("sectors: [", [(1, "")]),
        ("- 1", [(1, "")]),
        ("sectors: []\nsectors: []", [(2, "")]),
        ("? [a]\n: 1", [(1, "")]),
        ("a: []\nsources: 3", [(1, "a"), (2, "sources")]),
        # Faults of shape, of all entries.
        (
            "sectors:\n- {code: a, name_en: A}\n- {code: b, name_en: B, name_ar: ب}\n- code: c\n  colour: red\n",
            [(2, "sectors[0]"), (4, "sectors[2]")],
        ),
        (
            "sources:\n- code: s\n  name_en: S\n  name_ar: س\n  things:\n  - code: t\n    kind: 3\n",
            [(7, "sources[0].things[0].kind")],
        ),
        # Faults of sense, of all entries.
        (
            SECTOR
            + "observed_properties:\n"
            + "- {code: a, name_en: A, name_ar: أ, sector: nowhere, unit: mm}\n"
            + "- code: Upper\n  name_en: B\n  name_ar: ب\n  sector: heritage\n  unit: mm\n"
            + "  lower_bound: 9\n  upper_bound: 1\n",
            [(4, "observed_properties[0].sector"), (5, "observed_properties[1].code"),
             (5, "observed_properties[1]")],
        ),
        (
            SOURCE
            + "  things:\n  - {code: t, kind: x, name_en: T, name_ar: ت, latitude: 1}\n",
            [(5, "sources[0].zone"), (7, "sources[0].topic_filters[0]"), (9, "sources[0].things[0]")],
        ),
        # What only the store can say.
        (TEXT.replace("3600", "99999999999"), [(None, "")]),
        (TEXT.replace("Bosch", '"a\\0b"'), [(None, "")]),
        # A table.
        ("code,colour,name_en\n", [(1, "")]),
        (
            TABLE
            + "observed_properties,,wobble,Wobble,تمايل,other,mm,low,,,\n"
            + "nothing,,x,X,س,,,,,,\n"
            + ",,,,,,,,,,\n"
            + "things,no-such,t,T,ت,,,,,station,air_temperature\n",
            [(2, "observed_properties[0].lower_bound"), (3, "nothing")],
        ),
        (
            TABLE + "things,no-such,t,T,ت,,,,,station,air_temperature\n",
            [(2, "things.no-such[0]")],
        ),
        (
            TABLE
            + "sources,,s,S,س,,,,,device,\n"
            + "things,s,t,T,ت,,,,,station,air_temperature\n"
            + "things,s,t,T,ت,,,,,station,batery_level\n",
            [(4, "sources[0].things[0].datastreams[1].observed_property")],
        ),
    ],
)  # fmt: skip
def test_every_fault_is_told_with_its_line(
    database: Database, text: str, faults: list[tuple[int | None, str]]
) -> None:
    with database.connect("registry") as connection:
        found = take_in(connection, text, NOW)
        assert [(fault.line, fault.where) for fault in found.faults] == faults, found.faults
        assert describe(connection).sectors == [], "nothing of it is taken in"


def said(found: Finding) -> list[tuple[str, str, bool, tuple[str, ...]]]:
    assert found.faults == []
    return [tuple(change) for change in found.changes]  # type: ignore[misc]


def test_a_trial_says_what_would_change_and_changes_nothing(database: Database) -> None:
    with database.connect("registry") as connection:
        tried = take_in(connection, TEXT, NOW, is_trial=True)
        assert said(tried) == [
            ("sectors", "heritage", True, ()),
            ("observed_properties", "wall_lean", True, ()),
            ("sensors", "bmp280", True, ()),
            ("sources", "old-fort", True, ()),
            ("things", "old-fort-wall", True, ()),
        ]
        assert describe(connection).sources == []
        assert said(take_in(connection, TEXT, NOW)) == said(tried)
        assert said(take_in(connection, TEXT, LATER, is_trial=True)) == []
        other = (
            TEXT.replace("58.4", "58.5").replace("upper_bound: 100", "upper_bound: 90").replace("3600", "60")
        )
        assert said(take_in(connection, other, LATER, is_trial=True)) == [
            ("observed_properties", "wall_lean", False, ("upper_bound",)),
            ("things", "old-fort-wall", False, ("longitude", "datastreams")),
        ]


def test_what_only_the_store_knows_has_a_line_too(database: Database) -> None:
    others = TEXT.replace("old-fort\n", "new-fort\n")
    with database.connect("registry") as connection:
        apply(connection, read_text(TEXT), NOW)
        (fault,) = take_in(connection, others, NOW).faults
    assert others.splitlines()[24] == "  - code: old-fort-wall"
    assert (fault.line, fault.where) == (25, "sources[0].things[0].code")
    assert "belongs to another source" in fault.reason


def test_one_table_holds_all_of_a_registry(database: Database) -> None:
    with database.connect("registry") as connection:
        apply(connection, read_text(TEXT), NOW)
        before = describe(connection)
        written = write_table(before)
        assert said(take_in(connection, written, LATER)) == []
        assert describe(connection) == before
    with database.connect("registry") as connection:
        # A table of things alone is for sources that are there.
        rows = "source,code,kind,name_en,name_ar,observed_property\n"
        rows += "old-fort,gate,station,Gate,البوابة,wall_lean\nold-fort,gate,station,Gate,البوابة,air_temperature\n"
        assert said(take_in(connection, rows, LATER)) == [("things", "gate", True, ())]
        things = {thing.code: thing for thing in describe(connection).sources[0].things}
    assert {each.observed_property for each in things["gate"].datastreams} == {"wall_lean", "air_temperature"}


def test_a_table_is_read_as_it_was_written() -> None:
    document = read_text(TEXT)
    written = read_written("\ufeff" + write_table(document))
    assert written.faults == []
    (source,) = written.document.sources
    assert replace(written.document, sources=[replace(source, things=written.things["old-fort"])]) == document
