"""What goes through all nouns finds of sources: their limits. They are the registry's, where no person is named."""

from __future__ import annotations

from casework.noun import Noun

NOUN = Noun("sources", "casework.sources")
