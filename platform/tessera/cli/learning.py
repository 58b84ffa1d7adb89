"""`tessera train` and `watch`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from core.errors import TesseraError
from tessera.cli.remote import api_from_environment, bar, console, says_problems
from tessera.client import steps
from tessera.client.api import Api
from training import workflow_files

ARCHITECTURE = "segformer"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("train")
@click.argument("project")
@click.option("--name", help='Name of the workflow; else the one in its file, else "command line".')
@click.option("--preset", help="Begin with quick, balanced or best of the architecture.")
@click.option("--workflow", "shared", type=FILE, help="Begin with a workflow's YAML or JSON file.")
@click.option("--spec", type=FILE, help="Begin with a JSON file that is a spec alone.")
@click.option("--architecture", help="Name of the model family; segformer where nothing says it.")
@click.option("--variant")
@click.option("--weights", help="pretrained, scratch, artifact:ID, file:NAME or hub:ID[@REVISION]")
@click.option("--size", type=int, help="Height and width the images are scaled to.")
@click.option("--steps", "step_count", type=int, help="Optimiser steps.")
@click.option("--batch-size", type=int)
@click.option("--learning-rate", type=float)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or mps")
@click.option("--gpus", default=1, show_default=True)
@click.option("--detach", is_flag=True, help="Print the run's id and leave.")
@says_problems
def train_command(
    project: str,
    name: str | None,
    preset: str | None,
    shared: Path | None,
    spec: Path | None,
    device: str,
    gpus: int,
    detach: bool,
    **options: Any,
) -> None:
    """Train on a PROJECT (name or id) and watch until the run ends.

    The other options override what --preset, --workflow or --spec say; what nothing says takes the
    architecture's default.
    """
    if len([given for given in (preset, shared, spec) if given]) > 1:
        raise click.UsageError("Give one of --preset, --workflow and --spec.")
    api = api_from_environment()
    target = steps.find_project(api, project)
    known_as, base = _read(shared) if shared else (None, {})
    if preset:
        base = steps.preset(api, options["architecture"] or ARCHITECTURE, preset)
    if spec:
        base = _objects(spec, _json(spec))
    wanted = spec_of(base, options)
    title = name or known_as or "command line"
    run = steps.start_run(api, target["id"], title, wanted, {"hardware": {"device": device, "gpus": gpus}})
    click.echo(run["id"])
    if not detach:
        sys.exit(0 if show(api, run["id"])["status"] == "succeeded" else 1)


@click.command("watch")
@click.argument("run")
@says_problems
def watch_command(run: str) -> None:
    """Watch a RUN until it ends; exit code 0 when it succeeded."""
    sys.exit(0 if show(api_from_environment(), run)["status"] == "succeeded" else 1)


def show(api: Api, run_id: str) -> dict[str, Any]:
    """A progress bar of a run with its newest numbers; returns the run as it ended."""
    run: dict[str, Any] = {}
    values: dict[str, float] = {}
    with bar("training") as progress:
        for run, rows in steps.watch(api, run_id):
            for row in rows:
                values.update(row["values"])
            progress(run["progress"], describe(run, values))
    if run["error"]:
        console.print(f"{run['error']['title']}\n{run['error']['detail']}", style="red", markup=False)
        console.print(run["error"]["hint"], markup=False)
    else:
        console.print(f"{run['status']} at step {run['step']}: {describe(run, values)}", markup=False)
    return run


def describe(run: dict[str, Any], values: dict[str, float]) -> str:
    """The newest numbers in one line."""
    parts = [] if run["status"] in ("running", "succeeded") else [run["status"]]
    for label, key, form in (("loss", "train/loss", ".3f"), ("mIoU", "val/miou", ".3f")):
        if key in values:
            parts.append(f"{label} {values[key]:{form}}")
    if run["status"] == "running" and run["images_per_second"]:
        parts.append(f"{run['images_per_second']:.1f} images/s")
        if run["eta_seconds"] is not None:
            parts.append(f"{run['eta_seconds']:.0f} s left")
    return ", ".join(parts)


def spec_of(base: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """The spec `base` with the options given laid over it."""
    spec = {"architecture": ARCHITECTURE, **base, "hyperparameters": dict(base.get("hyperparameters") or {})}
    if options["architecture"] and options["architecture"] != spec["architecture"]:
        # Another architecture has other variants.
        spec.pop("variant", None)
    for key in ("architecture", "variant", "weights"):
        if options[key]:
            spec[key] = options[key]
    if options["size"]:
        spec["input_size"] = [options["size"], options["size"]]
    if options["step_count"] is not None:
        # Where epochs are given they count, not the steps.
        spec["hyperparameters"].pop("epochs", None)
        every = (spec.get("evaluation") or {}).get("every")
        if isinstance(every, int) and every > options["step_count"]:
            spec.pop("evaluation")
    for key, option in (
        ("steps", "step_count"),
        ("batch_size", "batch_size"),
        ("learning_rate", "learning_rate"),
    ):
        if options[option] is not None:
            spec["hyperparameters"][key] = options[option]
    return spec


def _read(file: Path) -> tuple[str | None, dict[str, Any]]:
    """The name and the spec in a workflow's file."""
    try:
        content = workflow_files.read(file.read_bytes(), file.name)
    except TesseraError as error:
        raise click.ClickException(f"{file}: {error.detail}") from error
    return content.name, _objects(file, content.spec)


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file}: is not JSON: {error}") from error


def _objects(file: Path, spec: Any) -> dict[str, Any]:
    """The spec of a file, where it is of a kind that options can be laid over; the server checks the rest."""
    if not isinstance(spec, dict):
        raise click.ClickException(f"{file}: the spec must be an object")
    for name in ("hyperparameters", "evaluation"):
        if not isinstance(spec.get(name) or {}, dict):
            raise click.ClickException(f"{file}: {name} must be an object")
    return spec
