"""Sending files: small ones in batches, large ones in pieces."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tessera.client import resumable
from tessera.client.api import Api, ApiProblem

BATCH_FILES = 16
BATCH_BYTES = 32 << 20
LARGE_BYTES = 8 << 20

Progress = Callable[[float, str], None]


def upload(
    api: Api, project: str, files: Sequence[Path], progress: Progress = lambda fraction, message: None
) -> Iterator[dict[str, Any]]:
    """Send images and videos in batches, large ones and ZIPs in pieces that a second call goes on with.

    Yields what the platform says of each file; of a ZIP `unpacked`, its
    job's result, beside name and status.
    """
    total = sum(file.stat().st_size for file in files) or 1
    done = 0
    for file in filter(_goes_in_pieces, files):
        yield _upload_in_pieces(api, project, file, share(progress, done, total, file.name))
        done += file.stat().st_size
    for batch in batches([file for file in files if not _goes_in_pieces(file)]):
        progress(done / total, batch[0].name)
        with ExitStack() as opened:
            # Read while they are sent.
            parts = [
                (
                    "files",
                    (
                        file.name,
                        opened.enter_context(file.open("rb")),
                        mimetypes.guess_type(file.name)[0] or "image/jpeg",
                    ),
                )
                for file in batch
            ]
            yield from api.post(f"/projects/{project}/assets", files=parts)["results"]
        done += sum(file.stat().st_size for file in batch)
    progress(1.0, "")


def _goes_in_pieces(file: Path) -> bool:
    return file.suffix.lower() == ".zip" or file.stat().st_size > LARGE_BYTES


def share(progress: Progress, done: int, total: int, name: str) -> resumable.Sent:
    """A file's bytes as its share of all."""
    return lambda sent: progress((done + sent) / total, name)


def _upload_in_pieces(api: Api, project: str, file: Path, sent: resumable.Sent) -> dict[str, Any]:
    try:
        shown = resumable.send(api, project, file, sent)
        result = api.wait_for_job(api.get(f"/jobs/{shown['job']}")) if shown["job"] else {}
        shown = api.get(f"/uploads/{shown['id']}")
    except ApiProblem as problem:
        # The others are sent all the same, unless nobody is there or nothing may be sent.
        if problem.status in (0, 401, 403, 404):
            raise
        return {"name": file.name, "status": "rejected", "error": str(problem)}
    if shown["results"]:
        row: dict[str, Any] = shown["results"][0]
        return row
    if shown["status"] == "failed":
        return {"name": file.name, "status": "rejected", "error": shown["error"]}
    if result.get("skipped") and not result["assets"] + result["duplicates"]:
        return {
            "name": file.name,
            "status": "rejected",
            "error": "nothing of it could be taken",
            "unpacked": result,
        }
    return {"name": file.name, "status": "ready", "error": None, "unpacked": result}


def batches(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Files in groups that one request carries."""
    batch: list[Path] = []
    size = 0
    for file in files:
        length = file.stat().st_size
        if batch and (len(batch) == BATCH_FILES or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += length
    if batch:
        yield batch
