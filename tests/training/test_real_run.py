"""The real training process under the real worker code: a tiny SegFormer on a handful of drawn squares."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.storage import storage
from tests.training.conftest import SQUARES_SIDE as SIDE
from training.models import Evaluation, Run
from training.services import execution, predictions
from training.services.evaluations import scores_of
from training.services.preparation import run_folder


def test_a_run_from_the_api_to_a_predicted_mask(api: Any, workflow: Any, squares: Any, run_jobs: Any) -> None:
    answer = api.post(
        f"/api/v1/workflows/{workflow.pk}/runs",
        {"hardware": {"device": "cpu"}, "checkpoints": {"strategy": ["latest", "best_metric"]}},
    )
    assert answer.status_code == 201, answer.content
    run_jobs()
    run = Run.objects.get(pk=answer.json()["id"])
    assert run.status == "succeeded", (run.error, list(run.log_lines.values_list("line", flat=True)))
    values = {metric.step: metric.values for metric in run.metrics.all()}
    assert sorted(values) == [1, 2, 3, 4]
    assert "train/loss" in values[1] and {"val/loss", "val/miou", "val/iou/squirrel"} <= set(values[4])

    artifacts = api.get(f"/api/v1/runs/{run.pk}/artifacts").json()["results"]
    assert {name for row in artifacts for name in row["strategies"]} == {"latest", "best_metric"}
    latest = next(row for row in artifacts if "latest" in row["strategies"])
    assert latest["evaluated"] and latest["input_size"] == [64, 64]
    assert latest["lineage"]["snapshot"] == str(run.snapshot_id)
    assert latest["lineage"]["workflow_version"] == 1
    assert [label["name"] for label in latest["classes"]] == ["background", "squirrel", "butterfly"]

    url = f"/api/v1/artifacts/{latest['id']}"
    evaluation = api.get(f"{url}/evaluation").json()
    assert evaluation["images"] == 2 and evaluation["snapshot"] == str(run.snapshot_id)
    counts = np.array(evaluation["confusion_matrix"]["counts"])
    assert counts.shape == (3, 3) and counts.sum() == 2 * SIDE * SIDE
    scores = scores_of(Evaluation.objects.get(pk=evaluation["evaluation"]))
    assert len(scores) == 2 and (scores.matrix() == counts).all()
    predicted = api.get(f"{url}/predictions/{scores.assets[0]}").json()
    assert predicted["image"] == {"width": SIDE, "height": SIDE}
    assert all(0 <= region["score"] <= 1 for region in predicted["predictions"])
    overlay = api.get(f"{url}/predictions/{scores.assets[0]}/overlay.png")
    assert overlay.status_code == 200 and Image.open(io.BytesIO(overlay.content)).size == (SIDE, SIDE)


def test_two_processes_train_one_run(api: Any, workflow: Any, squares: Any, run_jobs: Any) -> None:
    asked = {
        "hardware": {"device": "cpu", "gpus": 2},
        "overrides": {"hyperparameters": {"steps": 2, "batch_size": 1}},
    }
    answer = api.post(f"/api/v1/workflows/{workflow.pk}/runs", asked)
    assert answer.status_code == 201, answer.content
    run_jobs()
    run = Run.objects.get(pk=answer.json()["id"])
    assert run.status == "succeeded", (run.error, list(run.log_lines.values_list("line", flat=True)))
    assert [metric.step for metric in run.metrics.all()] == [1, 2]
    assert run.device.startswith("2 x cpu")
    assert [row["evaluated"] for row in api.get(f"/api/v1/runs/{run.pk}/artifacts").json()["results"]] == [
        True
    ]


def test_a_resumed_run_shows_no_seam(
    workflow: Any, squares: Any, principal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child is killed behind its first checkpoint; the next worker's curve joins on."""
    from training.services import runs
    from training.supervision import News, Verdict

    asked = {"hardware": {"device": "cpu"}, "overrides": {"hyperparameters": {"steps": 6}}}
    run = runs.start_run(principal, workflow, asked)
    real, seen = execution.Ingestion.__call__, []

    def dying(self: Any, news: News) -> Verdict:
        verdict = real(self, news)
        seen.extend(news.metrics)
        if any(json.loads(line)["step"] >= 3 for line in seen):
            raise KeyboardInterrupt
        return verdict

    monkeypatch.setattr(execution.Ingestion, "__call__", dying)
    with pytest.raises(KeyboardInterrupt):
        execution.execute(str(run.pk))
    monkeypatch.setattr(execution.Ingestion, "__call__", real)
    assert Run.objects.get(pk=run.pk).status in ("preparing", "running")
    assert list((run_folder(run.pk) / "checkpoints").glob("step-*"))
    Run.objects.filter(pk=run.pk).update(lease_expires_at=run.queued_at)
    execution.execute(str(run.pk))
    run = Run.objects.get(pk=run.pk)
    assert run.status == "succeeded" and run.attempts >= 1
    assert [metric.step for metric in run.metrics.all()] == [1, 2, 3, 4, 5, 6]
    assert any("Resumed" in line for line in run.log_lines.values_list("line", flat=True))


