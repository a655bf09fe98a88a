"""``docs/settings.md``, written from the settings classes themselves.

``python -m stack.settings_page`` prints it; a test holds the file against it. It reads source
rather than objects, so that a default which depends on the machine appears as it is written.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from stack.processes import ROOT

HEAD = """# Settings

Every limit has a name and is set by an environment variable. Written from the classes in
every `settings.py` by `python -m stack.settings_page`; a test keeps it true. `falaj demo` sets the
addresses of its own servers itself. Durations are seconds unless the name says otherwise.

Besides these: `FALAJ_DATA` is the data folder (default `.falaj` in the checkout), `FALAJ_LANGUAGE`
(`en` or `ar`) is the language of the command line, and `FALAJ_PYTHON` is the interpreter that
`./falaj` makes its environment with.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD]
    packages = [file.parent for file in ROOT.glob("[a-z]*/__init__.py")]
    for file in sorted(file for package in packages for file in package.rglob("settings.py")):
        source = file.read_text("utf-8")
        room = ".".join(file.parent.relative_to(ROOT).parts)
        parts += [
            _section(room, node, source)
            for node in ast.parse(source).body
            if isinstance(node, ast.ClassDef) and _prefix(node) is not None
        ]
    return "\n".join(parts)


def _section(room: str, node: ast.ClassDef, source: str) -> str:
    """With what the class has from one of another room, such as the limits of mail that comes in."""
    title, prefix = f"## `{room}`: {node.name}", _prefix(node) or ""
    fields = [
        *_fields(node, source.splitlines(), prefix),
        *(field for base, lines in _bases(node, source) for field in _fields(base, lines, prefix)),
    ]
    rows = [f"| `{name}` | `{default}` | {note} |" for name, default, note in fields]
    words = " ".join((ast.get_docstring(node) or "").split())
    return "\n".join([title, "", words, "", "| variable | default | |", "|---|---|---|", *rows, ""])


def _bases(node: ast.ClassDef, source: str) -> Iterator[tuple[ast.ClassDef, list[str]]]:
    named = {base.id for base in node.bases if isinstance(base, ast.Name)}
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.ImportFrom) or not (statement.module or "").endswith(".settings"):
            continue
        text = (ROOT / f"{(statement.module or '').replace('.', '/')}.py").read_text("utf-8")
        for one in ast.parse(text).body:
            if isinstance(one, ast.ClassDef) and one.name in named and _prefix(one) is None:
                yield one, text.splitlines()


def _fields(node: ast.ClassDef, lines: list[str], prefix: str) -> Iterator[tuple[str, str, str]]:
    for field in node.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            name = f"{prefix}{field.target.id}".upper()
            yield name, _default(field.value), _note(lines, field.lineno)


def _default(value: ast.expr | None) -> str:
    """The default as written; of ``Field(…)`` and ``SecretStr(…)`` what stands inside."""
    if value is None:
        return "–"
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _WRAPPERS:
        inner = [keyword.value for keyword in value.keywords if keyword.arg in {"default", "default_factory"}]
        candidates = [*value.args, *inner]
        return _default(candidates[0] if candidates else None)
    return ast.unparse(value).replace("|", "\\|")


_WRAPPERS = {"Field", "SecretStr"}


def _note(lines: list[str], line: int) -> str:
    """The ``#:`` comment above a field (lines count from 1)."""
    words: list[str] = []
    for text in reversed(lines[: line - 1]):
        if not text.strip().startswith("#:"):
            break
        words.insert(0, text.strip().removeprefix("#:").strip())
    return " ".join(words).replace("|", "\\|")


def _prefix(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            for keyword in statement.value.keywords:
                if keyword.arg == "env_prefix" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
    return None


if __name__ == "__main__":
    sys.stdout.write(page())
