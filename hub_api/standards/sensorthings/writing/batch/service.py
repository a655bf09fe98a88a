"""The requests of a batch one after the other; a group of them all or nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby

import anyio.to_thread
import structlog
from fastapi import Request

from citycore.errors import FalajError
from citycore.store.connections import Connection
from hub_api.serving.kinds import status_of
from hub_api.serving.problems import Finding
from hub_api.serving.texts import language_of
from hub_api.standards.sensorthings.model import ROOT
from hub_api.standards.sensorthings.routes import JSON, sensorthings_shape
from hub_api.standards.sensorthings.writing.batch.inner import ask
from hub_api.standards.sensorthings.writing.batch.model import Answer, Part
from hub_api.standards.sensorthings.writing.batch.references import resolved_body, resolved_url
from hub_api.standards.sensorthings.writing.errors import BodyTooLarge, WritingConflict
from hub_api.standards.sensorthings.writing.service import GROUP, Group, Writing

log = structlog.get_logger()
FAILED_DEPENDENCY, TIMED_OUT = 424, 503


class _Undone(Exception):
    """A request of a group failed: its transaction is to be rolled back."""


class Batch:
    """One request to ``$batch``."""

    def __init__(self, request: Request, writing: Writing) -> None:
        self._request = request
        self._writing = writing
        self._settings = writing.settings
        self._ends = time.monotonic() + writing.settings.batch_seconds_max
        self._bytes = 0
        #: By id, where what a request has made is; and which requests failed.
        self._made: dict[str, str] = {}
        self._failed: set[str] = set()

    async def run(self, parts: Sequence[Part]) -> list[Answer]:
        answers: list[Answer] = []
        for group, own in groupby(parts, key=lambda part: part.group):
            its = list(own)
            if group is None:
                answers += [await self._one(part) for part in its]
            else:
                answers += await self._group(its)
        return answers

    async def _one(self, part: Part) -> Answer:
        try:
            answer = await self._asked(part)
        except FalajError as error:
            answer = self._refused(part, error)
        self._bytes += len(answer.body)
        if self._bytes > self._settings.batch_answer_bytes_max:
            self._bytes -= len(answer.body)
            maximum = self._settings.batch_answer_bytes_max
            answer = self._refused(part, BodyTooLarge("batch_too_large", maximum=maximum))
        if not answer.is_good:
            self._failed.add(part.id)
        elif location := answer.headers.get("location"):
            self._made[part.id] = location
        return answer

    async def _asked(self, part: Part) -> Answer:
        for each in part.depends_on:
            if each in self._failed:
                return self._refused(part, WritingConflict("batch_depends", given=each), FAILED_DEPENDENCY)
        if time.monotonic() > self._ends:
            maximum = round(self._settings.batch_seconds_max)
            return self._refused(part, WritingConflict("batch_too_long", maximum=maximum), TIMED_OUT)
        url, body = resolved_url(part, self._made), resolved_body(part, self._made)
        return await ask(self._request, part, url, body, ROOT)

    async def _group(self, parts: Sequence[Part]) -> list[Answer]:
        """In one transaction; observations are handed on once it has committed."""
        async with self._writing.groups:
            stack = ExitStack()
            connection = await anyio.to_thread.run_sync(self._begin, stack)
            group = Group(connection)
            token = GROUP.set(group)
            answers: list[Answer] = []
            failure: BaseException | None = _Undone()
            try:
                for part in parts:
                    answers.append(await self._one(part))
                    if not answers[-1].is_good:
                        break
                else:
                    await self._writing.judge(group)
                    failure = None
            except FalajError as error:
                answers[-1] = self._refused(parts[-1], error)
            finally:
                GROUP.reset(token)
                await anyio.to_thread.run_sync(_end, stack, failure)
        if failure is None:
            try:
                self._tell_anew(answers, await self._writing.finish(group))
            except FalajError as error:
                if group.is_judged:
                    log.warning("sensorthings_group_half", requests=len(parts), reason=str(error)[:500])
                answers[-1] = self._refused(parts[-1], error)
                failure = error
        return answers if failure is None else self._undone(parts, answers[-1])

    def _tell_anew(self, answers: Sequence[Answer], moved: Mapping[str, str]) -> None:
        """Where observations are whose places others had taken meanwhile."""
        for answer in answers if moved else ():
            path, mark, key = answer.headers.get("location", "").partition("('")
            if (own := moved.get(key.removesuffix("')"))) is not None:
                answer.headers["location"] = self._made[answer.id] = f"{path}{mark}{own}')"

    def _begin(self, stack: ExitStack) -> Connection:
        connection = stack.enter_context(self._writing.registry.connection())
        stack.enter_context(connection.transaction())
        return connection

    def _undone(self, parts: Sequence[Part], failed: Answer) -> list[Answer]:
        """What made the group fail, and of the others that they do not count."""
        answers = []
        for part in parts:
            self._made.pop(part.id, None)
            self._failed |= {part.id, part.group or part.id}
            undone = WritingConflict("batch_undone")
            answers.append(failed if part.id == failed.id else self._refused(part, undone, FAILED_DEPENDENCY))
        return answers

    def _refused(self, part: Part, error: FalajError, status: int | None = None) -> Answer:
        language = language_of(self._request)
        finding = Finding(status or status_of(error), error.slug, error.text(language))
        response = sensorthings_shape(self._request, finding, language)
        return Answer(part.id, response.status_code, {"content-type": JSON}, bytes(response.body), part.group)


def _end(stack: ExitStack, failure: BaseException | None) -> None:
    """Commit, or roll back; in a thread."""
    if failure is None:
        stack.close()
    else:
        stack.__exit__(type(failure), failure, None)
