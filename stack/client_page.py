"""``docs/client-reference.md``, written from the client's own signatures and docstrings.

``python -m stack.client_page`` prints it; a test holds the file against it.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Iterator

import falaj_client
from falaj_client import Client, ClientError, Listing, LocatedListing, Options, SeriesListing, Stream

HEAD = """# Reference of the Python client

Written by `python -m stack.client_page` from `falaj_client` itself; a test keeps it true. The
[guide](client.md) says how to use it. `AsyncClient` has the methods of `Client`: what gives one value
is awaited, what gives a list is an `AsyncListing` (or `AsyncStream`), read with `async for`; the methods
of lists are awaited.
"""
#: Roles of docstrings, as plain code in Markdown.
ROLE = re.compile(r":\w+:`~?([^`]+)`")

#: Annotations are kept as text, in quotes.
QUOTED = re.compile(r"(: |-> )'([^']*)'")
#: What the lists are made of; nobody calls it.
INNER = frozenset({"pages", "first_page", "export", "listen", "run"})


def page() -> str:
    """The whole page as Markdown."""
    values = [one for one in _exported() if dataclasses.is_dataclass(one) and one is not Options]
    errors = [one for one in _exported() if issubclass(one, ClientError)]
    parts = [
        HEAD,
        _class(Client),
        *[_class(kind) for kind in (Listing, LocatedListing, SeriesListing, Stream)],
        "## Values\n",
        *[_value(kind) for kind in values],
        _options(),
        "## Errors\n",
        *[f"- `{kind.__name__}` ({kind.__bases__[0].__name__}): {_words(kind)}" for kind in errors],
        "",
    ]
    return "\n".join(parts)


def _exported() -> list[type]:
    """The classes that the package exports, in the order of their definition."""
    found = [getattr(falaj_client, name) for name in falaj_client.__all__]
    classes = [one for one in found if inspect.isclass(one)]
    return sorted(classes, key=lambda one: (one.__module__, inspect.getsourcelines(one)[1]))


def _class(kind: type) -> str:
    parts = [f"## {kind.__name__}", "", _words(kind), "", f"`{kind.__name__}{_signature(kind)}`", ""]
    for name, member in _public(kind):
        shown = f"`{name}`" if isinstance(member, property) else f"`{name}{_signature(member)}`"
        parts += [f"- {shown}", f"  {_words(member)}", ""]
    return "\n".join(parts)


def _public(kind: type) -> Iterator[tuple[str, object]]:
    """The documented methods and properties that the class itself defines."""
    for name, member in vars(kind).items():
        if name in INNER and kind is Client:
            continue
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
            yield name, member


def _signature(member: object) -> str:
    assert callable(member)
    shown = QUOTED.sub(r"\1\2", str(inspect.signature(member)))
    return re.sub(r"\((self, |self)", "(", shown).replace("(*, )", "()").replace(" -> None", "")


def _value(kind: type) -> str:
    named = [(one.name, str(one.type)) for one in dataclasses.fields(kind)]
    named += [
        (name, str(inspect.signature(member.fget).return_annotation).strip("'"))
        for name, member in vars(kind).items()
        if isinstance(member, property) and member.fget is not None
    ]
    rows = "\n".join(f"| `{name}` | `{hint.replace(' | ', ' or ')}` |" for name, hint in named)
    return f"### {kind.__name__}\n\n{_words(kind)}\n\n| field | type |\n|---|---|\n{rows}\n"


def _options() -> str:
    lines = inspect.getsource(Options).splitlines()
    rows, notes = [], []
    for line in lines:
        if line.strip().startswith("#:"):
            notes.append(line.strip().removeprefix("#:").strip())
        elif field := re.fullmatch(r"    (\w+): ([^=]+) = (.+)", line):
            rows.append(f"| `{field[1]}` | `{field[3]}` | {' '.join(notes)} |")
            notes = []
    return "\n".join(
        ["## Options", "", _words(Options), "", "| option | default | |", "|---|---|---|", *rows, ""]
    )


def _words(documented: object) -> str:
    """A docstring as one paragraph of Markdown."""
    text = " ".join((inspect.getdoc(documented) or "").split())
    return ROLE.sub(r"`\1`", text).replace("``", "`")


if __name__ == "__main__":
    sys.stdout.write(page())
