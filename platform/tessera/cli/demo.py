"""`tessera demo`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
from rich.console import Console

from tessera.cli import learning
from tessera.cli.remote import bar
from tessera.client import steps
from tessera.client.api import Api, ApiProblem
from tessera.demo import journey, platform
from tessera.sample import dataset
from tessera.supervisor import environment

console = Console(highlight=False, soft_wrap=True)


@click.command("demo")
@click.option("--keep", is_flag=True, help="Keep serving when the demo is done, until Ctrl-C.")
@click.option("--port", default=8000, show_default=True, help="Port to serve on; another when it is taken.")
@click.option("--data", help="Data folder  [default: $TESSERA_DATA_DIR or ./tessera-data]")
def demo_command(keep: bool, port: int, data: str | None) -> None:
    """Do the whole main job on a sample data set: import, train, evaluate, deploy, predict.

    Uses the platform that runs on the data folder, else starts one. Can be called again on the same data.
    """
    folder = environment.data_dir(data)
    try:
        with platform.running(folder, port) as (url, process):
            _journey(folder, url)
            if process is None:
                return
            if keep:
                console.print("\nServing until Ctrl-C.")
                process.wait()
            else:
                console.print(f"\nStopping. To serve it again: tessera up --data {folder}")
    except (ApiProblem, platform.DemoFailed) as problem:
        console.print("[bold red]The demo stopped:[/]", end=" ")
        console.print(str(problem), markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("\nstopped")
        sys.exit(0 if keep else 130)


def _journey(folder: Path, url: str) -> None:
    began = time.monotonic()
    me = platform.owner(folder)
    api = Api(url, me.api_key)
    console.print(f"\n[bold]Watch it:[/] {url}   sign in as {me.email} with {me.password}\n")
    sample = folder / "sample"
    with bar("1 drawing the sample  ") as progress:
        dataset.write(sample, progress=lambda done, total: progress(done / total, ""))
    project = journey.project(api, me.workspace)
    with bar("2 uploading images    ") as progress:
        count = journey.upload(api, project["id"], sample, progress)
    with bar("3 importing labels    ") as progress:
        imported = journey.import_labels(api, project["id"], sample, progress)
    snapshot = journey.snapshot(api, project["id"])
    counts = snapshot["counts"]
    console.print(
        f"  {count} images, {counts['annotations']} annotations ({imported['annotations']} new): "
        f"{counts['train']} to train on, {counts['val']} to judge by"
    )
    run = journey.start_training(api, project["id"], snapshot["id"])
    console.print(f"4 training: {url}/projects/{project['id']}/runs/{run['id']}")
    try:
        run = learning.show(api, run["id"])
    except KeyboardInterrupt:
        # Else the next start of the platform would go on with it.
        api.post(f"/runs/{run['id']}/cancel")
        raise
    if run["status"] != "succeeded":
        raise platform.DemoFailed(f"the run {run['status']}.")
    artifact = steps.best_artifact(api, run["id"])
    reached = journey.judge(api, artifact["id"])
    per_class = ", ".join(f"{name} {value:.2f}" for name, value in reached.per_class.items())
    console.print(f"5 evaluated on {reached.images} images: [bold]mIoU {reached.miou:.3f}[/] ({per_class})")
    with bar("6 deploying           ") as progress:
        deployment = journey.deploy(api, project["id"], artifact["id"], progress)
    picture = sorted((sample / "try").glob("*.jpg"))[0]
    drawn = folder / "demo-prediction.png"
    with bar("7 predicting          ") as progress:
        latency = journey.predict(api, deployment["id"], picture, drawn, progress)
    console.print(f"\n[bold green]Done in {(time.monotonic() - began) / 60:.1f} minutes.[/]")
    console.print(f"mIoU        {reached.miou:.3f}")
    console.print(f"latency     {latency:.0f} ms a request, median ({deployment['runtime']})")
    console.print(f"prediction  {drawn}")
    console.print(f"dashboard   {url}   ({me.email} / {me.password})")
    console.print("try it yourself:\n")
    print(steps.curl(api, deployment, me.api_key, picture))
