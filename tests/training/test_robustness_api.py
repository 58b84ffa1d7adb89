"""Robustness cards over the API: one job for one question, kept as a card."""

from __future__ import annotations

from typing import Any

from core.models import Job
from training.models import RobustnessCard
from training.services import children

CARD = {
    "metric": "miou",
    "images": 2,
    "clean": 0.8,
    "severities": [1, 2, 3, 4, 5],
    "corruptions": [{"name": "jpeg", "title": "JPEG", "values": [0.7, 0.6, 0.5, 0.4, None]}],
    "tiling": None,
    "sizes": [{"size": [64, 64], "value": 0.8, "milliseconds": 3.5, "own": True}],
}


def test_a_card_is_made_once_and_kept(
    api: Any, other_api: Any, make_artifact: Any, squares: Any, project: Any, run_jobs: Any, monkeypatch: Any
) -> None:
    import json
    from pathlib import Path

    snapshot = api.post(f"/api/v1/projects/{project.pk}/snapshots", {}).json()
    artifact = make_artifact()
    labels = [label for label in project.label_classes.order_by("position") if not label.ignore]
    artifact.classes = [
        artifact.classes[0],
        *({"index": i, "name": c.name, "id": str(c.pk), "color": c.color} for i, c in enumerate(labels, 1)),
    ]
    artifact.save()

    def measured(module: str, arguments: list[str], progress: Any, **_: Any) -> dict[str, Any]:
        assert module == "training.ml.robustness" and "--split" in arguments
        progress(0.5, "half")
        Path(arguments[arguments.index("--out") + 1]).write_text(json.dumps(CARD))
        return {}

    monkeypatch.setattr(children, "run", measured)
    from core.storage import storage

    storage.put(f"{artifact.bundle_prefix}/bundle.json", b"{}")
    url = f"/api/v1/artifacts/{artifact.pk}/robustness"
    body = {"snapshot": snapshot["id"], "images": 2}
    first, second = api.post(url, body), api.post(url, body)
    assert first.status_code == 202, first.content
    assert first.json()["id"] == second.json()["id"]
    run_jobs()
    assert Job.objects.get(pk=first.json()["id"]).status == "succeeded"
    (row,) = api.get(url).json()["results"]
    assert row["card"]["corruptions"][0]["values"][-1] is None and row["card"]["clean"] == 0.8
    assert str(RobustnessCard.objects.get().pk) == row["id"] == first.json()["id"]
    assert other_api.get(url).status_code == 404
    assert api.post(url, {**body, "images": 0}).json()["errors"][0]["field"] == "images"
