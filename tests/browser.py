"""The browser of the tests, which ``./falaj test`` installs."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboards.screenshot import CHROMIUM

needs_chromium = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason=f"needs {CHROMIUM}: apt-get install -y chromium-headless-shell"
)

#: Languages of a play: one each time, the other with ``--long``. Its pages are looked at in both each time, and
#: texts and mails have tests of their own in both.
PLAYED = ("ar", pytest.param("en", marks=pytest.mark.long))
