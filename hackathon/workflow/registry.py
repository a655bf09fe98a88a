"""Every workflow of the programme. The clockwork runs them, the papers draw them, and the tests of all machines
find them here: a noun with a machine adds its binding.
"""

from __future__ import annotations

from typing import Any

from hackathon.challenges.repository import CHALLENGES
from hackathon.hackathons.repository import HACKATHONS
from hackathon.workflow.model import Binding

BINDINGS: tuple[Binding[Any], ...] = (HACKATHONS, CHALLENGES)
MACHINES = tuple(binding.machine for binding in BINDINGS)
