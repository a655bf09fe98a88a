"""The form in which staff writes by which shares of the public answers are weighted: ``kit/weights_desk.html``.

A noun's page at ``…/weights`` shows it with ``titles`` of what it belongs to, its ``version`` and the path of its desk as ``home``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from casework.counting.model import Targets
from casework.counting.weighting import Fault, groups_of, typed_of
from casework.forms.questionnaires import Form as Fields
from casework.people.model import Names
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest


def weights_in(form: Form) -> dict[str, str]:
    """What was typed, by field."""
    return {name: form.text(name) for name in form.fields}


def weights_shown(
    request: PortalRequest,
    form: Fields,
    targets: Targets | None,
    read: Callable[[Mapping[str, str]], Mapping[str, Fault]],
) -> dict[str, Any]:
    """The fields of all questions by which can be weighted; what was typed, with what ``read`` finds against it beside each."""
    sent, language = request.sent, request.language
    typed = typed_of(targets) if sent is None else weights_in(sent)
    faults = {} if sent is None else read(typed)
    return {
        "typed": typed,
        "faults": {
            name: WORDS.text(f"weights_desk.fault.{one.key}", language, found=one.found)
            for name, one in faults.items()
        },
        "questions": [
            (
                asked.code,
                Names(asked.name_ar, asked.name_en).shown(language),
                [(code, names.shown(language)) for code, names in groups_of(asked).items()],
            )
            for asked in form
            if groups_of(asked)
        ],
    }
