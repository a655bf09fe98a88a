"""What pages have in common that run without a server."""

from __future__ import annotations

from functools import cache

from streamlit.components.v2 import manifest_scanner

# Each run of a page would look through all installed packages for components, which takes longer than the page.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
