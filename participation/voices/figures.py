"""The figures of the open data, counted now and then by the worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from casework.access.model import SYSTEM
from casework.noun import Job, Stopping
from casework.programme import Programme
from participation.voices import repository
from participation.voices.settings import VoiceSettings


def tidy(programme: Programme, _: Stopping = lambda: False) -> int:
    """Count them anew if it is time; how many rows there are then, else 0."""
    minutes = programme.of(VoiceSettings).figures_minutes
    with programme.session(SYSTEM) as session:
        at = session.now()
        return repository.count_all(session.connection, at, at - timedelta(minutes=minutes))


JOB: Final = Job("voice_figures", tidy)
