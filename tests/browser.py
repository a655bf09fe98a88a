"""The browser of the tests, which ``./falaj test`` installs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dashboards.screenshot import CHROMIUM

needs_chromium = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason=f"needs {CHROMIUM}: apt-get install -y chromium-headless-shell"
)

#: Languages of a play: one each time, the other with ``--long``. Its pages are looked at in both each time, and
#: texts and mails have tests of their own in both.
PLAYED = ("ar", pytest.param("en", marks=pytest.mark.long))


@contextmanager
def framed(folder: Path, *addresses: str) -> Iterator[str]:
    """A page of somebody else, of another origin on this machine, with a frame for each address; where it is."""
    frames = "".join(f'<iframe src="{one}" width="800" height="560"></iframe>' for one in addresses)
    (folder / "index.html").write_text(f"<h1>Elsewhere</h1>{frames}", "utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            serving.join()