def test_an_artifact_is_where_the_next_run_starts(
    api: Any, workflow: Any, squares: Any, run_jobs: Any
) -> None:
    url = f"/api/v1/workflows/{workflow.pk}/runs"
    steps = {"hyperparameters": {"steps": 2}}
    first = api.post(url, {"hardware": {"device": "cpu"}, "overrides": steps}).json()
    run_jobs()
    artifact = api.get(f"/api/v1/runs/{first['id']}/artifacts").json()["results"][0]
    overrides = {**steps, "weights": f"artifact:{artifact['id']}"}
    second = api.post(url, {"hardware": {"device": "cpu"}, "overrides": overrides}).json()
    run_jobs()
    run = Run.objects.get(pk=second["id"])
    assert run.status == "succeeded", run.error
    assert any("tensors loaded" in line for line in run.log_lines.values_list("line", flat=True))
    assert run.loading and run.loading["matched"] > 100 and run.loading["missing"] == []
    assert run.loading["source"] == f"artifact {artifact['name']} of {first['name']}"
    assert api.get(f"/api/v1/runs/{run.pk}").json()["loading"] == run.loading


def test_weights_that_are_nowhere_end_the_run_with_what_to_do(
    api: Any, workflow: Any, squares: Any, run_jobs: Any, settings: Any, tmp_path: Path
) -> None:
    settings.TESSERA_WEIGHTS_DIR = str(tmp_path)
    file = tmp_path / "mine.safetensors"
    file.touch()
    url = f"/api/v1/workflows/{workflow.pk}/runs"
    answer = api.post(url, {"overrides": {"weights": "file:mine.safetensors"}})
    file.unlink()
    run_jobs()
    run = Run.objects.get(pk=answer.json()["id"])
    assert run.status == "failed" and run.error and "mine.safetensors" in run.error["title"]


def test_predictions_are_read_from_the_stored_masks(make_artifact: Any, make_evaluation: Any) -> None:
    import uuid

    asset = uuid.uuid4()
    artifact = make_artifact()
    scores = scores_of(make_evaluation(artifact, [str(asset)]))
    mask = np.zeros((30, 40), np.uint8)
    mask[5:15, 10:30] = 1
    mask[8:12, 15:20] = 0
    out = io.BytesIO()
    Image.fromarray(mask).save(out, "PNG")
    storage.put(artifact.prediction_key(asset), out.getvalue())
    answer = predictions.prediction_of(artifact, asset)
    assert answer["image"] == {"width": 40, "height": 30}
    assert answer["miou"] == pytest.approx(scores.miou[0])
    (found,) = answer["predictions"]
    assert (found["class"]["name"], found["class"]["index"]) == ("squirrel", 1)
    assert found["score"] == pytest.approx(scores.label_scores[0, 1], abs=1e-6)
    assert found["bbox"] == [10, 5, 20, 10] and found["area"] == 180
    assert len(found["polygons"]) == 1 and len(found["polygons"][0]["holes"]) == 1
    assert found["mask"]["size"] == [30, 40]
    overlay = np.array(Image.open(io.BytesIO(predictions.overlay_png(artifact, asset))).convert("RGBA"))
    assert tuple(overlay[6, 11][:3]) == (0xFF, 0x88, 0x00) and overlay[6, 11][3] > 0
    assert overlay[0, 0][3] == 0 and overlay[9, 16][3] == 0


def test_an_image_that_was_not_measured_is_not_there(api: Any, make_artifact: Any) -> None:
    import uuid

    artifact = make_artifact()
    assert api.get(f"/api/v1/artifacts/{artifact.pk}/evaluation").status_code == 404
    assert api.get(f"/api/v1/artifacts/{artifact.pk}/predictions/{uuid.uuid4()}").status_code == 404
