"""Under which licence a package says that it comes, from what is installed."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, metadata
from typing import Final

from stack.supply.pins import Pin

#: Longer ones are texts of licences, which stand in the same field of old packages.
_NAME_CHARACTERS_MAX: Final = 80


def licences_of(pins: Iterable[Pin]) -> dict[str, str]:
    """By ``name@version``; without those that are not installed here, in this version, or say nothing."""
    found = {}
    for pin in pins:
        licence = _licence(pin)
        if licence is not None:
            found[f"{pin.name}@{pin.version}"] = licence
    return found


def _licence(pin: Pin) -> str | None:
    try:
        said = metadata(pin.name)
    except PackageNotFoundError:
        return None
    if said["Version"] != str(pin.version):
        return None
    if expressions := said.get_all("License-Expression"):
        return str(expressions[0])
    named = "".join(said.get_all("License") or []).strip()
    if named and "\n" not in named and len(named) <= _NAME_CHARACTERS_MAX:
        return named
    known = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if _is_licence(one)]
    return ", ".join(known) or None


def _is_licence(classifier: str) -> bool:
    return classifier.startswith("License :: ") and not classifier.endswith(":: OSI Approved")
