"""What can be wrong with judging; each is one line in two languages, from this folder's texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from citycore.errors import FalajError, Kind
from citycore.language import Catalogue, Language, catalogue
from hackathon.contest.judging.connectivity import Island
from hackathon.contest.judging.model import Pair, SubmissionId
from hackathon.contest.judging.shortage import Shortage

#: A line for people names so many; the error itself holds all.
NAMES_SHOWN_MAX: Final = 8
SHORTAGES_SHOWN_MAX: Final = 5


def texts() -> Catalogue:
    return catalogue("hackathon.contest.judging")


class JudgingError(FalajError):
    """Root of what this folder raises. Its line names judges and submissions by id; ``told`` by name."""

    kind = Kind.CONFLICT

    def text(self, language: Language) -> str:
        return self.told(language, {})

    def told(self, language: Language, names: Mapping[str, str]) -> str:  # noqa: ARG002 (not every line names somebody)
        """The line with names for ids, as far as ``names`` has them."""
        return texts().text(f"error.{self.slug}", language, **self.details)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. ``code`` is stable and names the text that ``fields`` fill."""

    code: str
    fields: dict[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        return texts().text(f"fault.{self.code}", language, **self.fields)


class FaultyError(JudgingError):
    """An error that lists all faults at once, so that nobody mends them one by one."""

    kind = Kind.INVALID

    def __init__(self, faults: Sequence[Fault], **details: object) -> None:
        self.faults = tuple(faults)
        super().__init__(**details)

    def told(self, language: Language, names: Mapping[str, str]) -> str:
        head = super().told(language, names)
        return " ".join([head, *(fault.text(language) for fault in self.faults)])


class JudgingRubricInvalid(FaultyError):
    pass


class JudgingSheetInvalid(FaultyError):
    """A sheet cannot be handed in as it is."""


class JudgingPanelDisconnected(JudgingError):
    """Judges in groups that share no submission: their scores cannot be compared.

    ``bridges`` are the fewest assignments that would join them, None where nobody could say or none do.
    """

    def __init__(self, islands: Sequence[Island], bridges: Sequence[Pair] | None) -> None:
        self.islands = tuple(islands)
        self.bridges = None if bridges is None else tuple(bridges)
        super().__init__(islands=len(islands))

    def told(self, language: Language, names: Mapping[str, str]) -> str:
        head = super().told(language, names)
        if self.bridges is None:
            return head
        pairs = _paired(self.bridges, language, names)
        return f"{head} {texts().text('remedy.bridges', language, pairs=pairs)}"


class JudgingAssignmentImpossible(JudgingError):
    """No assignment keeps the hard rules; ``shortages`` say which, for whom, and what is missing."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        super().__init__()

    def told(self, language: Language, names: Mapping[str, str]) -> str:
        lines = [
            texts().text(
                f"shortage.{shortage.constraint}",
                language,
                submissions=_listed(shortage.submissions, language, names),
                judges=shortage.judges_missing,
            )
            for shortage in self.shortages[:SHORTAGES_SHOWN_MAX]
        ]
        return " ".join([super().told(language, names), *lines])


class JudgingScoredInConflict(JudgingError):
    """A sheet was scored by somebody who turned out to be in conflict."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = tuple(pairs)
        super().__init__()

    def told(self, language: Language, names: Mapping[str, str]) -> str:
        pairs = _paired(self.pairs, language, names)
        return texts().text(f"error.{self.slug}", language, pairs=pairs)


class JudgingDecisionDoesNotFit(JudgingError):
    """A panel decided about submissions that do not share one place, so it would overrule scores."""

    def __init__(self, submissions: Sequence[SubmissionId]) -> None:
        self.submissions = tuple(submissions)
        super().__init__()

    def told(self, language: Language, names: Mapping[str, str]) -> str:
        submissions = _listed(self.submissions, language, names)
        return texts().text(f"error.{self.slug}", language, submissions=submissions)


def _listed(ids: Sequence[str], language: Language, names: Mapping[str, str]) -> str:
    """A few names in one line; a long list says how many more there are."""
    return _in_one_line([names.get(one, one) for one in ids], language)


def _paired(pairs: Sequence[Pair], language: Language, names: Mapping[str, str]) -> str:
    """Judges beside what they would judge, in one line."""
    return _in_one_line(
        [
            texts().text(
                "list.pair", language, judge=names.get(judge, judge), submission=names.get(entry, entry)
            )
            for judge, entry in pairs
        ],
        language,
    )


def _in_one_line(items: Sequence[str], language: Language) -> str:
    shown = texts().text("list.and", language).join(items[:NAMES_SHOWN_MAX])
    left = len(items) - NAMES_SHOWN_MAX
    return shown if left <= 0 else texts().text("list.more", language, shown=shown, left=left)


def without(
    error: JudgingAssignmentImpossible | JudgingScoredInConflict, hidden: Collection[SubmissionId]
) -> JudgingAssignmentImpossible | JudgingScoredInConflict | None:
    """The error without what somebody must not know of; None where nothing else is in the way."""
    if isinstance(error, JudgingScoredInConflict):
        pairs = [pair for pair in error.pairs if pair[1] not in hidden]
        return JudgingScoredInConflict(pairs) if pairs else None
    shortages = [
        replace(one, submissions=seen)
        for one in error.shortages
        if (seen := tuple(name for name in one.submissions if name not in hidden))
    ]
    return JudgingAssignmentImpossible(shortages) if shortages else None
