"""The house rules that a reader relies on: papers that are true, files that stay small."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from stack import errors_page, settings_page
from stack.cli import app

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted(file.parent for file in ROOT.glob("[a-z]*/**/__init__.py"))


def tracked(*patterns: str) -> list[Path]:
    """Files that belong to the project, as git knows them."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def commands_in(text: str) -> set[str]:
    """Words after ``./falaj`` in a text."""
    return set(re.findall(r"\./falaj ([a-z][a-z-]*)", text))


def known_commands() -> set[str]:
    command = get_command(app)
    return set(getattr(command, "commands"))  # noqa: B009 (typed as a plain command, is a group)


def test_the_readmes_commands_exist():
    readme = (ROOT / "README.md").read_text("utf-8")
    named = commands_in(readme)
    assert {"demo", "test", "replay"} <= named <= known_commands()
    alone = re.search(r"`\./falaj migrate`((?:, `[a-z]+`)+)", readme)
    assert alone is not None
    assert set(re.findall(r"`([a-z]+)`", alone.group(1))) <= known_commands()


def test_the_commands_of_all_papers_exist():
    for file in tracked("docs/*.md", "docs/**/*.md", "CHANGELOG.md"):
        assert commands_in(file.read_text("utf-8")) <= known_commands(), file


def test_links_between_papers_lead_somewhere():
    broken = [
        f"{file.relative_to(ROOT)}: {target}"
        for file in tracked("*.md", "docs/**/*.md")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text("utf-8"))
        # What begins with a slash is an address of the hub.
        if not target.startswith("/") and not (file.parent / target).exists()
    ]
    assert broken == []


def test_every_setting_is_listed():
    listed = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert listed == settings_page.page(), "run: .venv/bin/python -m stack.settings_page > docs/settings.md"


def test_every_error_keeps_its_code():
    listed = (ROOT / "docs" / "errors.md").read_text("utf-8")
    assert listed == errors_page.page(), "run: .venv/bin/python -m stack.errors_page > docs/errors.md"


@pytest.mark.usefixtures("wire")
def test_the_rooms_keep_to_their_contracts():
    outcome = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert outcome.returncode == 0, outcome.stdout


def keys_of(table: dict[str, object], prefix: str = "") -> set[str]:
    keys: set[str] = set()
    for name, value in table.items():
        keys |= keys_of(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name}
    return keys


@pytest.mark.parametrize(
    "room", [room for room in ROOMS if (room / "messages").is_dir()], ids=lambda r: str(r.relative_to(ROOT))
)
def test_every_text_exists_in_both_languages(room: Path):
    english, arabic = (
        tomllib.loads((room / "messages" / f"{language}.toml").read_text("utf-8"))
        for language in ("en", "ar")
    )
    assert keys_of(english) == keys_of(arabic)


def test_no_machine_path_and_no_package_index_in_any_file():
    # Spelled in parts, so that this file passes its own test.
    forbidden = [
        "/" + "work/",
        "/" + "root/",
        "py" + "pi.org",
        "pythonhosted" + ".org",
        "registry.npmjs" + ".org",
    ]
    found = [
        f"{file.relative_to(ROOT)}: {word}"
        for file in tracked()
        if file.suffix not in {".filter", ".gz", ".parquet", ".png"}
        for word in forbidden
        if word in file.read_text("utf-8")
    ]
    assert found == []


def test_requirements_hold_hashes_and_no_address():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text("utf-8")
        pinned = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
        assert pinned
        assert all(line.endswith("\\") for line in pinned), "every package is followed by its hashes"
        assert "://" not in text


def test_the_licence_is_there():
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize("script", ["falaj", ".ci/run"])
def test_scripts_are_executable_and_parse(script: str):
    assert (ROOT / script).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(ROOT / script)], check=True)
