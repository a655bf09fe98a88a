"""The guide's code runs as it stands, against the real API; the reference is what the code says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from stack.client_page import page
from tests.hub_api.conftest import MINUTES

ROOT = Path(__file__).resolve().parents[2]
WRITTEN_URL = "http://127.0.0.1:8000"


def blocks(file: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", file.read_text("utf-8"), re.DOTALL)


def run(file: Path, url: str) -> dict[str, Any]:
    """All blocks of a page, one after the other; the names they leave."""
    names: dict[str, Any] = {"__name__": "guide"}
    for number, block in enumerate(blocks(file), 1):
        code = block.replace(WRITTEN_URL, url)
        assert url in code or number > 1
        exec(compile(code, f"{file.name}, block {number}", "exec"), names)  # our own page
    return names


def test_the_guide_works(
    api_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = run(ROOT / "docs" / "client.md", api_url)
    said = capsys.readouterr().out
    assert "Ruwi 149.75 ug/m3" in said
    assert "روي" in said
    assert "matrah" in str(names["joined"]["place_right"].tolist())
    assert len(names["frame"]) == names["table"].num_rows == MINUTES
    assert names["rows"] == MINUTES
    assert (tmp_path / "pm2_5.csv").is_file()
    assert "prophet skill 0.5 80% band held 0.8" in said
    assert "There is no thing named “air-01x”" in said
    assert "bucket not_one_of" in said
    assert "later:" not in said


def test_the_readme_of_the_package_works(api_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(ROOT / "falaj_client" / "README.md", api_url)
    assert "Ruwi 149.75 ug/m3" in capsys.readouterr().out


def test_the_reference_is_what_the_code_says() -> None:
    written = (ROOT / "docs" / "client-reference.md").read_text("utf-8")
    assert written == page(), "run: .venv/bin/python -m stack.client_page > docs/client-reference.md"
    assert "``" not in written.replace("```", "")
