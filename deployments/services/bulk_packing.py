"""The result of a prediction job as one ZIP: `predictions.jsonl`, `failed.jsonl`, and overlays.

Overlays are drawn here, in a second pass over the images: only the results need to survive a killed worker.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import cv2
import orjson

from annotations.geometry import GeometryError
from core.errors import TesseraError
from core.jobs import JobHandle
from core.storage import storage
from deployments.drawing import Colour, colours_of, draw
from deployments.models import Deployment
from deployments.services.bulk_folder import Folder
from deployments.services.bulk_jobs import RESULT
from deployments.services.bulk_video import opened
from deployments.video import Writer
from projects.services import pictures

# What the job's result names of them; `failed.jsonl` has all.
MOST_FAILED = 200
QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 90]

Line = dict[str, Any]


class Summary:
    """Counts lines while they are packed."""

    def __init__(self) -> None:
        self.answered = 0
        self.predictions = 0
        self.failed: list[Line] = []
        self.failures = 0

    def fail(self, item: str, reason: str) -> Line:
        failure = {"item": item, "reason": reason}
        self.failures += 1
        if len(self.failed) < MOST_FAILED:
            self.failed.append(failure)
        return failure

    def as_dict(self) -> dict[str, Any]:
        return {"predictions": self.predictions, "failed": self.failed, "failures": self.failures}


def pack_images(job: JobHandle, deployment: Deployment, folder: Folder, begun: float) -> dict[str, Any]:
    """Write and store the ZIP; returns the part of the job's result that it knows."""
    summary = Summary()
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
            trouble: list[Line] = []
            _write_lines(archive, job, folder, summary)
            if job.payload["overlays"]:
                trouble = list(_overlays(archive, job, deployment, folder, summary, begun))
            _write_failed(archive, folder, trouble)
        _store(folder, file)
    return summary.as_dict()


def pack_video(
    job: JobHandle, deployment: Deployment, folder: Folder, trouble: list[Line], begun: float
) -> dict[str, Any]:
    """The same for a video, whose overlays are one video; `trouble` is what of it could not be read."""
    summary = Summary()
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
            _write_lines(archive, job, folder, summary)
            for each in trouble:
                summary.fail(each["item"], each["reason"])
            _write_failed(archive, folder, trouble)
            if job.payload["overlays"] and summary.answered:
                with tempfile.TemporaryDirectory() as where:
                    drawn = Path(where) / "overlay.mp4"
                    _overlay_video(drawn, job, deployment, folder, begun)
                    archive.write(drawn, drawn.name)
        _store(folder, file)
    return {"frames": summary.answered + summary.failures - len(trouble), **summary.as_dict()}


def _write_lines(archive: zipfile.ZipFile, job: JobHandle, folder: Folder, summary: Summary) -> None:
    outputs = {
        output.strip()
        for name, value in job.payload["query"]
        if name == "output"
        for output in value.split(",")
    }
    without_masks = bool(outputs) and "mask" not in outputs
    with archive.open(_deflated("predictions.jsonl"), "w", force_zip64=True) as out:
        for line in folder.lines():
            if "failed" in line:
                summary.fail(_name(line), line["failed"])
                continue
            summary.answered += 1
            summary.predictions += len(line["predictions"])
            if without_masks:
                for prediction in line["predictions"]:
                    prediction.pop("mask", None)
            out.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _write_failed(archive: zipfile.ZipFile, folder: Folder, more: Iterable[Line]) -> None:
    with archive.open(_deflated("failed.jsonl"), "w", force_zip64=True) as out:
        lines = (line for line in folder.lines() if "failed" in line)
        failed = ({"item": _name(line), "reason": line["failed"]} for line in lines)
        for each in (*failed, *more):
            out.write(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE))


def _overlays(
    archive: zipfile.ZipFile,
    job: JobHandle,
    deployment: Deployment,
    folder: Folder,
    summary: Summary,
    begun: float,
) -> Iterator[Line]:
    """Write a picture of every image that was answered; yields what could not be drawn."""
    colours = colours_of(deployment.artifact.classes)
    total = max(summary.answered + summary.failures, 1)
    taken: set[str] = set()
    for number, (item, line) in enumerate(zip(folder.items(), folder.lines(), strict=False)):
        job.progress(begun + (1 - begun) * number / total, f"Drawing {number + 1:,} of {total:,}")
        if "failed" in line:
            continue
        try:
            content = _drawn(item["key"], line, colours)
        except (TesseraError, GeometryError, ValueError, KeyError) as error:
            yield summary.fail(item["item"], f"its overlay could not be drawn: {error}")
            continue
        archive.writestr(f"overlays/{_free(_inside(item['item']), taken)}.jpg", content)


def _drawn(key: str, line: Line, colours: dict[int, Colour]) -> bytes:
    pixels = pictures.pixels(io.BytesIO(storage.read(key))).copy()
    draw(pixels, line["predictions"], colours)
    done, content = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), QUALITY)
    if not done:
        raise ValueError("it cannot be written as JPEG")
    return content.tobytes()


def _overlay_video(
    target: Path, job: JobHandle, deployment: Deployment, folder: Folder, begun: float
) -> None:
    """The frames that were looked at, each at its time; one that was not answered is shown as it is."""
    colours = colours_of(deployment.artifact.classes)
    every = int(job.payload["source"]["every"])
    with opened(job.payload["source"]["key"]) as video:
        writer = Writer(target, video.rate / every)
        total = max(video.expected // every, 1)
        try:
            for number, (frame, line) in enumerate(zip(video.frames(every), folder.lines(), strict=False)):
                job.progress(min(begun + (1 - begun) * number / total, 0.99), f"Drawing frame {number + 1:,}")
                draw(frame.pixels, line.get("predictions", ()), colours)
                writer.add(frame.pixels, frame.seconds)
        finally:
            writer.close()


def _deflated(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _store(folder: Folder, file: Any) -> None:
    file.seek(0)
    storage.put(f"{folder.prefix}/{RESULT}", file)


def _name(line: Line) -> str:
    return str(line["item"]) if "item" in line else f"frame {line['frame']}"


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where another has it: "a", "a (2)". Some unpackers tell no case apart."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name} ({number})"
    taken.add(found.casefold())
    return found


def _inside(name: str) -> str:
    """A path that stays below the folder it is unpacked into."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "image"
