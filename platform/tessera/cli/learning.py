"""`tessera train` and `watch`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tessera.cli.remote import api_from_environment, bar, console, says_problems
from tessera.client import steps
from tessera.client.api import Api


@click.command("train")
@click.argument("project")
@click.option("--name", default="command line", show_default=True, help="Name of the workflow.")
@click.option(
    "--spec", type=click.Path(exists=True, path_type=Path), help="JSON file with a workflow's spec."
)
@click.option("--architecture", default="segformer", show_default=True)
@click.option("--variant", default="b0", show_default=True)
@click.option(
    "--weights", default="pretrained", show_default=True, help="pretrained, scratch, artifact:ID, file:NAME"
)
@click.option("--size", type=int, help="Height and width the images are scaled to.")
@click.option("--steps", "step_count", type=int, help="Optimiser steps.")
@click.option("--batch-size", type=int)
@click.option("--learning-rate", type=float)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or mps")
@click.option("--gpus", default=1, show_default=True)
@click.option("--detach", is_flag=True, help="Print the run's id and leave.")
@says_problems
def train_command(
    project: str, name: str, spec: Path | None, device: str, gpus: int, detach: bool, **options: Any
) -> None:
    """Train on a PROJECT (name or id) and watch until the run ends.

    Options left out take the architecture's defaults; the options override what --spec says.
    """
    api = api_from_environment()
    target = steps.find_project(api, project)
    wanted = _spec(json.loads(spec.read_text()) if spec else {}, options)
    run = steps.start_run(api, target["id"], name, wanted, {"hardware": {"device": device, "gpus": gpus}})
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


def _spec(spec: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    for key in ("architecture", "variant", "weights"):
        spec.setdefault(key, options[key])
    if options["size"]:
        spec["input_size"] = [options["size"], options["size"]]
    hyperparameters = spec.setdefault("hyperparameters", {})
    for key, option in (
        ("steps", "step_count"),
        ("batch_size", "batch_size"),
        ("learning_rate", "learning_rate"),
    ):
        if options[option] is not None:
            hyperparameters[key] = options[option]
    return spec
