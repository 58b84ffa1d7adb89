"""A report of an artifact: HTML, PDF and JSON that say the same, whatever classes and files are called."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.storage import storage
from projects.models import Asset
from training.models import RobustnessCard, RunMetric

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def reported(
    api: Any, project: Any, make_artifact: Any, make_evaluation: Any, squares: Any, run_jobs: Any
) -> tuple[Any, str]:
    from django.utils import timezone

    artifact = make_artifact()
    snapshot = api.post(f"/api/v1/projects/{project.pk}/snapshots", {}).json()["id"]
    run = artifact.run
    run.snapshot_id = snapshot
    run.name = HOSTILE
    run.save()
    artifact.refresh_from_db()
    artifact.note = f"{HOSTILE} & more"
    artifact.save()
    for step in range(1, 5):
        values = {"train/loss": 1 / step, "val/miou": step / 5}
        RunMetric.objects.create(run=run, step=step, epoch=step, values=values, time=timezone.now())
    assets = list(Asset.objects.filter(project=project).order_by("name"))
    for asset in assets:
        mask = np.zeros((asset.height, asset.width), np.uint8)
        mask[: asset.height // 2] = 1
        out = io.BytesIO()
        Image.fromarray(mask).save(out, "PNG")
        storage.put(artifact.prediction_key(asset.pk), out.getvalue())
    make_evaluation(artifact, [str(asset.pk) for asset in assets])
    corruption = {"name": "jpeg", "title": "JPEG", "values": [0.7, None]}
    card = {"metric": "miou", "images": 2, "clean": 0.8, "severities": [1, 5], "corruptions": [corruption]}
    RobustnessCard.objects.create(
        artifact=artifact, snapshot_id=snapshot, split="val", card={**card, "tiling": None, "sizes": []}
    )
    job = api.post(f"/api/v1/artifacts/{artifact.pk}/reports")
    assert job.status_code == 202, job.content
    run_jobs()
    told = api.get(f"/api/v1/jobs/{job.json()['id']}").json()
    assert told["status"] == "succeeded", told
    return artifact, told["result"]["html_url"].removesuffix("html")


def test_the_three_say_the_same(api: Any, reported: tuple[Any, str]) -> None:
    artifact, url = reported
    report = json.loads(api.get(f"{url}json").content)
    page = api.get(f"{url}html").content.decode()
    assert report["artifact"]["id"] == str(artifact.pk) and len(report["images"]["worst"]) > 0
    summary = api.get(f"/api/v1/artifacts/{artifact.pk}/evaluation").json()
    assert report["evaluation"]["miou"] == summary["miou"]
    assert f"{100 * summary['miou']:.1f} %" in page
    assert report["training"]["curves"]["val/miou"][-1] == [4, 0.8]
    assert report["data"]["digest"] in page and "Guo et al. 2017" in page
    # Each of the images beside truth, prediction and errors.
    shown = len(report["images"]["worst"]) + len(report["images"]["best"])
    assert page.count("data:image/jpeg;base64,") == 4 * shown


def test_the_page_stands_alone_and_runs_nothing(api: Any, reported: tuple[Any, str]) -> None:
    answer = api.get(f"{reported[1]}html")
    page = answer.content.decode()
    assert HOSTILE not in page and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
    assert "<script" not in page and not re.search(r'(src|href)="(?!data:|#)', page)
    assert "sandbox" in answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"
    assert api.get(f"{reported[1]}html", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


def test_the_pdf_has_pages_and_bookmarks(api: Any, reported: tuple[Any, str]) -> None:
    answer = api.get(f"{reported[1]}pdf")
    content = answer.content
    assert answer["Content-Type"] == "application/pdf" and content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") >= 3 or content.count(b"/Type /Page ") >= 3
    assert content.count(b"/Title (Confusion matrix)") == 1 and content.count(b"/Subtype /Image") >= 4


def test_what_is_not_there_says_how_to_make_it(
    api: Any, other_api: Any, make_artifact: Any, make_evaluation: Any
) -> None:
    artifact = make_artifact()
    url = f"/api/v1/artifacts/{artifact.pk}"
    assert api.post(f"{url}/reports").status_code == 404
    make_evaluation(artifact)
    missing = api.get(f"{url}/report.pdf")
    assert missing.status_code == 404 and "reports" in missing.json()["detail"]
    assert other_api.get(f"{url}/report.pdf").status_code == 404
    assert api.get(f"{url}/report.docx").status_code == 404
