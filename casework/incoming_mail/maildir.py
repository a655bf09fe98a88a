"""Maildirs ``FOLDER/ORGANISATION/KIND``, which any mail server or fetching program fills.

What was read goes from ``new`` to ``cur``, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from casework.incoming_mail.model import Box, Intake, Letter
from casework.incoming_mail.rules import box_named

_FINISHED: Final = ":2,S"


def letters_in(root: Path, intake: Intake) -> Iterator[Letter]:
    """What waits, the oldest first in each Maildir; folders of another shape are no Maildirs of ours."""
    for folder in sorted(root.glob("*/*/new")):
        box = box_named(intake, *folder.parts[-3:-1])
        if box is None:
            continue
        for file in sorted(folder.iterdir(), key=lambda one: one.name):
            if file.is_file() and not file.name.startswith("."):
                yield _letter(file, box)


def _letter(file: Path, box: Box) -> Letter:
    target = file.parent.parent / "cur" / f"{file.name}{_FINISHED}"

    def finish() -> None:
        file.rename(target)

    key = f"{box.organisation_id}/{box.kind}/{file.name}"
    return Letter(key, box, lambda: file.stat().st_size, file.read_bytes, finish)
