"""What processes of the hub's programs begin with: imported by the process that they are forked off."""

from __future__ import annotations

import gc

import uvicorn.lifespan.on
import uvicorn.loops.uvloop

import hub_api.app
import ingest.desk
import ingest.posts
import ingest.retiring
import ingest.workers
from hub_api.programme.programs import routes as programs
from hub_api.programme.routes import branch
from hub_api.serving.transport import protocol

__all__ = ["hub_api", "ingest", "protocol", "uvicorn"]

branch()
programs.branch()
# What is here stays: the hub itself looks at what is new alone.
gc.collect()
gc.freeze()
