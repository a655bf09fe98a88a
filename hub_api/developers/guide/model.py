"""The guide in one language, made once; the names of this hub are filled in for each reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Guide:
    """``html`` holds ``@name@`` where a name of the hub belongs."""

    sections: tuple[Section, ...]
    html: str

    def filled(self, names: Mapping[str, str]) -> str:
        """The HTML for one hub."""
        text = self.html
        for name, value in names.items():
            text = text.replace(f"@{name}@", escape(value))
        return text
