"""From the guide's Markdown to HTML: anchors that are the same in both languages, code that can be folded.

A heading ends with its anchor, ``## Title {#anchor}``. A fence says its language and then how it is
called, ```` ```python Python, httpx ````; of fences that follow each other the first is open. What reads a file that an
earlier block of the section has saved names both, ```` ```r R <- curl: month.csv ````, and the page tells it.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib.resources import files

from markdown_it import MarkdownIt
from markdown_it.token import Token

from citycore.language import DEFAULT_LANGUAGE, Language, isolate
from hub_api.developers.guide.model import Guide, Section
from hub_api.serving.texts import TEXTS

LABEL = re.compile(r"(?P<label>.+?)(?: <- (?P<after>.+): (?P<file>\S+))?")
HEADING = re.compile(r"(?P<title>.+?) \{#(?P<anchor>[a-z]+)\}")


@cache
def guide(language: Language) -> Guide:
    """The guide in one language; read and rendered once a process."""
    return render((files("hub_api.developers.guide") / f"guide.{language}.md").read_text("utf-8"), language)


def render(text: str, language: Language = DEFAULT_LANGUAGE) -> Guide:
    """``ValueError`` for a heading without an anchor."""
    parser = MarkdownIt("commonmark", {"html": False})
    tokens = parser.parse(text)
    sections: list[Section] = []
    kind_before = ""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            sections.append(_anchored(token, tokens[place + 1]))
        elif token.type == "fence":
            tokens[place] = _folded(token, language, is_open=kind_before != "fence")
        kind_before = token.type
    return Guide(tuple(sections), parser.renderer.render(tokens, parser.options, {}))


def _anchored(opening: Token, inline: Token) -> Section:
    """Give the heading its id, and make its text a link to it."""
    found = HEADING.fullmatch(inline.content)
    if found is None:
        raise ValueError(f"a heading needs an anchor: {inline.content}")
    anchor, title = found["anchor"], found["title"]
    opening.attrSet("id", anchor)
    link = f'<a class="here" href="#{anchor}">{escape(title)}</a>'
    inline.children = [Token("html_inline", "", 0, content=link)]
    return Section(anchor, title)


def _folded(fence: Token, language: Language, *, is_open: bool) -> Token:
    kind, _, named = fence.info.partition(" ")
    label, after, file = _parts(named)
    note = marks = ""
    if after:
        told = TEXTS.text("guide.after", language, label=isolate(after), file=isolate(file))
        note = f'<p class="after">{escape(told)}</p>\n'
        marks = f' data-after="{escape(after)}" data-file="{escape(file)}"'
    html = (
        f'{note}<details class="code"{marks}{" open" if is_open else ""}><summary><bdi>{escape(label)}</bdi></summary>'
        f'<pre tabindex="0"><code data-language="{escape(kind)}">{escape(fence.content)}</code></pre></details>\n'
    )
    return Token("html_block", "", 0, content=html)


def _parts(named: str) -> tuple[str, str, str]:
    """How a fence is called, and the label and the file of the block that it needs, empty if it needs none."""
    found = LABEL.fullmatch(named)
    return (named, "", "") if found is None else (found["label"], found["after"] or "", found["file"] or "")
