"""What every page may load and run, held against each answer that a test's browser gets."""

from __future__ import annotations

import re

import httpx

from hub_api.serving.pages.assets import ASSETS

#: Where sealed responses, reports, ballots and answers that nobody can be told from are written or read.
SECRET = re.compile(
    r"/portal/(needs/[^/]+/(response|opening|evaluation)|responses/|account/responses"
    r"|surveys/[^/]+(/(answer|with-code|code|kiosk|tell).*)?$|voices/|desk/voices/(new/|[0-9a-f-]{36})"
    r"|follow|kiosk|.*/votes)"
)
OURS = ASSETS["writing.js"]
_SCRIPT = re.compile(r"<script[^>]*>", re.IGNORECASE)
_HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+=", re.IGNORECASE)


def hold(answer: httpx.Response) -> None:
    """A page runs nothing but our script, and a page of secrets nothing at all."""
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return
    policy, path = answer.headers["content-security-policy"], answer.url.path
    scripts = _SCRIPT.findall(answer.text)
    assert "unsafe-" not in policy, path
    assert _HANDLER.search(answer.text) is None, path
    assert ("script-src 'self'" in policy) == bool(scripts), path
    assert all(OURS.path in one and OURS.integrity in one for one in scripts), (path, scripts)
    assert answer.text.count(OURS.path) <= 1, path
    assert not (SECRET.match(path) and scripts), path
