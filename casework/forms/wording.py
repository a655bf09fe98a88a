"""Questions whose words stand in the texts of a package, for forms that the hub asks itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from casework.forms.model import Choice, FieldKind, FormField
from citycore.language import LANGUAGES, catalogue


@dataclass(frozen=True, slots=True)
class Wording:
    """``table.CODE`` asks, and ``table_help.CODE`` explains, where there is something to explain."""

    package: str
    table: str

    def field(self, code: str, kind: FieldKind, page: int, *, name: str = "", **more: Any) -> FormField:
        """Asked as ``name`` says, if that is not ``code``."""
        texts, words = catalogue(self.package).texts, dict(more)
        for language in LANGUAGES:
            words[f"name_{language}"] = texts[language][f"{self.table}.{name or code}"]
            words[f"help_{language}"] = texts[language].get(f"{self.table}_help.{code}", "")
        return FormField(code=code, kind=kind, page=page, **words)


def choices_of(kinds: Iterable[Any]) -> tuple[Choice, ...]:
    """All of an enumeration whose members have a ``label``."""
    return tuple(Choice(one.value, one.label.text("ar"), one.label.text("en")) for one in kinds)
