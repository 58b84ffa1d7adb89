"""Two processes prune alike and learn from a teacher as one process does."""

import json
from typing import Any

import pytest

from tests.training.ml.conftest import MakeRun, curves_of
from tests.training.ml.test_distillation import teacher_of
from tests.training.ml.test_ranks import PAIR, STEADY, ended, start


def test_two_processes_give_the_curves_of_one(make_run: MakeRun, tmp_path: Any) -> None:
    teacher = teacher_of(tmp_path, architecture="segformer", variant="b0", seed=1)
    given = {"steps": 4, "warmup_steps": 1, "distillation": 0.7, **STEADY}
    # Batches of another size would tell another importance.
    given |= {"pruning": 0.4, "pruning_importance": "magnitude"}
    spec: dict[str, Any] = {"weights": teacher, "teacher": teacher, "evaluation": {"every": 2}}
    one = make_run("one", hyperparameters={**given, "batch_size": 4}, **spec)
    two = make_run("two", hyperparameters={**given, "batch_size": 2}, hardware=PAIR, **spec)
    alone, pair = start(one, 1, "tests.training.ml.undropped"), start(two, 2, "tests.training.ml.undropped")
    said = [ended(alone), ended(pair)]
    assert (alone.returncode, pair.returncode) == (0, 0), said
    told = [json.loads((folder / "pruned.json").read_text()) for folder in (one, two)]
    assert told[0]["widths"] == told[1]["widths"] and told[0]["parameters"][1] < told[0]["parameters"][0]
    for expected, got in zip(curves_of(one), curves_of(two), strict=True):
        assert got == pytest.approx(expected, abs=1e-4)
