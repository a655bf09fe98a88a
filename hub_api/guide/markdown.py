"""From the guide's Markdown to HTML: anchors that are the same in both languages, code that can be folded.

A heading ends with its anchor, ``## Title {#anchor}``. A fence says its language and then how it is
called, ```` ```python Python, httpx ````; of fences that follow each other the first is open.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib.resources import files

from markdown_it import MarkdownIt
from markdown_it.token import Token

from citycore.language import Language
from hub_api.guide.model import Guide, Section

HEADING = re.compile(r"(?P<title>.+?) \{#(?P<anchor>[a-z]+)\}")


@cache
def guide(language: Language) -> Guide:
    """The guide in one language; read and rendered once a process."""
    return render((files("hub_api.guide") / f"guide.{language}.md").read_text("utf-8"))


def render(text: str) -> Guide:
    """``ValueError`` for a heading without an anchor."""
    parser = MarkdownIt("commonmark", {"html": False})
    tokens = parser.parse(text)
    sections: list[Section] = []
    kind_before = ""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            sections.append(_anchored(token, tokens[place + 1]))
        elif token.type == "fence":
            tokens[place] = _folded(token, is_open=kind_before != "fence")
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


def _folded(fence: Token, *, is_open: bool) -> Token:
    language, _, label = fence.info.partition(" ")
    html = (
        f'<details class="code"{" open" if is_open else ""}><summary><bdi>{escape(label)}</bdi></summary>'
        f'<pre tabindex="0"><code data-language="{escape(language)}">{escape(fence.content)}</code></pre></details>\n'
    )
    return Token("html_block", "", 0, content=html)
