"""The mappings that ship, found by the name of the recording."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from citycore.recordings.errors import InvalidRecording
from citycore.recordings.mapping import Mapping, read_entries, read_mapping

MAPPINGS = Path(__file__).parent / "recordings" / "mappings"


def load_mapping(file: Path, mapping: Path | None = None, source: str | None = None) -> Mapping:
    """The mapping of a recording: the given one, or the shipped one that fits the file's name.

    ``source`` replaces the code of the source. :class:`InvalidRecording` if there is no or more than one
    mapping, or it is wrong.
    """
    return read_mapping(mapping if mapping is not None else _find(file), source)


def _find(file: Path) -> Path:
    fitting = [
        path
        for path in sorted(MAPPINGS.glob("*.toml"))
        if any(fnmatchcase(file.name, glob) for glob in read_entries(path).files)
    ]
    if not fitting:
        raise InvalidRecording(file, 1, "no_mapping")
    if len(fitting) > 1:
        raise InvalidRecording(file, 1, "two_mappings", names=", ".join(path.name for path in fitting))
    return fitting[0]
