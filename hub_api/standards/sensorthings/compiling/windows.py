"""Between which instants a condition leaves observations; what it says besides is not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hub_api.standards.sensorthings.compiling.streams import parts
from hub_api.standards.sensorthings.model import ENTITIES, EntityType
from hub_api.standards.sensorthings.syntax import tree
from hub_api.standards.sensorthings.syntax.options import Options

TIME: Final = tree.Path(("phenomenonTime",))
#: Several observations of one instant are kept a few microseconds behind it.
BEHIND: Final = timedelta(seconds=1)
TURNED: Final = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq"}


@dataclass(frozen=True, slots=True)
class Window:
    """``[since, until)``; open sides are None."""

    since: datetime | None = None
    until: datetime | None = None

    def __and__(self, other: Window) -> Window:
        since = max((one for one in (self.since, other.since) if one is not None), default=None)
        until = min((one for one in (self.until, other.until) if one is not None), default=None)
        return Window(since, until)

    @property
    def is_empty(self) -> bool:
        return self.since is not None and self.until is not None and self.since >= self.until


def window_of(expression: tree.Expression | None, time: tree.Path = TIME) -> Window:
    """The narrowest window that is sure to have all for which the condition holds. ``time`` is how it calls their phenomenonTime."""
    match expression:
        case tree.Binary("and", left, right):
            return window_of(left, time) & window_of(right, time)
        case tree.Binary(operator, left, tree.Literal(datetime() as moment)) if left == time:
            return _beside(operator, moment)
        case tree.Binary(operator, tree.Literal(datetime() as moment), right) if right == time:
            return _beside(TURNED.get(operator, operator), moment)
        case _:
            return Window()


def related_windows(entity: EntityType, options: Options) -> Iterator[tuple[str, Window]]:
    """Where a condition or an order, those within ``$expand`` included, is about observations that belong to entities: in which
    option, and between which instants these may be.
    """
    if options.filter is not None:
        for window in _related(options.filter, options.filter, {"": entity}):
            yield "$filter", window
    for key in options.order:
        for window in _related(key.expression, None, {"": entity}):
            yield "$orderby", window
    for one in options.expand:
        link = entity.link_named(one.navigation)
        if link is not None:
            yield from related_windows(ENTITIES[link.target], one.options)


def _related(
    expression: tree.Expression, whole: tree.Expression | None, variables: Mapping[str, EntityType]
) -> Iterator[Window]:
    """Of one expression; ``whole`` is the condition that holds for one combination of all that its paths lead to."""
    match expression:
        case tree.Path(keys):
            for count, entity in _reached(keys, variables):
                if entity.is_observation:
                    yield window_of(whole, tree.Path((*keys[:count], *TIME.keys)))
                    return
        case tree.Lambda(quantifier, path, variable, condition):
            reached = [entity for _, entity in _reached(path.keys, variables)]
            if any(one.is_observation for one in reached):
                # What all of them meet is asked of every one.
                is_of_some = quantifier == "any" and reached[-1].is_observation
                yield window_of(condition, tree.Path((variable, *TIME.keys))) if is_of_some else Window()
            if condition is not None and reached:
                yield from _related(condition, None, {**variables, variable: reached[-1]})
        case _:
            for part in parts(expression):
                yield from _related(part, whole, variables)


def _reached(keys: Sequence[str], variables: Mapping[str, EntityType]) -> Iterator[tuple[int, EntityType]]:
    """To which entities a path leads, each behind so many of its keys."""
    is_named = keys[0] in variables
    entity = variables[keys[0] if is_named else ""]
    for count, name in enumerate(keys[is_named:], start=1 + is_named):
        link = entity.link_towards(name)
        if link is None:
            return
        entity = ENTITIES[link.target]
        yield count, entity


def _beside(operator: str, moment: datetime) -> Window:
    try:
        until = moment + BEHIND
    except OverflowError:
        return Window()
    match operator:
        case "gt" | "ge":
            return Window(since=moment)
        case "lt" | "le":
            return Window(until=until)
        case "eq":
            return Window(moment, until)
        case _:
            return Window()
