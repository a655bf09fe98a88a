"""``docs/security-asvs.md``, written from ``docs/security-asvs.toml``: what the hub does about each requirement of OWASP ASVS 5.0.0.

``python -m stack.asvs_page`` prints it; a test holds the file against it, and looks up every link.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

from stack.processes import ROOT

DATA: Final = "docs/security-asvs.toml"
How = Literal["test", "configuration", "reason", "exception", "gap", "not applicable"]
#: In the order of the table of figures.
HOWS: Final[tuple[How, ...]] = get_args(How)
LEVELS: Final = (1, 2)

HEAD: Final = """# OWASP ASVS 5.0.0, levels 1 and 2

What the hub does about each requirement of the [Application Security Verification Standard](https://owasp.org/www-project-application-security-verification-standard/),
version 5.0.0. Written from `docs/security-asvs.toml` by `python -m stack.asvs_page`; a test keeps it true: each of the standard's {all} requirements of these levels
is here once, and whatever is linked exists. Numbers and levels are the standard's; what a requirement is about is said in our own words, and the standard's text decides.
Level 3 is left out.

- **test**: the tests that are named prove it.
- **configuration**: a setting or a file in `deploy/` does, as the page that is named says.
- **reason**: it holds by how the hub is built or documented; the page says where it can be read.
- **exception**: it is not met, on purpose and for the reason that stands there with the day on which it was weighed; the tests are of what holds instead. None at level 1, three at level 2 at most.
- **gap**: it is not met, or not wholly; what is missing stands there, with the tests of what does hold.
- **not applicable**: the hub has nothing of the kind.

What the hub is guarded against, and what its operator does: [security](security.md), [SECURITY.md](../SECURITY.md).
"""


@dataclass(frozen=True, slots=True)
class Requirement:
    """``number`` is the standard's, such as ``1.2.3``; tests are ``path::name``, pages are named as from ``docs/``."""

    number: str
    level: int
    about: str
    how: How
    tests: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    says: str = ""
    #: When an exception was last weighed.
    date: date | None = None

    @property
    def chapter(self) -> str:
        return self.number.partition(".")[0]


def requirements() -> list[Requirement]:
    """As they stand in the file, by number; ``ValueError`` or ``TypeError`` for what is no requirement."""
    return sorted(
        (_requirement(number, said) for number, said in _read().items() if number != "chapters"),
        key=lambda one: tuple(map(int, one.number.split("."))),
    )


def page() -> str:
    """The whole page as Markdown."""
    known, names = requirements(), _read()["chapters"]
    parts = [HEAD.format(all=len(known)), _counts("level", LEVELS, known, "level")]
    parts.append(_counts("chapter", names, known, "chapter", names))
    parts += [_chapter(number, name, known) for number, name in names.items()]
    return "\n".join(parts)


def _read() -> dict[str, Any]:
    return tomllib.loads((ROOT / DATA).read_text("utf-8"))


def _requirement(number: str, said: Mapping[str, Any]) -> Requirement:
    made = Requirement(number, **{name: _of(value) for name, value in said.items()})
    if made.how not in HOWS or made.level not in LEVELS:
        raise ValueError(f"{number}: how or level")
    if (made.how == "exception") != (made.date is not None):
        raise ValueError(f"{number}: a date belongs to an exception, and to nothing else")
    return made


def _of(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _counts(
    title: str,
    values: Iterable[object],
    known: Sequence[Requirement],
    name: str,
    words: Mapping[str, str] | None = None,
) -> str:
    """How many are met how, for each value of a field and in all."""
    lines = [f"| {title} | {' | '.join(HOWS)} | all |", "|---|" + "---|" * (len(HOWS) + 1)]
    for value in (*values, None):
        found = [one for one in known if value is None or getattr(one, name) == value]
        counted = Counter(one.how for one in found)
        shown = "all" if value is None else f"{value} {(words or {}).get(str(value), '')}".strip()
        lines.append(f"| {shown} | {' | '.join(str(counted[how]) for how in HOWS)} | {len(found)} |")
    return "\n".join([*lines, ""])


def _chapter(number: str, name: str, known: Sequence[Requirement]) -> str:
    rows = [
        f"| {one.number} | {one.level} | {one.about} | **{one.how}** | {_evidence(one)} |"
        for one in known
        if one.chapter == number
    ]
    return "\n".join(
        [f"## {number}. {name}", "", "| number | level | about | how | |", "|---|---|---|---|---|", *rows, ""]
    )


def _evidence(one: Requirement) -> str:
    weighed = f" Weighed on {one.date:%-d %B %Y}." if one.date is not None else ""
    parts = [one.says + weighed] if one.says else []
    parts += [f"[`{test.partition('::')[2]}`](../{test.partition('::')[0]})" for test in one.tests]
    parts += [f"[`{name}`](settings.md)" for name in one.settings]
    parts += [f"[{_title(page)}]({page})" for page in one.pages]
    return "<br>".join(parts)


def _title(page: str) -> str:
    """The name of a page, such as ``operations`` for ``operations.md#in-production``."""
    return page.partition("#")[0].removesuffix(".md").rpartition("/")[2]


if __name__ == "__main__":
    sys.stdout.write(page())
