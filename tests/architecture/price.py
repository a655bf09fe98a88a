"""What each noun of participation costs: files made and touched, lines; printed by ``python -m tests.architecture.measures``.

A noun is a folder of ``participation``. Its files are those of that folder, of its pages, tests that have its name in theirs, and
migrations in which a statement is about a table of its own. Lines are those of Python and SQL, of a migration only such statements.
Touched is what names its packages elsewhere, but for tests that take it as an example of something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FAMILY: Final = "participation"
PAGES: Final = f"hub_api/programme/{FAMILY}"
_MIGRATION: Final = re.compile(rf"citycore/store/migrations/versions/\w+/{FAMILY}/\w+\.sql")
_WRITTEN: Final = re.compile(rf"(?:INSERT INTO|UPDATE|DELETE FROM) ({FAMILY}\.\w+)")
_SERVED: Final = re.compile(rf"open_{FAMILY}\.\w+")
#: Statements of a migration, each with what is said above it, and what the first one is about.
_STATEMENT: Final = re.compile(r"(?:.*\n)*?.*;$\n?", re.MULTILINE)
_SUBJECT: Final = re.compile(rf"\b(?:TABLE|VIEW|ON|UPDATE|INTO|INDEX) ((?:open_)?{FAMILY}\.\w+)")


@dataclass(frozen=True, slots=True)
class Price:
    noun: str
    made: int
    touched: int
    lines: int


def prices(files: dict[str, str]) -> Iterator[Price]:
    """Of each noun, from the texts of all files by their names."""
    for noun in sorted({name.split("/")[1] for name in files if re.match(rf"{FAMILY}/\w+/noun\.py", name)}):
        own = [name for name in files if is_own(noun, name)]
        tables = tables_of(noun, files)
        migrations = {name: part_of(text, tables) for name, text in files.items() if _MIGRATION.match(name)}
        lines = [files[name] for name in own if name.endswith((".py", ".sql"))] + list(migrations.values())
        touched = [name for name, text in files.items() if name not in own and is_touched(noun, name, text)]
        yield Price(
            noun,
            len(own) + sum(1 for text in migrations.values() if text),
            len(touched),
            sum(len(text.splitlines()) for text in lines),
        )


def is_own(noun: str, name: str) -> bool:
    words = set(Path(name).stem.split("_"))
    is_test = name.startswith("tests/") and bool(words & {noun, noun.removesuffix("s")})
    return is_test or name.startswith((f"{FAMILY}/{noun}/", f"{PAGES}/{noun}/"))


def is_touched(noun: str, name: str, text: str) -> bool:
    """By an import, a template or the list of a revision."""
    if name.startswith("tests/"):
        return False
    named: dict[str, str] = {
        ".py": rf"from (?:hub_api\.programme\.)?{FAMILY}(?:\.| import ){noun}\b|^    \"{FAMILY}/{noun}\",$",
        ".html": rf"\"programme/{FAMILY}/{noun}/",
    }
    pattern = named.get(Path(name).suffix)
    return pattern is not None and re.search(pattern, text, re.MULTILINE) is not None


def tables_of(noun: str, files: dict[str, str]) -> set[str]:
    """Tables that its statements alone write, and views that its open data alone read."""

    def found(pattern: re.Pattern[str], is_meant: Callable[[str], bool]) -> set[str]:
        return {
            one
            for name, text in files.items()
            if name.endswith(".sql") and is_meant(name)
            for one in pattern.findall(text)
        }

    rooms = f"{PAGES}/{noun}/"
    served = found(_SERVED, lambda name: name.startswith(rooms))
    others = found(_SERVED, lambda name: name.startswith(f"{PAGES}/") and not name.startswith(rooms))
    return found(_WRITTEN, lambda name: name.startswith(f"{FAMILY}/{noun}/")) | (served - others)


def part_of(migration: str, tables: set[str]) -> str:
    """Its statements about these."""
    parts = _STATEMENT.findall(migration)
    return "".join(part for part in parts if (about := _SUBJECT.search(part)) and about[1] in tables)
