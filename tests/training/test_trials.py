"""What a sweep tries: every value in its range, every combination once."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.checks import Problems
from training.trials import drawn, grid, grid_size, nested, parameters_of

LEARNING_RATE = {"path": "hyperparameters.learning_rate", "min": 1e-5, "max": 1e-2, "scale": "log"}
BATCH = {"path": "hyperparameters.batch_size", "min": 1, "max": 8, "whole": True, "points": 20}
LOSS = {"path": "hyperparameters.loss", "values": ["dice", "focal"]}


def read(*given: Any) -> list[dict[str, Any]]:
    problems = Problems()
    parameters = parameters_of(list(given), problems)
    assert problems.errors == []
    return parameters


def test_a_grid_holds_every_combination_once() -> None:
    trials = grid(read({**LEARNING_RATE, "points": 4}, LOSS))
    assert [trial["hyperparameters.learning_rate"] for trial in trials[::2]] == [1e-5, 1e-4, 1e-3, 1e-2]
    assert [trial["hyperparameters.loss"] for trial in trials[:3]] == ["dice", "focal", "dice"]
    assert len(trials) == grid_size(read({**LEARNING_RATE, "points": 4}, LOSS)) == 8


def test_whole_points_that_fall_together_count_once() -> None:
    assert [trial["hyperparameters.batch_size"] for trial in grid(read(BATCH))] == list(range(1, 9))
    assert all(type(trial["hyperparameters.batch_size"]) is int for trial in grid(read(BATCH)))


def test_a_draw_is_what_its_seed_says() -> None:
    parameters = read(LEARNING_RATE, BATCH, LOSS)
    assert drawn(parameters, 20, 3) == drawn(parameters, 20, 3)
    assert drawn(parameters, 20, 3) != drawn(parameters, 20, 4)
    assert drawn(parameters, 5, 3) == drawn(parameters, 20, 3)[:5]


def test_a_small_space_is_drawn_whole_and_no_further() -> None:
    other = {"path": "weights", "values": ["scratch", "pretrained"]}
    found = drawn(read(LOSS, other), 200, 0)
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, grid(read(LOSS, other))))


@st.composite
def ranges(draw: st.DrawFn) -> dict[str, Any]:
    scale = draw(st.sampled_from(["linear", "log"]))
    low = draw(st.floats(1e-8 if scale == "log" else -1e6, 1e6))
    high = draw(st.floats(low, 1e7, exclude_min=True))
    whole = draw(st.booleans()) and math.floor(high) >= math.ceil(low)
    points = draw(st.integers(1, 20))
    return {
        "path": "evaluation.every",
        "min": low,
        "max": high,
        "scale": scale,
        "whole": whole,
        "points": points,
    }


@settings(max_examples=60, deadline=None)
@given(ranges(), st.integers(0, 2**31 - 1))
def test_every_value_lies_in_its_range_and_no_trial_comes_twice(parameter: dict[str, Any], seed: int) -> None:
    parameters = read(parameter)
    for trials in (drawn(parameters, 20, seed), grid(parameters)):
        values = [trial["evaluation.every"] for trial in trials]
        assert values and len(set(values)) == len(values)
        assert all(parameter["min"] <= value <= parameter["max"] for value in values)
        assert not parameter["whole"] or all(value == int(value) for value in values)


def test_a_trial_is_an_override_of_the_spec() -> None:
    trial = {"hyperparameters.loss": "dice", "hyperparameters.seed": 1, "input_size": [64, 64]}
    assert nested(trial) == {"hyperparameters": {"loss": "dice", "seed": 1}, "input_size": [64, 64]}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ("x", ["parameters"]),
        ([], ["parameters"]),
        ([7], ["parameters.0", "parameters.0.path", "parameters.0.min", "parameters.0.max"]),
        ([{"path": "nope", "values": [1]}], ["parameters.0.path"]),
        ([{"path": "hyperparameters..x", "values": [1]}], ["parameters.0.path"]),
        ([{"path": "weights", "values": []}], ["parameters.0.values"]),
        ([{"path": "weights", "values": ["a", "a"]}], ["parameters.0.values.1"]),
        ([{"path": "weights", "values": ["a"], "min": 1}], ["parameters.0.min"]),
        ([{"path": "weights", "min": 1}], ["parameters.0.max"]),
        ([{"path": "weights", "min": 2, "max": 1}], ["parameters.0.max"]),
        ([{**LEARNING_RATE, "min": 0}], ["parameters.0.min"]),
        ([{**LEARNING_RATE, "scale": "cubic"}], ["parameters.0.scale"]),
        ([{**LEARNING_RATE, "steps": 3}], ["parameters.0.steps"]),
        ([{**BATCH, "min": 1.2, "max": 1.8}], ["parameters.0.max"]),
        ([{**BATCH, "points": 0}], ["parameters.0.points"]),
        ([LOSS, LOSS], ["parameters.1.path"]),
        ([LOSS, {"path": "hyperparameters", "values": [{}]}], ["parameters.1.path"]),
    ],
)
def test_what_is_wrong_is_named(given: Any, fields: list[str]) -> None:
    problems = Problems()
    parameters_of(given, problems)
    assert [error.field for error in problems.errors] == fields
