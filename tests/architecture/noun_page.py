"""``docs/adding-a-noun.md`` as what it tells to do: files to make, lines to put into others, commands to run.

Before a block stands whose it is: ``**`path`**`` for all of a new file, and
``**`path`**, after the line that begins with `…`:`` (or ``before``) for lines that go into one which exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-noun.md"
_HEAD = re.compile(r"\*\*`([^`]+)`\*\*(?:, (after|before) the line that begins with (`+)(.+)\3:)?")
_BLOCK = re.compile(r"^```(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """``beside`` is what the line begins with below or above which it goes; None for all of a new file."""

    path: str
    beside: str | None
    text: str
    is_above: bool = False

    def apply(self, root: Path) -> None:
        """``ValueError`` where the file is there already, or the line is not there exactly once."""
        file = root / self.path
        if self.beside is None:
            if file.exists():
                raise ValueError(f"{self.path} is there already")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self.text, "utf-8")
            return
        lines = file.read_text("utf-8").splitlines(keepends=True)
        found = [number for number, line in enumerate(lines, 1) if line.lstrip().startswith(self.beside)]
        if len(found) != 1:
            raise ValueError(f"{self.path} has {len(found)} lines that begin with {self.beside!r}")
        at = found[0] - self.is_above
        lines[at:at] = [self.text]
        file.write_text("".join(lines), "utf-8")


@dataclass(frozen=True, slots=True)
class NounPage:
    blocks: tuple[Block, ...]
    commands: tuple[str, ...]

    @property
    def made(self) -> set[str]:
        return {block.path for block in self.blocks if block.beside is None}

    @property
    def touched(self) -> set[str]:
        """Those that a person writes in; what a command writes is none of them."""
        return {block.path for block in self.blocks} - self.made

    @property
    def lines(self) -> int:
        return sum(len(block.text.splitlines()) for block in self.blocks)


def read_page(text: str | None = None) -> NounPage:
    """``ValueError`` for a block of which nobody says where it goes."""
    text = PAGE.read_text("utf-8") if text is None else text
    blocks, commands, end = [], [], 0
    for found in _BLOCK.finditer(text):
        before = text[end : found.start()].rstrip().rpartition("\n")[2]
        end = found.end()
        if found[1] == "sh":
            commands += found[2].splitlines()
            continue
        head = _HEAD.fullmatch(before)
        if head is None:
            raise ValueError(f"where does it go? {before!r}")
        blocks.append(Block(head[1], head[4] and head[4].strip(), found[2], head[2] == "before"))
    return NounPage(tuple(blocks), tuple(commands))
