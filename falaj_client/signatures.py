"""Methods of the clients that are called like the questions they ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import Parameter, signature
from typing import Any, Concatenate, ParamSpec, TypeVar, get_args, get_type_hints

P = ParamSpec("P")
Client = TypeVar("Client")
Question = TypeVar("Question")
Answer = TypeVar("Answer")
Method = TypeVar("Method", bound=Callable[..., Any])


def asking(
    question: Callable[P, Question], answer: Callable[[Client, Question], Answer]
) -> Callable[Concatenate[Client, P], Answer]:
    """A method that asks this question; ``answer`` is the class of what it returns, made from both."""

    def ask(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        return answer(self, question(*args, **kwargs))

    return called_like(question, ask, f"{answer.__name__}[{{}}]" if _element(question) else answer.__name__)


def called_like(question: Callable[..., Any], method: Method, answer: str) -> Method:
    """``method`` with the name, parameters and documentation of ``question``; it returns ``answer``."""
    asked = signature(question)
    own = Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)
    method.__name__ = question.__name__
    method.__doc__ = question.__doc__
    method.__signature__ = asked.replace(  # type: ignore[attr-defined]  # read by inspect and help()
        parameters=[own, *_parameters(question)], return_annotation=answer.format(_element(question))
    )
    return method


def _parameters(question: Callable[..., Any]) -> Iterator[Parameter]:
    """Those of the question; filters that it shares with others, each by itself."""
    for each in signature(question).parameters.values():
        if each.kind is not Parameter.VAR_KEYWORD:
            yield each
            continue
        (filters,) = get_args(get_type_hints(question)[each.name])
        for name, kind in get_type_hints(filters).items():
            yield Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=_written(kind))


def _written(kind: Any) -> str:
    """As it stands in the source."""
    return " | ".join("None" if each is type(None) else each.__name__ for each in get_args(kind))


def _element(question: Callable[..., Any]) -> str:
    """What the question's answer holds: the part in brackets of its return annotation."""
    return str(signature(question).return_annotation).partition("[")[2].removesuffix("]")
