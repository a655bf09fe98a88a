"""``docs/errors.md``, written from the classes of errors: the codes that programs rely on.

``python -m stack.errors_page`` prints it; a test holds the file against it, so that no class that is called
differently changes its code unnoticed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module

from citycore.errors import FalajError
from citycore.language import catalogue
from stack.processes import ROOT

HEAD = """# Errors

Every error has a code that never changes, and a kind from which its status follows. Written from the classes in
every `errors.py` and `refusals.py` by `python -m stack.errors_page`; a test keeps it true. A class that others are made
of, and that is never raised itself, is not here. Texts stand in the `messages` beside the class, in Arabic and English.

| code | kind | class |
|---|---|---|
"""


def page() -> str:
    """The whole page as Markdown."""
    texts = set(_texts())
    rows = sorted(
        (error.slug, error.kind.value, f"{error.__module__}.{error.__qualname__}")
        for error in known_errors()
        if error.slug in texts or not error.__subclasses__()
    )
    return HEAD + "".join(f"| `{code}` | {kind} | `{name}` |\n" for code, kind, name in rows)


def known_errors() -> Iterator[type[FalajError]]:
    """Every class of errors that a file of errors of the hub has."""
    modules = set(_modules("errors.py", "refusals.py"))
    for module in modules:
        import_module(module)
    return (error for error in _below(FalajError) if error.__module__ in modules)


def _below(parent: type[FalajError]) -> Iterator[type[FalajError]]:
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def _texts() -> Iterator[str]:
    """Codes that a text of some package belongs to."""
    for module in _modules("messages/en.toml"):
        keys = catalogue(module.removesuffix(".messages.en")).texts["en"]
        yield from (key.removeprefix("error.") for key in keys if key.startswith("error."))


def _modules(*names: str) -> Iterator[str]:
    """Modules and packages of the hub that have such files, without their endings."""
    packages = [file.parent for file in ROOT.glob("[a-z]*/__init__.py") if file.parent.name != "tests"]
    for package in packages:
        for name in names:
            for file in package.rglob(name):
                yield ".".join(file.relative_to(ROOT).with_suffix("").parts)


if __name__ == "__main__":
    sys.stdout.write(page())
