"""The scripts of the pages, each always of the same letters, so that a browser can be told to run these and no others.

What they are to do stands in attributes of their elements.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import Final

#: Screen readers and the browser take language and direction from the document, which Streamlit does not set.
HEAD: Final = """{
const said = document.currentScript.dataset;
document.documentElement.lang = said.lang;
document.documentElement.dir = said.dir;
}"""
#: Opens the wall's next page after a while.
TURN: Final = """{
const said = document.currentScript.dataset;
clearTimeout(window.falajTurn);
window.falajTurn = setTimeout(() => location.assign(said.address), said.seconds * 1000);
}"""
#: Streamlit leads whoever signs in or out to the first page. The place that they left is remembered in their tab alone.
RETURN: Final = """{
const {own, other} = document.currentScript.dataset;
const here = () => location.pathname + location.search;
if (!window.falajLeaves) {
  window.falajLeaves = true;
  addEventListener("pagehide", () => sessionStorage.setItem(window.falajStands, here()));
}
window.falajStands = own;
const left = sessionStorage.getItem(other);
sessionStorage.removeItem(other);
if (left && left.startsWith("/") && left !== here() && location.pathname.endsWith("/")) location.replace(location.origin + left);
}"""
ALL: Final = (HEAD, TURN, RETURN)


def element(script: str, said: Mapping[str, str]) -> str:
    """One of the scripts, as HTML, with what it is told."""
    told = "".join(f' data-{name}="{escape(text)}"' for name, text in said.items())
    return f"<script{told}>{script}</script>"


def source(script: str) -> str:
    """How a content-security-policy names a script by what stands in it."""
    return f"'sha256-{base64.b64encode(sha256(script.encode()).digest()).decode()}'"
