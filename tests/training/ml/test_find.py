"""The finders answer without touching the run."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.ml.conftest import MakeRun
from training.ml.find import expected, largest_that, main


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def test_a_rate_is_found_below_the_best_loss(make_run: MakeRun) -> None:
    folder = make_run(hardware={"device": "cpu", "gpus": 2, "precision": "fp32"})
    before = files(folder)
    assert main([str(folder), "rate", "--steps", "12", "--low", "1e-5", "--high", "10"]) == 0
    found: dict[str, Any] = json.loads((folder / "find-rate.json").read_text())
    rates = [point["learning_rate"] for point in found["curve"]]
    assert rates == sorted(rates) and rates[0] == pytest.approx(1e-5)
    best = min(found["curve"], key=lambda point: point["smoothed"])
    assert found["learning_rate"] == pytest.approx(best["learning_rate"] / 10)
    assert files(folder) == before | {"find-rate.json"}


def test_a_batch_is_found_up_to_the_limit(make_run: MakeRun, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_run()
    assert main([str(folder), "batch", "--most", "3"]) == 0
    found: dict[str, Any] = json.loads((folder / "find-batch.json").read_text())
    assert found["batch_size"] == 3
    assert [item["batch_size"] for item in found["tried"]] == [1, 2, 3]
    assert main([str(folder), "batch", "--megabytes", "1"]) == 2
    assert "input_size" in capsys.readouterr().err


@pytest.mark.parametrize(("limit", "found"), [(0, 0), (1, 1), (5, 5), (8, 8), (100, 64)])
def test_the_largest_is_found_by_doubling_and_halving(limit: int, found: int) -> None:
    assert largest_that(lambda size: size <= limit, 64) == found


def test_a_large_answer_is_right_to_an_eighth() -> None:
    answer = largest_that(lambda size: size <= 777, 4096)
    assert 777 * 7 / 8 <= answer <= 777


def test_memory_is_expected_on_a_line() -> None:
    tried = [{"batch_size": 1, "megabytes": 300.0}, {"batch_size": 2, "megabytes": 400.0}]
    assert expected(tried, 4) == 600.0
    assert expected(tried[:1], 2) == 0.0
