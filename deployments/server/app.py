"""HTTP to the data plane and back; nothing is decided here."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from deployments.server import problems, specification, v2
from deployments.server.access import Guard
from deployments.server.assisting.routes import Desk
from deployments.server.config import Config
from deployments.server.dataplane import DataPlane
from deployments.server.exchange import CLIENT_CLOSED, body_of, sent, unless_gone
from deployments.server.measures import Measures, deployment_of
from deployments.server.problems import BadInput, NotFound, Problem
from deployments.server.registry import Registry

JSON = "application/json"
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def create_app(config: Config) -> Starlette:
    """The server as an ASGI application."""
    measures = Measures()
    registry = Registry(config, measures)
    plane = DataPlane(config, registry)
    desk = Desk(config, measures, registry.budget)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        desk.close()
        registry.close()
        plane.close()

    async def healthz(request: Request) -> Response:
        return _json({"status": "ok"})

    async def readyz(request: Request) -> Response:
        states = [state["status"] for state in registry.states()]
        counts = {name: states.count(name) for name in ("ready", "loading", "failed")}
        return _json({"status": "ok", "models": counts})

    async def metrics(request: Request) -> Response:
        return Response(measures.text(), media_type=PROMETHEUS)

    async def models(request: Request) -> Response:
        return _json({"models": registry.states()})

    async def minutes(request: Request) -> Response:
        since = _number(request, "since")
        return _json({"server": measures.server, "minutes": measures.minutes.since(since)})

    async def log(request: Request) -> Response:
        name = request.path_params["model"]
        registry.state(name)
        lines = measures.journal(deployment_of(name)).after(int(_number(request, "after")))
        return _json({"server": measures.server, "lines": lines})

    async def model(request: Request) -> Response:
        name = request.path_params["model"]
        if request.method == "GET":
            return _json(registry.state(name))
        if request.method == "DELETE":
            registry.delete(name)
            return Response(status_code=204)
        wanted = specification.parse(_parsed(await body_of(request, config.max_body)))
        return _json(registry.put(name, wanted), 202)

    async def predict(request: Request) -> Response:
        name = request.path_params["model"]
        route = plane.admit(name)
        data = await body_of(request, config.max_body)
        route = plane.current(route, name)
        query = {name: request.query_params.getlist(name) for name in request.query_params}
        accept = request.headers.get("accept", "")
        return sent(await unless_gone(request, plane.predict(route, data, query, accept)))

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/minutes", minutes),
            Route("/models", models),
            Route("/models/{model}/log", log),
            Route("/models/{model}", model, methods=["GET", "PUT", "DELETE"]),
            Route("/models/{model}/predict", predict, methods=["POST"]),
            *desk.routes(),
            *v2.routes(plane),
        ],
        middleware=[Middleware(Guard, token=config.token)],
        exception_handlers={
            Problem: _problem,
            HTTPException: _http,
            ClientDisconnect: _gone,
            Exception: _bug,
        },
        lifespan=lifespan,
    )


def _number(request: Request, name: str) -> float:
    """A number in the query, 0 where it is left out. Raises BadInput."""
    text = request.query_params.get(name) or "0"
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadInput(f"{name}: A number.", [(name, "A number.")])
    return number


def _parsed(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"The body is not JSON: {error}.") from error


def _json(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type=JSON)


Handler = Callable[[Request, Exception], Awaitable[Response]]


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problems.response(error, v2.speaks(request))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return problems.response(NotFound(f"Nothing is served at {request.url.path}."), v2.speaks(request))
    problem = Problem(str(error.detail))
    problem.status, problem.title, problem.slug = error.status_code, str(error.detail), "http"
    return problems.response(problem)


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_CLOSED)


async def _bug(request: Request, error: Exception) -> Response:
    return problems.response(Problem("The server hit a bug; its log has the details."), v2.speaks(request))
