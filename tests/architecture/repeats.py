"""How often the tree says the same twice: pairs of places that share six or more lines.

``python -m tests.architecture.repeats`` prints the packages that repeat each other most, ``--blocks 20`` the twenty
longest blocks too. ``--twins`` takes a submission for an application, a judge for a reviewer and so on, and shows
what was written twice with other nouns.

Lines are compared without their indent; blank lines, lone brackets, comments and imports are left out. Two places
that share more than six lines in a row count once.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "benchmarks", "casework", "citycore", "dashboards", "falaj_client", "forecasting", "hackathon", "hub_api",
    "ingest", "participation", "programme", "simulators", "stack", "tests",
)  # fmt: skip
LINES_MIN = 6
#: Nouns of one programme, and what they are in another.
TWINS = {
    "submission": "application", "hackathon": "call", "judge": "reviewer", "sheet": "review", "jury": "reviewing",
    "judging": "reviewing", "team_member": "applicant", "member": "applicant", "captain": "lead",
}  # fmt: skip
_TWIN = re.compile("|".join(sorted(TWINS, key=len, reverse=True)))
#: A block that stands in more places than this is counted between neighbours only.
PLACES_MAX = 60


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many lines stand in both files, from these line numbers on."""

    first: str
    first_line: int
    second: str
    second_line: int
    lines: int


def find_repeats(files: dict[str, str], *, twins: bool = False, lines_min: int = LINES_MIN) -> list[Repeat]:
    """Every pair of places that share so many lines or more, the longest first."""
    texts = {name: list(_lines_of(_alike(text) if twins else text)) for name, text in files.items()}
    places: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
    for name, lines in texts.items():
        for start in range(len(lines) - lines_min + 1):
            window = tuple(text for _, text in lines[start : start + lines_min])
            places[window].append((name, start))
    shared = {
        (one, other)
        for known in places.values()
        for one, other in (combinations(known, 2) if len(known) <= PLACES_MAX else pairwise(known))
        if one[0] != other[0] or other[1] - one[1] >= lines_min
    }
    return sorted(_runs(texts, shared, lines_min), key=lambda one: -one.lines)


def _runs(
    texts: dict[str, list[tuple[int, str]]],
    shared: set[tuple[tuple[str, int], tuple[str, int]]],
    lines_min: int,
) -> Iterator[Repeat]:
    """Windows that follow each other in both files are one run."""
    for (first, start), (second, other) in shared:
        if ((first, start - 1), (second, other - 1)) in shared:
            continue
        length = 0
        while ((first, start + length), (second, other + length)) in shared:
            length += 1
        yield Repeat(first, texts[first][start][0], second, texts[second][other][0], length + lines_min - 1)


def _alike(text: str) -> str:
    return _TWIN.sub(lambda noun: TWINS[noun[0]], text.lower())


def _lines_of(text: str) -> Iterator[tuple[int, str]]:
    is_import = False
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if is_import:
            is_import = ")" not in bare
            continue
        if bare.startswith(("import ", "from ")):
            is_import = bare.endswith("(")
            continue
        if len(bare) > 1 and not bare.startswith("#"):
            yield number, bare


def tree(rooms: tuple[str, ...] = ROOMS, ending: str = "py") -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text("utf-8")
        for room in rooms
        for path in sorted((ROOT / room).rglob(f"*.{ending}"))
    }


def noun_of(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[: min(3, len(parts) - 1)])


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", default=ROOMS)
    parser.add_argument("--blocks", type=int, default=0, help="so many of the longest blocks")
    parser.add_argument("--twins", action="store_true")
    parser.add_argument("--rows", type=int, default=25)
    given = parser.parse_args()
    repeats = find_repeats(tree(tuple(given.rooms)), twins=given.twins)
    say(f"{len(repeats)} pairs of places share {LINES_MIN} or more lines")
    pairs = Counter[tuple[str, str]]()
    lines = Counter[tuple[str, str]]()
    for one in repeats:
        names = sorted((noun_of(one.first), noun_of(one.second)))
        pairs[names[0], names[1]] += 1
        lines[names[0], names[1]] += one.lines
    for names, count in pairs.most_common(given.rows):
        say(f"{count:5} {lines[names]:6} lines  {names[0]}  {names[1]}")
    for one in repeats[: given.blocks]:
        say(f"{one.lines:4}  {one.first}:{one.first_line}  {one.second}:{one.second_line}")


if __name__ == "__main__":
    main()
