"""What the OpenAPI document cannot say of a right request: loaded by Schemathesis, not by pytest."""

from __future__ import annotations

from typing import Any

import schemathesis

#: A cursor comes out of an answer, a box is four numbers in order, and a sector is one that the hub has: no generator
#: hits them. The others stand only beside some formats.
NEVER_HIT = ("cursor", "bbox", "sector", "bom", "header", "trailer")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for name in NEVER_HIT:
        case.query.pop(name, None)
