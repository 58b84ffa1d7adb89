"""One connection to the REST API; a problem document becomes an exception that reads well."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import IO, Any

import httpx

DEFAULT_URL = "http://127.0.0.1:8000"
TIMEOUT = 60.0
POLL_SECONDS = 0.3


class ApiProblem(Exception):
    """The platform said no. `status` is 0 when it could not be reached at all."""

    def __init__(self, status: int, title: str, detail: str, errors: list[dict[str, str]]) -> None:
        lines = [f"{title} ({status})" if status else title, detail]
        lines += [f"  {error.get('field')}: {error.get('message')}" for error in errors]
        super().__init__("\n".join(line for line in lines if line))
        self.status = status


class Api:
    """`get`, `post`, … take paths below /api/v1 and return the parsed answer, or raise ApiProblem."""

    def __init__(self, url: str, key: str = "") -> None:
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=TIMEOUT, follow_redirects=True)

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, params=query)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.call("POST", path, **(options if body is None else {"json": body, **options}))

    def call(self, method: str, path: str, **options: Any) -> Any:
        response = self.raw(method, path, **options)
        return response.json() if response.content else None

    def raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        address = path if path.startswith(("http://", "https://", "/api/")) else f"/api/v1{path}"
        try:
            response = self._http.request(method, address, **options)
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            hint = "Is it running (`tessera up`), and does TESSERA_URL say where?"
            raise ApiProblem(0, f"No answer from {self.url}", f"{reason}. {hint}", []) from None
        if response.is_error:
            raise _problem(response)
        return response

    def download(self, path: str, target: IO[bytes]) -> None:
        """Write a file of the platform into another, piece by piece."""
        try:
            with self._http.stream("GET", path) as response:
                if response.is_error:
                    response.read()
                    raise _problem(response)
                for piece in response.iter_bytes():
                    target.write(piece)
        except httpx.HTTPError as error:
            raise ApiProblem(0, f"{self.url} broke off", str(error) or type(error).__name__, []) from None

    def each(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, over all its pages."""
        page = self.get(path, **query)
        yield from page["results"]
        while page.get("next"):
            page = self.call("GET", page["next"])
            yield from page["results"]

    def wait_for_job(
        self, job: dict[str, Any], progress: Callable[[float, str], None] = lambda fraction, message: None
    ) -> dict[str, Any]:
        """The result of a job once it is done; raises ApiProblem when it failed."""
        while job["status"] in ("queued", "running"):
            progress(job["progress"], job["message"])
            time.sleep(POLL_SECONDS)
            job = self.get(f"/jobs/{job['id']}")
        if job["status"] != "succeeded":
            error = job.get("error") or {}
            title = error.get("title") or f"The job was {job['status']}"
            raise ApiProblem(error.get("status", 0), title, error.get("detail", ""), error.get("errors", []))
        progress(1.0, job["message"])
        result: dict[str, Any] = job["result"]
        return result


def _problem(response: httpx.Response) -> ApiProblem:
    try:
        document = response.json()
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    title = document.get("title") or response.reason_phrase or "The request failed"
    detail = document.get("detail") or response.text[:300]
    return ApiProblem(response.status_code, title, str(detail), document.get("errors") or [])
