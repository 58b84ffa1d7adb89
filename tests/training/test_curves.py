"""Curves as files: CSV of one or several runs, and TensorBoard."""

from __future__ import annotations

import csv
import io
import tracemalloc
import uuid
from typing import Any

from django.utils import timezone

from tests.training.test_comparison import curve
from training.models import RunMetric
from training.services.curves import csv_of


def rows(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/csv" and "attachment" in answer["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.getvalue().decode())))


def test_a_run_as_csv(api: Any, make_run: Any) -> None:
    run = make_run()
    curve(run, {"train/loss": 0.1, "val/iou/a, b": 1.5}, {"train/loss": 1e-7})
    header, first, second = rows(api.get(f"/api/v1/runs/{run.pk}/metrics.csv"))
    assert header == ["step", "epoch", "time", "train/loss", "val/iou/a, b"]
    assert (first[:2], first[3:]) == (["1", "1.0"], ["0.1", "1.5"])
    assert second[3:] == ["1e-07", ""]


def test_several_runs_as_csv(api: Any, make_run: Any, project: Any) -> None:
    a, b, left_out = make_run(name="=A()"), make_run(name="B"), make_run()
    curve(a, {"x": 1})
    curve(b, {"y": 2}, {"y": 3})
    curve(left_out, {"z": 1})
    header, *lines = rows(api.get(f"/api/v1/projects/{project.pk}/runs/metrics.csv?ids={b.pk},{a.pk}"))
    assert header == ["run", "name", "step", "epoch", "time", "x", "y"]
    assert [(line[0], line[1], line[5:]) for line in lines] == [
        (str(b.pk), "B", ["", "2"]),
        (str(b.pk), "B", ["", "3"]),
        (str(a.pk), "'=A()", ["1", ""]),
    ]


def test_long_curves_are_never_held_whole(make_run: Any) -> None:
    run, now = make_run(), timezone.now()
    values = {f"val/iou/{name}": 0.5 for name in range(40)}
    for first in range(0, 6000, 2000):
        RunMetric.objects.bulk_create(
            RunMetric(run=run, step=first + step, epoch=1.0, values=values, time=now) for step in range(2000)
        )
    tracemalloc.start()
    try:
        assert sum(1 for _ in csv_of([run])) == 6001
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_run_for_tensorboard(api: Any, make_run: Any) -> None:
    from tests.training.test_tensorboard import event_class, records

    run = make_run()
    curve(run, {"train/loss": 0.5})
    answer = api.get(f"/api/v1/runs/{run.pk}/tensorboard")
    assert answer.status_code == 200 and "events.out.tfevents." in answer["Content-Disposition"]
    _, event = [event_class().FromString(data) for data in records(answer.getvalue())]
    assert (event.step, event.summary.value[0].tag, event.summary.value[0].simple_value) == (
        1,
        "train/loss",
        0.5,
    )


def test_curves_are_for_members_only(
    api: Any, other_api: Any, client_for: Any, make_run: Any, workspace: Any
) -> None:
    from projects.models import Project

    run = make_run()
    elsewhere = Project.objects.create(workspace=workspace, name="Elsewhere")
    paths = [f"runs/{run.pk}/metrics.csv", f"runs/{run.pk}/tensorboard"]
    paths.append(f"projects/{run.project_id}/runs/metrics.csv?ids={run.pk}")
    viewer = client_for("viewer")
    for path in paths:
        assert other_api.get(f"/api/v1/{path}").status_code == 404
        assert viewer.get(f"/api/v1/{path}").status_code == 200
    assert api.get(f"/api/v1/projects/{elsewhere.pk}/runs/metrics.csv?ids={run.pk}").status_code == 404
    url = f"/api/v1/projects/{run.project_id}/runs/metrics.csv"
    assert api.get(f"{url}?ids={uuid.uuid4()}").status_code == 404
    assert api.get(url).status_code == 400
