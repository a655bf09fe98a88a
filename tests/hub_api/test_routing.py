"""A branch finds the route that FastAPI would have found, and answers what it would have answered."""

from __future__ import annotations

from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException

from hub_api.serving.routing import Branch

ADDRESSES = (
    ("GET", "/desk"),
    ("GET", "/desk/"),
    ("GET", "/desk/needs"),
    ("GET", "/desk/needs/new"),
    ("GET", "/desk/needs/7"),
    ("POST", "/desk/needs/7"),
    ("PUT", "/desk/needs/7"),
    ("GET", "/desk/needs/7/nothing"),
    ("GET", "/desk/any"),
    ("GET", "/desk/any/7"),
    ("GET", "/desk//needs"),
    ("GET", "/desks"),
    ("GET", "/elsewhere"),
)


def rooms() -> list[APIRouter]:
    first, second = APIRouter(prefix="/desk"), APIRouter(prefix="/desk")

    def answers(router: APIRouter, method: str, path: str, name: str) -> None:
        async def answer(number: str = "") -> dict[str, str]:
            return {"route": name, "number": number}

        router.add_api_route(path, answer, methods=[method])

    answers(first, "GET", "", "home")
    answers(first, "GET", "/needs", "list")
    answers(first, "GET", "/needs/new", "new")
    answers(first, "GET", "/needs/{number}", "one")
    answers(second, "POST", "/needs/{number}", "change")
    answers(second, "GET", "/{number}", "anything")
    answers(second, "GET", "/any", "never: what is before it takes it")
    return [first, second]


async def _ask(app: FastAPI, method: str, path: str, **query: str) -> tuple[int, Any, str | None]:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test")
    answer = await client.request(method, path, params=query)
    return answer.status_code, answer.json() if answer.content else None, answer.headers.get("allow")


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
async def test_it_answers_as_included_routers_do(method: str, path: str) -> None:
    branched, included = FastAPI(), FastAPI()
    branched.router.routes.append(Branch("/desk", rooms(), []))
    for router in rooms():
        included.include_router(router)
    assert await _ask(branched, method, path) == await _ask(included, method, path)


@pytest.mark.anyio
async def test_its_dependencies_are_asked_of_every_route() -> None:
    async def refuse(no: Annotated[str, "of the address"] = "") -> None:
        if no:
            raise HTTPException(418)

    app = FastAPI()
    app.router.routes.append(Branch("/desk", rooms(), [Depends(refuse)]))
    assert (await _ask(app, "GET", "/desk/needs"))[0] == 200
    assert (await _ask(app, "GET", "/desk/needs", no="1"))[0] == 418


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
