"""What pages have in common that run without a server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

# Each run of a page would look through all installed packages for components, which takes longer than the page.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages keep what the API said as it is; whoever has Streamlit forget means that, too."""
    forget_data = st.cache_data.clear

    def forget() -> None:
        forget_data()
        st.cache_resource.clear()

    monkeypatch.setattr(st.cache_data, "clear", forget)
    forget()
    yield
    forget()
