"""`tessera deploy` and `predict`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tessera.cli.remote import api_from_environment, bar, says_problems
from tessera.client import overlay, steps


@click.command("deploy")
@click.argument("artifact")
@click.option("--name", required=True, help="Name of the deployment; one of that name gets a new version.")
@click.option("--runtime", default="openvino", show_default=True, help="torch, onnxruntime or openvino")
@click.option("--device", default="cpu", show_default=True, help="cpu or cuda")
@click.option("--quantization", help="none, fp16 or int8")
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
@click.argument("images", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--threshold", type=float, help="Leave out what scores less.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for a JSON file and an overlay an image."
)
@says_problems
def predict_command(
    deployment: str, images: tuple[Path, ...], threshold: float | None, out: Path | None
) -> None:
    """Segment IMAGES with a DEPLOYMENT (id); one line of JSON an image, or files with --out."""
    api = api_from_environment()
    query = {} if threshold is None else {"threshold": threshold}
    files = steps.image_files(images)
    if out:
        out.mkdir(parents=True, exist_ok=True)
    for file in files:
        content = file.read_bytes()
        answer = steps.predict(api, deployment, content, file.name, output="polygons,mask", **query)
        if not out:
            click.echo(json.dumps(answer))
            continue
        (out / f"{file.stem}.json").write_text(json.dumps(answer))
        overlay.draw(content, answer).save(out / f"{file.stem}.overlay.png")
        click.echo(str(out / f"{file.stem}.overlay.png"))
