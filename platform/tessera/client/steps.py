"""The verbs of the main job, each over the public API only."""

from __future__ import annotations

import mimetypes
import tempfile
import time
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tessera.client import resumable
from tessera.client.api import POLL_SECONDS, Api, ApiProblem
from tessera.client.uploads import LARGE_BYTES, Progress, batches, share

IMAGES = {
    *(".jpg", ".jpeg", ".jpe", ".mpo", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif"),
    *(".jp2", ".j2k", ".jpx", ".ppm", ".pgm", ".tga", ".heic", ".heif"),
}
VIDEOS = {".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".wmv"}
PREDICT_SECONDS = 150.0
ACTIVE = ("queued", "preparing", "running", "evaluating")


def is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def find_project(api: Api, name_or_id: str) -> dict[str, Any]:
    """A project by its id or its name; raises ApiProblem naming the ones there are."""
    if is_id(name_or_id):
        found: dict[str, Any] = api.get(f"/projects/{name_or_id}")
        return found
    projects = list(api.each("/projects"))
    for project in projects:
        if project["name"] == name_or_id:
            return project
    known = ", ".join(project["name"] for project in projects) or "none yet"
    raise ApiProblem(404, f"No project is called {name_or_id}", f"There are: {known}.", [])


def image_files(paths: Sequence[Path], videos: bool = False) -> list[Path]:
    """The files given, and the images, with `videos` also the videos, below the folders given."""
    files: list[Path] = []
    wanted = IMAGES | VIDEOS if videos else IMAGES
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else []
        files += [file for file in inside if file.suffix.lower() in wanted] if path.is_dir() else [path]
    return files


def import_file(
    api: Api, project: str, file: Path, format_name: str, create_classes: bool, progress: Progress
) -> dict[str, Any]:
    """Import annotations; returns the job's result."""
    if file.stat().st_size > LARGE_BYTES:
        options = {"purpose": "import", "format": format_name, "create_classes": str(create_classes).lower()}
        size = file.stat().st_size
        shown = resumable.send(
            api, project, file, share(progress, 0, size, f"sending {file.name}"), **options
        )
        if shown["job"] is None:
            raise ApiProblem(422, "The file was refused", shown["error"] or "", [])
        return api.wait_for_job(api.get(f"/jobs/{shown['job']}"), progress)
    with file.open("rb") as content:
        job = api.post(
            f"/projects/{project}/imports",
            data={"format": format_name, "create_classes": str(create_classes).lower()},
            files={"file": (file.name, content)},
        )
    return api.wait_for_job(job, progress)


def export(
    api: Api, project: str, format_name: str, snapshot: str | None, target: Path, progress: Progress
) -> int:
    """Export annotations into a file; returns its length."""
    body = {"format": format_name, **({"snapshot": snapshot} if snapshot else {})}
    result = api.wait_for_job(api.post(f"/projects/{project}/exports", body), progress)
    content = api.raw("GET", result["download_url"]).content
    target.write_bytes(content)
    return len(content)


def preset(api: Api, architecture: str, name: str) -> dict[str, Any]:
    """The spec of an architecture's preset; raises ApiProblem naming the ones there are."""
    entries = {entry["name"]: entry for entry in api.each("/architectures")}
    if architecture not in entries:
        raise ApiProblem(
            404, f"No architecture is called {architecture}", f"There are: {', '.join(entries)}.", []
        )
    presets = {entry["name"]: entry["spec"] for entry in entries[architecture]["presets"]}
    if name not in presets:
        raise ApiProblem(404, f"No preset is called {name}", f"There are: {', '.join(presets)}.", [])
    return {"architecture": architecture, **presets[name]}


def start_run(
    api: Api, project: str, name: str, spec: dict[str, Any], run: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A workflow of this name with this spec (a new version where one exists), and a run of it."""
    workflow = next((w for w in api.each(f"/projects/{project}/workflows") if w["name"] == name), None)
    if workflow is None:
        workflow = api.post(f"/projects/{project}/workflows", {"name": name, "spec": spec})
    else:
        workflow = api.call("PATCH", f"/workflows/{workflow['id']}", json={"spec": spec})
    started: dict[str, Any] = api.post(f"/workflows/{workflow['id']}/runs", run or {})
    return started


def watch(api: Api, run_id: str) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The run with the metric rows that are new, again and again until it has ended."""
    seen = -1
    while True:
        # The status first: rows written before the end are then all in the read that follows it.
        run = api.get(f"/runs/{run_id}")
        page = api.get(f"/runs/{run_id}/metrics", **({"after": seen} if seen >= 0 else {}))
        rows = page["results"]
        seen = rows[-1]["step"] if rows else seen
        yield run, rows
        if run["status"] not in ACTIVE and not page["next"]:
            return
        if not page["next"]:
            time.sleep(POLL_SECONDS)


def best_artifact(api: Api, run_id: str) -> dict[str, Any]:
    """The artifact kept as `best_metric`, else the latest."""
    artifacts = list(api.each(f"/runs/{run_id}/artifacts"))
    if not artifacts:
        raise ApiProblem(409, "The run kept no artifact", "It ended before its first evaluation.", [])
    best = [a for a in artifacts if "best_metric" in a["strategies"]]
    return best[0] if best else max(artifacts, key=lambda artifact: artifact["step"])


def deploy(api: Api, project: str, body: dict[str, Any]) -> dict[str, Any]:
    """A deployment by this name, new or as a new version of the one there is."""
    for known in api.each(f"/projects/{project}/deployments"):
        if known["name"] == body["name"]:
            version = {key: value for key, value in body.items() if key != "name"}
            api.post(f"/deployments/{known['id']}/versions", version)
            found: dict[str, Any] = api.get(f"/deployments/{known['id']}")
            return found
    created: dict[str, Any] = api.post(f"/projects/{project}/deployments", body)
    return created


def wait_ready(api: Api, deployment: dict[str, Any], seconds: float, progress: Progress) -> dict[str, Any]:
    """The deployment once it answers; raises ApiProblem when it failed or takes too long."""
    deadline = time.monotonic() + seconds
    while deployment["status"] == "starting" and time.monotonic() < deadline:
        progress(0.0, deployment["message"] or "loading the model")
        time.sleep(POLL_SECONDS)
        deployment = api.get(f"/deployments/{deployment['id']}")
    if deployment["status"] != "ready":
        error = deployment.get("error") or {}
        title = error.get("title") or f"The deployment is {deployment['status']} after {seconds:g} s"
        detail = error.get("detail") or deployment["message"]
        raise ApiProblem(409, title, f"{detail} {error.get('hint', '')}".strip(), [])
    progress(1.0, "ready")
    return deployment


def predict(api: Api, deployment: str, image: bytes, name: str, **query: Any) -> dict[str, Any]:
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    answer: dict[str, Any] = api.post(
        f"/deployments/{deployment}/predict", files={"image": (name, image, content_type)}, params=query
    )
    return answer


def predict_all(
    api: Api, deployment: str, files: Sequence[Path], query: dict[str, Any]
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """What becomes of each image, `{"prediction"}` or `{"error"}`; sent in batches."""
    for batch in batches(files):
        parts = [("images", (file.name, file.read_bytes())) for file in batch]
        address = f"/deployments/{deployment}/predict/batch"
        answer = api.post(address, files=parts, params=query, timeout=PREDICT_SECONDS)
        yield from zip(batch, answer["results"], strict=True)


def predict_video(
    api: Api,
    deployment: str,
    file: Path,
    every: int,
    query: dict[str, Any],
    out: Path | None,
    progress: Progress,
) -> dict[str, Any]:
    """Predict a video by a job and unpack what it made into a folder of `out`; the job's result."""
    with file.open("rb") as content:
        job = api.post(
            f"/deployments/{deployment}/jobs",
            files={"video": (file.name, content)},
            data={"every": every, "overlays": str(out is not None).lower()},
            params=query,
            timeout=None,
        )
    result = api.wait_for_job(job, progress)
    if out is None:
        return result
    with tempfile.TemporaryFile() as packed:
        api.download(result["download_url"], packed)
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(out / file.stem)
    return result


def curl(api: Api, deployment: dict[str, Any], key: str, image: Path) -> str:
    """A command that works as it stands."""
    address = f"{api.url}{deployment['endpoint']}"
    return f"curl -H 'Authorization: Bearer {key}' -F image=@{image} '{address}'"
