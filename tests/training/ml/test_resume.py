"""A run that was interrupted goes on as if it had not been: the same losses, one line a step."""

import pytest

from tests.training.ml.conftest import MakeRun, curves_of, metrics_of, run_here, state_of
from training.ml.loop import Loop

SPEC = {
    "hyperparameters": {"steps": 8, "batch_size": 2, "warmup_steps": 2, "accumulate": 2, "ema": True},
    "augmentations": [
        *({"name": name} for name in ("mosaic", "copy_paste", "horizontal_flip", "random_resized_crop")),
        *({"name": name} for name in ("color_jitter", "iso_noise", "cutout")),
    ],
}


class PulledPlug(Exception):
    pass


@pytest.mark.parametrize("optimizer", ["adamw", "lion", "sgd"])
def test_losses_are_those_of_an_uninterrupted_run(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, optimizer: str
) -> None:
    spec = {**SPEC, "hyperparameters": {**SPEC["hyperparameters"], "optimizer": optimizer}}
    whole, broken = make_run("whole", **spec), make_run("broken", **spec)
    run_here(whole)

    advance = Loop.advance

    def until_six(self: Loop, batches: list[object]) -> None:
        if self.step == 6:
            raise PulledPlug
        advance(self, batches)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Loop, "advance", until_six)
        with pytest.raises(PulledPlug):
            run_here(broken)
    assert [line["step"] for line in metrics_of(broken)] == [1, 2, 3, 4, 5, 6]
    run_here(broken)

    assert [line["step"] for line in metrics_of(broken)] == list(range(1, 9))
    for expected, got in zip(curves_of(whole), curves_of(broken), strict=True):
        assert got == pytest.approx(expected, abs=1e-6)
    assert state_of(broken)["status"] == "succeeded"
    files = [sorted(path.relative_to(f) for path in f.rglob("*") if path.is_file()) for f in (whole, broken)]
    assert files[0] == files[1]


def test_a_finished_run_trains_nothing_again(make_run: MakeRun) -> None:
    folder = make_run()
    run_here(folder)
    before = metrics_of(folder)
    (next((folder / "artifacts").glob("step-*")) / "evaluation.json").unlink()
    run_here(folder)
    assert metrics_of(folder) == before
    assert all((path / "evaluation.json").exists() for path in (folder / "artifacts").glob("step-*"))
