"""The guide is true: every block of the page, as a reader would copy it, runs against a real hub and says
something that only a right answer can say.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from citycore.language import LANGUAGES
from hub_api.developers.guide.markdown import guide, render
from tests.hub_api.conftest import City
from tests.hub_api.guide.conftest import (
    Block,
    blocks_of,
)


def test_both_languages_have_the_same_recipes_and_the_same_code() -> None:
    english, arabic = (guide(language) for language in LANGUAGES)
    assert [one.anchor for one in english.sections] == [one.anchor for one in arabic.sections]
    assert blocks_of(english.html) == blocks_of(arabic.html)
    assert len(english.sections) >= 12
    assert all(re.search(r"[\u0621-\u064a]", one.title) for one in arabic.sections)


def test_every_kind_of_program_is_served() -> None:
    kinds = {block.language for block in blocks_of(guide("en").html)}
    assert kinds == {"bash", "python", "r", "javascript", "sql", "cpp"}


def test_a_heading_without_an_anchor_is_refused() -> None:
    with pytest.raises(ValueError, match="anchor"):
        render("## Title\n")


def test_markdown_cannot_bring_html() -> None:
    text = render("## <b> {#one}\n\n<script>x</script>\n\n```bash <i>\n<u>\n```\n").html
    assert not re.search(r"<(b|script|i|u)>", text)


def test_the_names_of_the_hub_are_filled_in(hub: str, blocks: list[Block], city: City) -> None:
    text = " ".join(block.code for block in blocks)
    assert not re.search(r"@\w+@", text)
    assert f"{hub}/v1/latest?thing=air-01" in text
    assert f"datastream={city.datastreams['air-01.pm2_5']}" in text
    assert "start=2026-11-24T00:00:00" in text


def test_what_a_block_needs_is_made_by_one_before_it_and_told(blocks: list[Block]) -> None:
    """Every other block runs in an empty folder: the tests beside this one give a block no more than it names."""
    needing = [block for block in blocks if block.after is not None]
    assert {block.section for block in needing} == {"month", "duckdb", "qgis", "bulk"}
    for block in needing:
        before = blocks[: blocks.index(block)]
        (made,) = [one for one in before if (one.section, one.label) == (block.section, block.after)]
        assert str(block.file) in made.code
        assert str(block.file) in block.code
    for language, words in (("en", "First run"), ("ar", "شغّل أولًا")):
        page = guide(language).html
        assert page.count(f'<p class="after">{words}') == len(needing)
        assert page.count("data-after=") == len(needing)


def test_no_block_is_forgotten(blocks: list[Block]) -> None:
    """Every block is named by a test beside this one; a new block needs one too."""
    mine = "".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    for block in blocks:
        named = re.findall(rf'of\(blocks, "{block.section}", "{block.language}"(?:, "([^"]*)")?\)', mine)
        assert any(block.label.endswith(label) for label in named), block
