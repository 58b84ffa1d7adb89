"""What a run costs beside its steps: `python -m tests.bench.runs`.

The time from "run" pressed to the first step through the whole platform; the peak memory of a run against a
bare loop over tensors in memory; two processes against one on the same cores at the same global batch; and
the share of the time that evaluations take.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tessera.client import steps
from tessera.client.api import Api
from tessera.demo import journey
from tessera.sample import dataset
from tests import stack as stacks
from tests.bench import training
from tests.bench.zoo_data import facade

ROOT = Path(__file__).resolve().parents[2]
CASE = training.CASES[0]
MEMORY_GOAL = 1.1
FIRST_STEP_GOAL = 15.0
ROUNDS = 3


def first_step() -> float:
    """Seconds from the request that starts a run to the row of its first step, on a platform that is up."""
    with stacks.running() as stack, tempfile.TemporaryDirectory() as folder:
        owner = stack.owner()
        api = Api(stack.url, owner["api_key"])
        project = journey.project(api, owner["workspace"])["id"]
        dataset.write(Path(folder), 12)
        journey.upload(api, project, Path(folder), lambda *_: None)
        journey.import_labels(api, project, Path(folder), lambda *_: None)
        snapshot = journey.snapshot(api, project)
        spec = {**journey.SPEC, "hyperparameters": {"steps": 20, "batch_size": 4}, "input_size": [128, 128]}
        taken = []
        for number in range(ROUNDS):
            began = time.monotonic()
            run = steps.start_run(api, project, f"First step {number}", spec, {"snapshot": snapshot["id"]})
            while not api.get(f"/runs/{run['id']}/metrics?limit=1")["results"]:
                time.sleep(0.05)
            taken.append(time.monotonic() - began)
            while api.get(f"/runs/{run['id']}")["status"] in steps.ACTIVE:
                time.sleep(0.2)
        return statistics.median(taken)


def child(arguments: list[str]) -> tuple[float, str]:
    """Peak memory in MB of a process and what it printed. Raises RuntimeError where it fails."""
    code = "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]); "
    code += "print('PEAK', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024); "
    code += "sys.exit(done.returncode)"
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    done = subprocess.run(
        [sys.executable, "-c", code, sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    if done.returncode:
        raise RuntimeError((done.stdout + done.stderr)[-3000:])
    return float(done.stdout.rpartition("PEAK")[2]), done.stdout


def memory() -> float:
    """Peak memory of a run against that of the bare loop with the same model, size and batch."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        training.make_data(folder, CASE.side)
        spec = specification(CASE.side, CASE.batch, 12)
        (folder / "spec.json").write_text(json.dumps(spec))
        run, _ = child(["-m", "training.ml.train", str(folder)])
        bare, _ = child(["-m", "tests.bench.runs", "bare"])
    print(f"Peak memory: run {run:.0f} MB, bare loop {bare:.0f} MB", flush=True)
    return run / bare


def specification(side: int, batch: int, count: int, **more: Any) -> dict[str, Any]:
    """A run of SegFormer-B0 from scratch on the CPU."""
    return {
        "architecture": CASE.architecture,
        "variant": CASE.variant,
        "weights": {"kind": "scratch"},
        "input_size": [side, side],
        "augmentations": [{"name": "horizontal_flip"}, {"name": "random_resized_crop"}],
        "hyperparameters": {"steps": count, "batch_size": batch},
        "hardware": {"device": "cpu", "precision": "fp32"},
        "checkpoints": {"strategies": ["latest"]},
        **more,
    }


def speed(processes: int, threads: int, side: int, global_batch: int) -> float:
    """Images per second of a run in so many processes, the median of its lines after the first ones."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        training.make_data(folder, side)
        hardware = {"device": "cpu", "precision": "fp32", "gpus": processes if processes > 1 else 0}
        spec = specification(side, global_batch // processes, 14, hardware=hardware)
        (folder / "spec.json").write_text(json.dumps(spec))
        os.environ["OMP_NUM_THREADS"] = str(threads)
        launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)]
        arguments = ["-m", "training.ml.train", str(folder)]
        child([*launcher, *arguments] if processes > 1 else arguments)
        lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return statistics.median(line["values"]["train/images_per_second"] for line in lines[4:])


def evaluation_share() -> float:
    """The part of a run on real photos that ten evaluations over 25 of them take."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "manifest.jsonl").write_text(
            "".join(json.dumps(line) + "\n" for line in facade("semantic"))
        )
        spec = specification(256, 8, 100, evaluation={"every": 10})
        (folder / "spec.json").write_text(json.dumps(spec))
        began = time.monotonic()
        _, printed = child(["-m", "training.ml.train", str(folder)])
        whole = time.monotonic() - began
    spent = sum(float(found) for found in re.findall(r"^Step .* ([\d.]+) s\.$", printed, re.MULTILINE))
    print(f"Evaluations: {spent:.1f} s of {whole:.1f} s", flush=True)
    return spent / whole


def bare() -> None:
    """The bare loop, for as many steps as the run whose memory it is compared with."""
    training.torch.set_num_threads(os.cpu_count() or 1)
    loop = training.bare_loop(CASE)
    for _ in range(3):
        loop()


def main() -> int:
    """Print the figures; 1 where one is worse than what is promised."""
    if sys.argv[1:] == ["bare"]:
        bare()
        return 0
    ratio = memory()
    print(f"  run against bare loop {ratio:.3f} (at most {MEMORY_GOAL})", flush=True)
    cores = os.cpu_count() or 1
    one, two = speed(1, cores, 128, 8), speed(2, max(1, cores // 2), 128, 8)
    print(
        f"Two processes against one on {cores} cores: {two:.1f} / {one:.1f} images/s = {two / one:.2f}",
        flush=True,
    )
    print(f"Share of evaluations {evaluation_share():.3f}", flush=True)
    seconds = first_step()
    print(f"From the request to the first step {seconds:.1f} s (under {FIRST_STEP_GOAL:g})")
    return int(ratio > MEMORY_GOAL or seconds > FIRST_STEP_GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
