"""Edge formats: written by converters in environments of their own, run by their own runtimes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from training.ml.bundle import save_random_bundle
from training.ml.export.environment import converter
from training.ml.package.verify import verify

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("environments")


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("form", "file"), [("executorch", "model.pte"), ("litert", "model.tflite")])
def test_an_edge_format_agrees_and_runs_alone(
    form: str, file: str, environments: Path, drawn: list[dict[str, Any]], tmp_path: Path
) -> None:
    bundle, data = tmp_path / "bundle", tmp_path / "manifest.jsonl"
    save_random_bundle(bundle, ("red", "blue"), architecture="unet", variant="small")
    data.write_text("".join(json.dumps(line) + "\n" for line in drawn))
    python = converter(form, environments)
    out, archive, report = tmp_path / "out", tmp_path / "export.zip", tmp_path / "report.json"

    def run(module: str, *arguments: object) -> None:
        command = [str(python), "-m", module, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-2000:]

    run("training.ml.export", bundle, "--format", form, "--out", out)
    record = json.loads((out / "export.json").read_text())
    assert record["agrees"], record["why"]
    assert record["parity"]["difference"] < 1e-3 and record["dynamic"] == {"batch": False, "size": False}
    assert [item["name"] for item in record["files"]] == [file]

    run("training.ml.judge", bundle, out, "--data", data, "--images", 2, "--out", report)
    judged = json.loads(report.read_text())
    assert judged["agrees"] and judged["agreement"] > 0.999 and judged["latency"]["milliseconds"] > 0
    run("training.ml.package", bundle, out, "--report", report, "--out", archive, "--data", data)
    answer = verify(archive, environments)
    assert (answer.passed, answer.environment, answer.detail) == (True, "clean", "as expected")
