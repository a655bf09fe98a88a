"""``python -m dashboards.report CHOICE``: one report for another process, which knows the dashboards by this command alone.

``CHOICE`` is JSON with ``place``, ``observed_property``, ``days`` and ``language``. The answer is a line of JSON on the
standard output: ``refused`` (null, or why there is no report, with a ``reason``), ``place`` as people call it, ``answers``
in words, a line each, and ``bytes``; so many bytes of PDF follow.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Final

from citycore.errors import FalajError, Kind

#: Of signs that keep numbers in their order on a page: a text without markup does without.
_ISOLATES: Final = dict.fromkeys(range(0x2066, 0x206A))


def main() -> int:
    """Always 0: what stands against a report is an answer."""
    # What libraries print must not stand in the answer.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    head, content = answer_of(json.loads(sys.argv[1]))
    with answer:
        answer.write(json.dumps({**head, "bytes": len(content)}).encode() + b"\n" + content)
    return 0


def answer_of(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The head of the answer, and the report."""
    try:
        from dashboards.report.command import Asked, told

        said = told(Asked(**asked))
    except Exception as error:  # noqa: BLE001 (whoever asked gets an answer, whatever happened)
        return {"refused": refusal_of(error), "reason": f"{type(error).__name__}: {error}"}, b""
    answers = "\n".join(line.translate(_ISOLATES) for line in said.answers)
    return {"refused": None, "place": said.place.translate(_ISOLATES), "answers": answers}, said.pdf


def refusal_of(error: Exception) -> str:
    """``unknown`` for what nobody knows, ``not_available`` where this machine makes none, ``away`` while there are no
    data, ``ended`` for whatever nobody foresaw.
    """
    from dashboards.report.errors import ReportPackageMissing, ReportRefused

    if isinstance(error, ReportRefused):
        return "unknown"
    if isinstance(error, (ImportError, ReportPackageMissing)):
        return "not_available"
    is_away = isinstance(error, FalajError) and error.kind is Kind.UNAVAILABLE
    return "away" if is_away else "ended"


if __name__ == "__main__":
    sys.exit(main())
