"""Large files in pieces, by tus 1.0: what was sent before a line or a program broke is not sent again.

Nothing is remembered on this side. An upload carries the size and the time of change of its file, and one's
unfinished uploads are looked through for them: a second call goes on, from another folder or machine too.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from tessera.client.api import Api, ApiProblem

PIECE = 8 << 20
# About two minutes of a platform that restarts or a line that is down.
PAUSES = (0.2, 0.5, 1, 2, 4, 8, 15, 30, 30, 30)
PIECE_SECONDS = 300.0
# Nobody there, another request still writing, too many at once, a proxy that finds nobody.
_PASSING = (0, 409, 423, 429, 502, 503, 504)
_TUS = {"Tus-Resumable": "1.0.0"}

Sent = Callable[[int], None]


def send(api: Api, project: str, file: Path, sent: Sent, **metadata: str) -> dict[str, Any]:
    """Send a file, or what is missing of it; the upload as the platform shows it then.

    `sent` is told how many bytes are there, again and again; `metadata` is what tus carries beside the name.
    Raises ApiProblem where the platform refuses it, or cannot be reached for two minutes.
    """
    facts = file.stat()
    mark = f"{facts.st_size}-{facts.st_mtime_ns}"
    pairs = {"filename": file.name, "project": project, "mark": mark, **metadata}
    length = facts.st_size
    place, offset = _begun(api, project, pairs, length) or _begin(api, pairs, length)
    with file.open("rb") as content:
        while True:
            sent(offset)
            shown: dict[str, Any] = api.get(place) if offset == length else {}
            if shown and shown["status"] != "receiving":
                return shown
            offset = _go_on(api, place, content, offset)


def _begun(api: Api, project: str, pairs: dict[str, str], length: int) -> tuple[str, int] | None:
    """Where an earlier call left off with this file, and how much has arrived."""
    wanted = _encoded(pairs)
    unfinished = [
        upload
        for status in ("receiving", "processing")
        for upload in api.each(f"/projects/{project}/uploads", status=status)
        if upload["length"] == length
    ]
    for upload in unfinished:
        place = f"/api/v1/uploads/{upload['id']}"
        headers = api.raw("HEAD", place, headers=_TUS).headers
        if headers.get("Upload-Metadata") == wanted:
            return place, int(headers["Upload-Offset"])
    return None


def _begin(api: Api, pairs: dict[str, str], length: int) -> tuple[str, int]:
    headers = {**_TUS, "Upload-Length": str(length), "Upload-Metadata": _encoded(pairs)}
    return api.raw("POST", "/uploads", headers=headers).headers["Location"], 0


def _go_on(api: Api, place: str, content: IO[bytes], offset: int) -> int:
    """Send a piece, patiently; where the next one begins."""
    for pause in (*PAUSES, None):
        content.seek(offset)
        headers = {**_TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        try:
            # An empty piece says once more that all is there.
            answer = api.raw(
                "PATCH", place, content=content.read(PIECE), headers=headers, timeout=PIECE_SECONDS
            )
            return int(answer.headers["Upload-Offset"])
        except ApiProblem as problem:
            if problem.status not in _PASSING or pause is None:
                raise
        time.sleep(pause)
        try:
            arrived = int(api.raw("HEAD", place, headers=_TUS).headers["Upload-Offset"])
        except ApiProblem as problem:
            if problem.status not in _PASSING:
                raise
            continue
        if arrived != offset:
            return arrived
    raise AssertionError("the last attempt returns or raises")


def _encoded(pairs: dict[str, str]) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
