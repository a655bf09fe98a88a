"""Limits of statistics; the prefix is ``FALAJ_STATISTICS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StatisticsSettings(BaseSettings):
    """From how many answers on something is said, and how much is worked out at once."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_STATISTICS_", frozen=True)

    #: Fewer answers than this to a whole survey are a result of their own: too few answered.
    answers_min: int = Field(default=30, ge=1)
    #: Of fewer answers than this no percentage is shown.
    base_min: int = Field(default=10, ge=2)
    #: Counts from 1 to one less than this are hidden, and what is hidden could be any of at least so many more values.
    cell_min: int = Field(default=5, ge=2)
    #: Cells of one table, with its totals.
    table_cells_max: int = Field(default=600, ge=4)
    #: Earlier releases of the same table that a new one is held against.
    earlier_releases_max: int = Field(default=6, ge=0)
    #: Seconds that the solver may look for the fewest cells to hide. What it has by then is audited like the best;
    #: a table for which it has nothing is withheld.
    solver_seconds_max: float = Field(default=20.0, gt=0)
    #: How many times the solver may be asked again because something could still be worked out.
    solver_rounds_max: int = Field(default=12, ge=2)
    #: Options of one question.
    options_max: int = Field(default=60, ge=2)
    #: No weight is smaller or larger than these, the mean being 1.
    weight_min: float = Field(default=0.2, gt=0, lt=1)
    weight_max: float = Field(default=5.0, gt=1)
    raking_rounds_max: int = Field(default=200, ge=1)
    #: How far a share may be from its target, in shares of 1, for the weights to count as converged.
    raking_tolerance: float = Field(default=1e-9, gt=0)
    #: How far a share may be from its target because of the limits, in shares of 1, for weighted figures to be printed at all.
    raking_misfit_max: float = Field(default=0.01, gt=0, lt=1)
    #: Questions of one scale that were answered all alike mark the answer.
    straight_questions_min: int = Field(default=5, ge=3)
    #: Statements that somebody has to have seen to be placed in a group.
    statements_seen_min: int = Field(default=7, ge=2)
    #: Votes of people on statements that are looked at together, seen or not.
    votes_max: int = Field(default=4_000_000, ge=4)
    groups_max: int = Field(default=5, ge=2)
    #: How many times votes are shuffled to learn what chance alone looks like.
    shuffles: int = Field(default=49, ge=19)
    #: Groups are only reported where chance gives groups as clear as these no more often than this.
    groups_chance_max: float = Field(default=0.02, gt=0, lt=1)
    #: Votes that each group has to have cast on a statement for it to be called consensus.
    consensus_votes_min: int = Field(default=10, ge=1)
    #: Notes that are read at once, and words of a note that are read.
    notes_max: int = Field(default=20_000, ge=1)
    note_words_max: int = Field(default=300, ge=1)
    #: Notes that a person has coded before a theme is used for others.
    theme_notes_min: int = Field(default=4, ge=1)
    #: A note less like every theme than this is given none: 0 is nothing in common, 1 the same words.
    theme_likeness_min: float = Field(default=0.05, ge=0, le=1)
    #: Kiosk hours further from what is usual than so many standard deviations are counted apart.
    outlier_deviations: float = Field(default=4.0, gt=0)
