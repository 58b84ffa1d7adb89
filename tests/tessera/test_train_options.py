"""What `tessera train` asks for: a preset, a shared file or a spec, with the options laid over it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tessera.cli import learning
from tessera.client import steps
from training.catalogue import architectures

NOTHING = dict.fromkeys(
    ("architecture", "variant", "weights", "size", "step_count", "batch_size", "learning_rate")
)


def test_options_override_what_they_are_laid_over() -> None:
    base = {"architecture": "segformer", "variant": "b2", "weights": "scratch", "evaluation": {"every": 50}}
    assert learning.spec_of(base, NOTHING) == {**base, "hyperparameters": {}}
    options = {**NOTHING, "weights": "pretrained", "size": 64, "step_count": 10, "learning_rate": 0.1}
    assert learning.spec_of({**base, "hyperparameters": {"epochs": 3, "ema": True}}, options) == {
        "architecture": "segformer",
        "variant": "b2",
        "weights": "pretrained",
        "input_size": [64, 64],
        "hyperparameters": {"ema": True, "steps": 10, "learning_rate": 0.1},
    }


def test_another_architecture_takes_its_own_variant() -> None:
    base = {"architecture": "segformer", "variant": "b2"}
    changed = learning.spec_of(base, {**NOTHING, "architecture": "unet"})
    assert changed == {"architecture": "unet", "hyperparameters": {}}
    assert learning.spec_of({}, NOTHING)["architecture"] == "segformer"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a run would be started with, on a platform whose answers are the catalogue's."""
    seen: dict[str, Any] = {}

    class Platform:
        def get(self, path: str, **query: Any) -> Any:
            return {"id": "p"}

        def each(self, path: str, **query: Any) -> Any:
            return iter(architectures().values() if path == "/architectures" else [{"id": "p", "name": "G"}])

    def start(api: Any, project: str, name: str, spec: Any, run: Any) -> dict[str, Any]:
        seen.update(name=name, spec=spec)
        return {"id": "r"}

    monkeypatch.setattr(learning, "api_from_environment", Platform)
    monkeypatch.setattr(steps, "start_run", start)
    return seen


def train(*arguments: str) -> Any:
    return CliRunner().invoke(learning.train_command, ["G", "--detach", *arguments])


def test_a_preset_of_an_architecture(asked: dict[str, Any]) -> None:
    done = train("--preset", "balanced", "--architecture", "unet", "--batch-size", "3")
    assert done.exit_code == 0, done.output
    balanced = next(entry for entry in architectures()["unet"]["presets"] if entry["name"] == "balanced")
    assert asked["name"] == "command line"
    assert asked["spec"]["architecture"] == "unet" and asked["spec"]["variant"] == balanced["spec"]["variant"]
    assert asked["spec"]["hyperparameters"]["batch_size"] == 3
    assert asked["spec"]["hyperparameters"]["steps"] == balanced["spec"]["hyperparameters"]["steps"]


def test_an_unknown_preset_names_the_known_ones(asked: dict[str, Any], capsys: Any) -> None:
    assert train("--preset", "fastest").exit_code == 1
    assert train("--preset", "quick", "--architecture", "vgg").exit_code == 1
    assert asked == {}


def test_a_shared_file(asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "shared.yaml"
    file.write_text("tessera_workflow: 1\nname: Facades\nspec: {architecture: unet, weights: scratch}")
    assert train("--workflow", str(file), "--steps", "5").exit_code == 0
    assert asked["name"] == "Facades"
    assert asked["spec"] == {"architecture": "unet", "weights": "scratch", "hyperparameters": {"steps": 5}}
    assert train("--workflow", str(file), "--name", "Mine").exit_code == 0 and asked["name"] == "Mine"
    file.write_text("a: [1")
    done = train("--workflow", str(file))
    assert done.exit_code == 1 and "line 1" in done.output


def test_one_beginning_only(asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "spec.json"
    file.write_text(json.dumps({"architecture": "segformer"}))
    assert train("--spec", str(file), "--preset", "quick").exit_code == 2
    assert train("--spec", str(file)).exit_code == 0


@pytest.mark.parametrize("text", ["{bad", "[1]", '{"hyperparameters": [1]}', '{"evaluation": [1]}', "\xff"])
@pytest.mark.usefixtures("asked")
def test_a_spec_that_cannot_be_read_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "spec.json"
    file.write_text(text, encoding="latin-1")
    answer = CliRunner().invoke(
        learning.train_command, ["G", "--spec", str(file), "--steps", "3", "--detach"]
    )
    assert answer.exit_code == 1 and isinstance(answer.exception, SystemExit)
    assert "spec.json" in answer.output
