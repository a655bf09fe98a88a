"""A draft that nobody but its writer has: a file that is taken away and brought back, for forms of which the hub keeps nothing. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from hub_api.programme.kit.errors import DraftFileForeign, DraftFileUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.places import typed_in

FORMAT: Final = "falaj-draft-1"


class Brought(NamedTuple):
    """``left`` are texts for which the form has no field any more; ``files`` the names of files that are to be chosen again."""

    form: Form
    left: tuple[str, ...]
    files: tuple[str, ...]


def write(form: Form, place: str, names: Iterable[str], files_name: str, at: datetime) -> bytes:
    """What stands in the fields of these ``names``, as UTF-8 JSON; of files their names. ``place`` says of which form it is."""
    typed = typed_in(form)
    said = {
        "format": FORMAT,
        "form": place,
        "taken_at": at.isoformat(timespec="seconds"),
        "fields": {name: typed[name] for name in names if name in typed},
        "files": [name for name in typed.get(files_name, []) if name],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def read(content: bytes, place: str, names: Iterable[str]) -> Brought:
    """What :func:`write` wrote, or somebody by hand; :class:`DraftFileUnreadable`, :class:`DraftFileForeign`."""
    try:
        said = json.loads(content)
        fields = {str(name): _texts(texts) for name, texts in said["fields"].items()}
        files = tuple(_texts(said.get("files", [])))
        is_ours, form = said["format"] == FORMAT, said["form"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DraftFileUnreadable from error
    if not is_ours:
        raise DraftFileUnreadable
    if form != place:
        raise DraftFileForeign
    known = set(names)
    left = tuple(
        text for name, texts in fields.items() if name not in known for text in texts if text.strip()
    )
    return Brought(Form({name: texts for name, texts in fields.items() if name in known}), left, files)


def _texts(given: Any) -> list[str]:
    """Of a field: texts, or one; nothing that a form could not have sent."""
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(one, str) and "\0" not in one for one in texts):
        raise TypeError("no texts")
    if any(0xD800 <= ord(letter) <= 0xDFFF for one in texts for letter in one):
        raise ValueError("half a character")
    return texts
