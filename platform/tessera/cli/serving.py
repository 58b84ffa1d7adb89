"""`tessera deploy` and `predict`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tessera.cli.remote import api_from_environment, bar, console, says_problems
from tessera.client import overlay, steps


@click.command("deploy")
@click.argument("artifact")
@click.option("--name", required=True, help="Name of the deployment; one of that name gets a new version.")
@click.option("--runtime", default="openvino", show_default=True, help="torch, onnxruntime or openvino")
@click.option("--device", default="cpu", show_default=True, help="cpu or cuda")
@click.option("--quantization", help="none, fp16, bf16, int8 or int8_weights")
@click.option("--replicas", default=1, show_default=True)
@click.option("--wait", default=300.0, show_default=True, help="Seconds it may take to get ready.")
@says_problems
def deploy_command(
    artifact: str, name: str, runtime: str, device: str, quantization: str | None, replicas: int, wait: float
) -> None:
    """Deploy an ARTIFACT (id) and wait until it answers; prints the deployment as JSON."""
    api = api_from_environment()
    project = api.get(f"/artifacts/{artifact}")["project"]
    body = {"name": name, "artifact": artifact, "runtime": runtime, "device": device, "replicas": replicas}
    if quantization:
        body["quantization"] = quantization
    with bar("deploying") as progress:
        deployment = steps.wait_ready(api, steps.deploy(api, project, body), wait, progress)
    click.echo(json.dumps(deployment))


@click.command("predict")
@click.argument("deployment")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--threshold", type=float, help="Leave out what scores less.")
@click.option("--classes", help="Only these classes, by name or id, with commas.")
@click.option("--output", help="Of polygons, mask, png and overlay, with commas.")
@click.option("--tiles", type=click.Choice(["off", "on", "auto"]), help="Look at large images in tiles.")
@click.option("--augment", type=click.Choice(["off", "flip", "scales"]), help="Look several times.")
@click.option("--every", default=1, show_default=True, help="Of videos, only every so manieth frame.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for a JSON file and an overlay an image."
)
@says_problems
def predict_command(
    deployment: str, files: tuple[Path, ...], every: int, out: Path | None, **query: Any
) -> None:
    """Segment FILES (images, folders of them, videos) with a DEPLOYMENT (id).

    One line of JSON an image, or files with --out; a video is a job whose ZIP is unpacked into --out.
    """
    api = api_from_environment()
    query = {name: value for name, value in query.items() if value is not None}
    if out:
        out.mkdir(parents=True, exist_ok=True)
        if query.get("output"):
            query["output"] += ",mask"
    videos = [file for file in files if file.suffix.lower() in steps.VIDEOS]
    failed = 0
    images = steps.image_files([file for file in files if file not in videos])
    for file, result in steps.predict_all(api, deployment, images, query):
        if "error" in result:
            failed += 1
            console.print(f"{file.name}: {result['error']['detail']}", markup=False, style="red")
        elif out:
            (out / f"{file.stem}.json").write_text(json.dumps(result["prediction"]))
            overlay.draw(file.read_bytes(), result["prediction"]).save(out / f"{file.stem}.overlay.png")
            click.echo(str(out / f"{file.stem}.overlay.png"))
        else:
            click.echo(json.dumps(result["prediction"]))
    for video in videos:
        with bar(video.name) as progress:
            said = steps.predict_video(api, deployment, video, every, query, out, progress)
        click.echo(json.dumps(said))
    if failed:
        sys.exit(1)
