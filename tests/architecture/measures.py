"""What the house costs, as a table: ``python -m tests.architecture.measures``.

Figures that the decisions name, counted the same way each time. Nothing here fails; the tests beside it do.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.architecture.noun_page import read_page
from tests.architecture.price import prices

ROOT = Path(__file__).resolve().parents[2]
PROGRAMME = ("casework/", "hackathon/", "participation/", "programme/", "hub_api/programme/")
CLIENT = ("programme", "funding", "market", "outcomes")
PAGES = "hub_api/programme/"


def tracked(pattern: str) -> list[Path]:
    """Files of the project, as git knows them."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", pattern], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def lines_of(files: list[Path]) -> int:
    return sum(len(file.read_text("utf-8").splitlines()) for file in files)


def is_programme(file: Path) -> bool:
    """Of casework, the innovation programme, its pages and interfaces, or their part of the client."""
    name = name_of(file)
    return name.startswith(PROGRAMME) or (
        name.startswith("falaj_client/") and any(word in file.stem for word in CLIENT)
    )


def count(pattern: str, files: list[Path]) -> int:
    return sum(len(re.findall(pattern, file.read_text("utf-8"))) for file in files)


def calls(files: list[Path], is_meant: Callable[[ast.AST], bool]) -> Iterator[str]:
    """Files that hold such a thing, once for each."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if is_meant(node):
                yield name_of(file)


def imports_a_repository(node: ast.AST) -> bool:
    if not isinstance(node, ast.ImportFrom) or node.module is None:
        return False
    names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    is_ours = node.module.split(".")[0] in {"casework", "hackathon", "participation"}
    return is_ours and any(part.endswith("repository") for name in names for part in name.split("."))


def opens_a_transaction(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "transaction"
    )


def nests_its_work(node: ast.AST) -> bool:
    """A route that wraps a service in a function of its own."""
    return isinstance(node, ast.AsyncFunctionDef) and any(
        isinstance(part, ast.FunctionDef) and part.name == "work" for part in node.body
    )


def figures() -> Iterator[tuple[str, int]]:
    python = tracked("*.py")
    code = [file for file in python if not name_of(file).startswith("tests/")]
    programme = [file for file in code if is_programme(file)]
    pages = [file for file in programme if name_of(file).startswith(PAGES)]
    yield "lines of the programme (Python, none of them generated)", lines_of(programme)
    yield "files of the programme (Python)", len(programme)
    yield "lines of all code (Python)", lines_of(code)
    yield "lines of all tests (Python)", lines_of([file for file in python if file not in set(code)])
    yield "too many arguments (PLR0913), allowed", count(r"noqa: [A-Z0-9, ]*PLR0913", code)
    yield "formatter switched off outside tests", count(r"fmt: (?:skip|off)", code)
    yield "repositories imported by pages and programs", sum(1 for _ in calls(pages, imports_a_repository))
    yield "transactions in pages and programs", sum(1 for _ in calls(pages, opens_a_transaction))
    yield "routes that nest their work", sum(1 for _ in calls(pages, nests_its_work))
    yield "`_attempt` and `_look` of pages", count(r"def _(?:attempt|look)\b", pages)
    yield "values named `Shown`", count(r"class Shown\b", pages)
    noun = read_page()
    yield "a new noun: files made", len(noun.made)
    yield "a new noun: files touched", len(noun.touched)
    yield "a new noun: lines", noun.lines


def price_table() -> Iterator[str]:
    """A row a noun of participation."""
    yield f"{'files':>8}  {'touched':>7}  {'lines':>6}  noun of participation"
    for one in prices({name_of(file): file.read_text("utf-8") for file in tracked_texts()}):
        yield f"{one.made:>8}  {one.touched:>7}  {one.lines:>6,}  {one.noun}"


def tracked_texts() -> Iterator[Path]:
    for suffix in ("py", "sql", "html", "toml"):
        yield from tracked(f"*.{suffix}")


def main() -> None:
    for what, number in figures():
        sys.stdout.write(f"{number:>8,}  {what}\n")
    for row in price_table():
        sys.stdout.write(f"{row}\n")


if __name__ == "__main__":
    main()
