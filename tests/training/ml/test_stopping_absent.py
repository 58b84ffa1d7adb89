"""A metric that no evaluation gives says nothing: it neither stops a run nor counts against it."""

from typing import Any

from tests.training.ml.conftest import MakeRun, metrics_of, run_here, state_of


def without_objects_in_val(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    header = {**lines[0], "task": "instance"}
    return [
        header,
        *({**x, "annotations": [] if x["split"] == "val" else x["annotations"]} for x in lines[1:]),
    ]


def test_patience_does_not_count_evaluations_without_the_metric(
    make_run: MakeRun, drawn: list[dict[str, Any]]
) -> None:
    folder = make_run(
        lines=without_objects_in_val(drawn),
        task="instance",
        architecture="yolov8-seg",
        variant="n",
        hyperparameters={"steps": 6, "batch_size": 2},
        evaluation={"every": 1},
        early_stopping={"metric": "val/map", "patience": 2},
    )
    run_here(folder)
    assert "val/map" not in metrics_of(folder)[-1]["values"]
    assert metrics_of(folder)[-1]["step"] == 6
    assert "did not improve" not in state_of(folder)["message"]
