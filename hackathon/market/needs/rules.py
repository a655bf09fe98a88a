"""What may be written in a need, and who sees it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final
from uuid import UUID

from casework.access.model import Actor, Role, Scope, ScopeKind
from casework.access.rules import holds_any, objects_of
from casework.audit.model import Line
from casework.governorates.model import Governorate
from casework.taxonomy.model import Sector
from casework.workflow.fields import Fields
from hackathon.market.needs.machine import AGENCY, FOUND_BY, NEED, PROGRAMME, UNPUBLISHED
from hackathon.market.needs.model import CURRENCY, Answer, Criterion, Description, Need, Search, Side
from hackathon.market.needs.settings import NeedSettings

FIELDS = Fields(NEED.package)
#: Names of filters in addresses.
FILTER_NAMES: Final = frozenset({"sector", "governorate", "state"})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,40}")
MATURITIES = range(1, 10)
_WEIGHT_DECIMALS = 2


def scopes_of(need_id: UUID, organisation_id: UUID) -> frozenset[Scope]:
    """Officers of its agency, and whoever runs the programme."""
    return frozenset({Scope(ScopeKind.NEED, need_id), Scope(ScopeKind.ORGANISATION, organisation_id)})


def chain_of(need_id: UUID) -> str:
    """Where the audit lines of a need and of its responses go."""
    return f"need:{need_id}"


def keys_made(need_id: UUID, lines: Iterable[Line]) -> dict[UUID, bytes]:
    """By person, the public key that each opener had made last when these lines were written."""
    keys: dict[UUID, bytes] = {}
    for line in lines:
        if line.object_id != need_id or line.machine != NEED.name:
            continue
        if line.event == "make_key":
            keys[UUID(line.subject)] = bytes.fromhex(str(line.details["public_key"]))
        elif line.event == "remove_opener" and "person" in line.details:
            keys.pop(UUID(str(line.details["person"])), None)
    return keys


def is_inside(actor: Actor, need: Need) -> bool:
    """Whether the actor has work with it: its agency and the programme."""
    return holds_any(actor, AGENCY | PROGRAMME, scopes_of(need.need_id, need.organisation_id))


def is_public(need: Need) -> bool:
    """Everybody sees what was published, whatever became of it."""
    return need.state not in UNPUBLISHED and need.published_at is not None


def may_see(actor: Actor, need: Need) -> bool:
    return is_public(need) or is_inside(actor, need)


def search_of(words: str, codes: Mapping[str, str]) -> Search:
    """What everybody can look for, by the names of filters; ``ValueError`` for a code that no page offers."""
    state = codes.get("state") or None
    if set(codes) - FILTER_NAMES or (state is not None and state not in FOUND_BY):
        raise ValueError(codes)
    sector, governorate = codes.get("sector"), codes.get("governorate")
    return Search(
        words=words,
        sector=Sector(sector) if sector else None,
        governorate=Governorate(governorate) if governorate else None,
        state=state,
    )


def sides_of(actor: Actor, organisation_id: UUID) -> list[Side]:
    """For whom somebody could hold a key."""
    sides = {
        Side.AGENCY: holds_any(actor, AGENCY, [Scope(ScopeKind.ORGANISATION, organisation_id)]),
        Side.PROGRAMME: actor.has(Role.PROGRAMME_OFFICER),
    }
    return [side for side, holds in sides.items() if holds]


def vendors_of(actor: Actor) -> list[UUID]:
    """The companies that the actor speaks for."""
    return objects_of(actor, {Role.VENDOR}, ScopeKind.ORGANISATION)


def code_of(title_en: str, need_id: UUID) -> str:
    """Its name in addresses: words of the title, and a piece of its identifier that keeps it from being taken."""
    words = "-".join(re.findall(r"[a-z0-9]+", title_en.lower()))[:50].strip("-")
    return f"{words}-{need_id.hex[:8]}" if words else need_id.hex[:8]


def check_answer(answer: Answer, settings: NeedSettings) -> None:
    FIELDS.check_text("question", answer.shown, settings.question_characters_max)
    FIELDS.check_text("answer_ar", answer.ar, settings.answer_characters_max)
    FIELDS.check_text("answer_en", answer.en, settings.answer_characters_max)


def check_description(about: Description, settings: NeedSettings) -> None:
    """:class:`WrongField` for the first that cannot be stored like this."""
    FIELDS.check_texts(about, ("title_ar", "title_en"), settings.title_characters_max)
    FIELDS.check_texts(about, ("problem_ar", "problem_en"), settings.problem_characters_max, least=0)
    if about.maturity_min not in MATURITIES:
        raise FIELDS.wrong("maturity_min", "1–9")
    if about.budget_minor is not None and not 0 < about.budget_minor <= settings.budget_minor_max:
        raise FIELDS.wrong("budget", f"> 0 {CURRENCY}")
    _check_criteria(about.criteria, settings)


def _check_criteria(criteria: tuple[Criterion, ...], settings: NeedSettings) -> None:
    if len(criteria) > settings.criteria_max:
        raise FIELDS.wrong("criteria", f"0–{settings.criteria_max}")
    if len({one.code for one in criteria}) < len(criteria):
        raise FIELDS.wrong("criterion_code", "1×")
    for one in criteria:
        if _CODE.fullmatch(one.code) is None:
            raise FIELDS.wrong("criterion_code", "a–z 0–9 _")
        for text in (one.name_ar, one.name_en):
            FIELDS.check_text("criterion_name", text, settings.criterion_characters_max)
        if not _is_weight(one.weight):
            raise FIELDS.wrong("criterion_weight", "0.01–100")


def _is_weight(weight: Decimal) -> bool:
    if not weight.is_finite() or not 0 < weight <= 100:
        return False
    exponent = weight.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_WEIGHT_DECIMALS
