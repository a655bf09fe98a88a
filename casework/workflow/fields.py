"""Fields that cannot be stored as they were sent: every noun refuses them with the same error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from casework.workflow.errors import LettersTurned, ScriptsMixed, WrongField, check
from casework.workflow.wording import Label, Span
from citycore.normalisation import mixes_scripts, turns_letters

#: Fields that stand in one line among the words of others, by what they are called; all others are prose.
_NAMES: Final = re.compile(r"(?:[a-z]+_)*(?:title|name|byline|speaker|subject|place|role)(?:_ar|_en)?")


@dataclass(frozen=True, slots=True)
class Fields:
    """Those of a noun: texts of its ``package`` name them."""

    package: str

    def wrong(self, field: str, limit: str | Span) -> WrongField:
        return WrongField(field=Label(self.package, f"field.{field}"), limit=limit)

    def check_text(self, field: str, text: str, most: int, least: int = 1) -> None:
        """:class:`WrongField` unless a text can be stored."""
        check(self.wrong_text(field, text, most, least))

    def wrong_text(self, field: str, text: str, most: int, least: int = 1) -> WrongField | None:
        """Refuse a text of fewer characters than ``least``, for which spaces around it do not count, or of more than ``most``.

        A field that is called a name or a title is held to what a name may have, and others to what prose may.
        """
        if turns_letters(text, is_prose=_NAMES.fullmatch(field) is None):
            return LettersTurned(field=Label(self.package, f"field.{field}"))
        length = len(text.strip()) if least else len(text)
        return None if least <= length <= most else self.wrong(field, f"{least}–{most}")

    def wrong_public_name(self, field: str, text: str, most: int) -> WrongField | None:
        """Refuse a public name, as of a team, also for a word of several scripts, by which one name passes for another."""
        refusal = self.wrong_text(field, text, most)
        if refusal is None and mixes_scripts(text):
            return ScriptsMixed(field=Label(self.package, f"field.{field}"))
        return refusal

    def wrong_link(
        self, field: str, link: str, most: int, *, is_needed: bool = False
    ) -> Iterator[WrongField]:
        """Of anything but an address of the web, or "" where none is needed."""
        try:
            parts = urlsplit(link)
        except ValueError:  # brackets that hold no address
            yield self.wrong(field, "https://…")
            return
        is_web = parts.scheme == "https" and bool(parts.netloc) and all(letter > " " for letter in link)
        if (link or is_needed) and (not is_web or len(link) > most):
            yield self.wrong(field, "https://…")

    def wrong_texts(
        self, value: object, names: Iterable[str], most: int, least: int = 1
    ) -> Iterator[WrongField]:
        """The texts of a value with these names that are too short or too long."""
        for name in names:
            refusal = self.wrong_text(name, getattr(value, name), most, least)
            if refusal is not None:
                yield refusal

    def check_texts(self, value: object, names: Iterable[str], most: int, least: int = 1) -> None:
        """:class:`WrongField` for the first of them."""
        for refusal in self.wrong_texts(value, names, most, least):
            raise refusal
