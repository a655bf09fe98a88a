"""What a backtest found out about one series, as plain JSON values and back: kept between the nightly runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from citycore.forecasts.joint import Dependence
from forecasting.model import (
    BlockScore,
    CandidateScore,
    Choice,
    ChoiceReason,
    FallbackReason,
    LevelFigures,
    LevelVerdict,
)

#: Names the shape of the JSON; a study of another shape is made again and not guessed at.
VERSION = 3

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockCalibration:
    """How far the quantiles of one horizon block lie from the median, in units of the spread below and above it.

    ``offsets`` is by quantile in thousandths (25, 100, 250, 750, 900, 975): negative below the median. They grow
    with the quantile, so that bands never cross.
    """

    last_hour: int
    offsets: Mapping[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One series' backtest up to ``until``: every candidate's figures, the weights, the choice, the calibration.

    ``weights`` has one mapping for each horizon block, in the order of ``calibration``; ``special_weights`` is for
    days of a kind of their own (holidays, Ramadan). ``baseline_calibration`` is for when the baseline stands in. ``fallback_reason`` says why the choice was narrower than usual.
    """

    key: int
    until: datetime
    origins: int
    first_origin: datetime | None
    data_digest: str
    training_start: datetime
    training_hours: int
    choice: Choice
    scores: tuple[CandidateScore, ...]
    weights: tuple[Mapping[str, float], ...]
    special_weights: Mapping[str, float]
    calibration: tuple[BlockCalibration, ...]
    baseline_calibration: tuple[BlockCalibration, ...]
    levels: tuple[LevelFigures, ...]
    fallback_reason: FallbackReason | None
    #: Which days the served model erred on most, hour by hour: what several series make of it together.
    dependence: Dependence | None = None
    #: Other properties of the same place that its candidates look at.
    beside: tuple[str, ...] = ()

    def score(self, model: str) -> CandidateScore | None:
        return next((score for score in self.scores if score.model == model), None)

    def to_json(self) -> JsonObject:
        """Plain JSON values, with the version of their shape."""
        plain = asdict(self)
        for name in ("until", "first_origin", "training_start"):
            plain[name] = None if plain[name] is None else plain[name].isoformat()
        plain["dependence"] = None if self.dependence is None else self.dependence.to_json()
        return {"version": VERSION, **cast("JsonObject", _plain(plain))}

    @classmethod
    def from_json(cls, plain: JsonObject) -> Study | None:
        """The study, or None where it was written by another version: it is then made again."""
        if plain.get("version") != VERSION:
            return None
        first = plain["first_origin"]
        return cls(
            key=plain["key"],
            until=datetime.fromisoformat(plain["until"]),
            origins=plain["origins"],
            first_origin=None if first is None else datetime.fromisoformat(first),
            data_digest=plain["data_digest"],
            training_start=datetime.fromisoformat(plain["training_start"]),
            training_hours=plain["training_hours"],
            choice=_choice(plain["choice"]),
            scores=tuple(_candidate(score) for score in plain["scores"]),
            weights=tuple(plain["weights"]),
            special_weights=plain["special_weights"],
            calibration=_calibration(plain["calibration"]),
            baseline_calibration=_calibration(plain["baseline_calibration"]),
            levels=tuple(
                LevelFigures(**{**level, "verdict": LevelVerdict(level["verdict"])})
                for level in plain["levels"]
            ),
            fallback_reason=_reason(plain["fallback_reason"]),
            dependence=None if plain["dependence"] is None else Dependence.from_json(plain["dependence"]),
            beside=tuple(plain["beside"]),
        )


def _plain(value: object) -> object:
    """JSON has text keys and no tuples."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _by_number(plain: Mapping[str, Any]) -> dict[int, Any]:
    return {int(key): value for key, value in plain.items()}


def _calibration(plain: Sequence[JsonObject]) -> tuple[BlockCalibration, ...]:
    return tuple(
        BlockCalibration(last_hour=block["last_hour"], offsets=_by_number(block["offsets"]))
        for block in plain
    )


def _reason(code: str | None) -> FallbackReason | None:
    return None if code is None else FallbackReason(code)


def _choice(plain: JsonObject) -> Choice:
    parts = tuple((name, weight) for name, weight in plain["parts"])
    return Choice(**{**plain, "reason": ChoiceReason(plain["reason"]), "parts": parts})


def _candidate(plain: JsonObject) -> CandidateScore:
    return CandidateScore(
        plain["model"],
        plain["mae"],
        plain["skill"],
        _reason(plain["failure"]),
        tuple(
            BlockScore(
                **{
                    **block,
                    "winkler": _by_number(block["winkler"]),
                    "coverage": _by_number(block["coverage"]),
                }
            )
            for block in plain["blocks"]
        ),
    )
