"""The SAM family by tiny random models: the mechanics are theirs, the masks mean nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional

from tests.training.ml.assist import tiny
from training.ml.assist import catalogue
from training.ml.assist.remembering import Clicked
from training.ml.assist.sam import Sam
from training.ml.assist.sam_images import preparation_of
from training.ml.failures import Failure

FAMILIES = ("sam", "sam2", "sam_hq")
POINTS = [(100.0, 50.0, 1), (20.0, 30.0, 0), (140.0, 60.0, 1)]
BOX = (10.0, 20.0, 120.0, 70.0)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="module", params=FAMILIES)
def sam(request: pytest.FixtureRequest, root: Path) -> tuple[str, Sam]:
    engine = Sam(str(tiny.save(request.param, root / f"tiny-{request.param}")), 2)
    engine.bf16 = False
    return request.param, engine


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (150, 220, 3), np.uint8)


def theirs(family: str, root: Path) -> Any:
    from transformers import Sam2Model, SamHQModel, SamModel

    kinds: dict[str, Any] = {"sam": SamModel, "sam2": Sam2Model, "sam_hq": SamHQModel}
    return kinds[family].from_pretrained(root / f"tiny-{family}").eval()


def test_the_second_click_embeds_nothing(sam: tuple[str, Sam], image: np.ndarray) -> None:
    family, engine = sam
    passes: list[int] = []
    hook = engine._model.vision_encoder.register_forward_hook(lambda *_: passes.append(1))
    clicked = Clicked(engine, engine.prepare(image))
    for number in range(1, 4):
        answer = clicked.segment(POINTS[:number])
        assert answer.mask.shape == (150, 220) and answer.mask.dtype == bool and 0 <= answer.score <= 1
    hook.remove()
    assert passes == [1]
    assert clicked.nbytes >= 32 * 16 * 16 * 4


def test_an_answer_is_the_same_whatever_is_remembered(sam: tuple[str, Sam], image: np.ndarray) -> None:
    _, engine = sam
    state = engine.prepare(image)
    one_by_one = Clicked(engine, state)
    for number in range(1, 4):
        kept = one_by_one.segment(POINTS[:number], BOX)
    at_once = Clicked(engine, state).segment(POINTS, BOX)
    assert (kept.mask == at_once.mask).all() and kept.score == at_once.score


def test_clicks_say_what_the_models_own_forward_says(
    sam: tuple[str, Sam], image: np.ndarray, root: Path
) -> None:
    family, engine = sam
    pixels = engine.preparation.tensor(image)
    scale = tiny.SIDE / 220
    tall = (round(150 * scale) if family != "sam2" else tiny.SIDE) / 150
    points = torch.tensor([[[[x * scale, y * tall] for x, y, _ in POINTS[:1]]]])
    labels = torch.tensor([[[1]]])
    model = theirs(family, root)
    with torch.no_grad():
        first = model(pixel_values=pixels, input_points=points, input_labels=labels)
        best = int(first.iou_scores[0, 0].argmax())
        low = first.pred_masks[0, 0, best]
    state = engine.prepare(image)
    answer = engine.segment(state, POINTS[:1])
    assert answer.score == pytest.approx(float(first.iou_scores[0, 0, best].clamp(0, 1)), abs=1e-4)
    assert torch.allclose(answer.previous[0, 0].float(), low.clamp(-32, 32), atol=2e-2)
    if family == "sam2":
        whole = functional.interpolate(low[None, None], (150, 220), mode="bilinear", align_corners=False)
    else:
        large = functional.interpolate(low[None, None], (256, 256), mode="bilinear", align_corners=False)
        cut = large[:, :, : round(150 * scale)]
        whole = functional.interpolate(cut, (150, 220), mode="bilinear", align_corners=False)
    assert ((whole[0, 0] > 0).numpy() == answer.mask).mean() > 0.999

    corners = torch.tensor([[[10 * scale, 20 * tall, 130 * scale, 90 * tall]]])
    previous = answer.previous.float()
    with torch.no_grad():
        second = model(
            pixel_values=pixels,
            input_points=points,
            input_labels=labels,
            input_boxes=corners,
            input_masks=previous,
            multimask_output=False,
        )
    refined = engine.segment(state, POINTS[:1], BOX, answer.previous)
    low = second.pred_masks[0, 0, 0].clamp(-32, 32)
    assert torch.allclose(refined.previous[0, 0].float(), low, atol=2e-2)


@pytest.mark.parametrize("size", [(150, 220), (333, 200), (1200, 900), (256, 256), (64, 40)])
def test_images_are_prepared_as_the_processor_does(size: tuple[int, int]) -> None:
    from transformers.models.sam.image_processing_pil_sam import SamImageProcessorPil

    image = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    processor = SamImageProcessorPil()
    wanted = processor(Image.fromarray(image), return_tensors="np")["pixel_values"][0]
    ours = preparation_of(None, "sam", 1024).tensor(image)[0].numpy()
    assert ours.shape == wanted.shape and np.abs(ours - wanted).max() < 1e-4


def test_sam_2_stretches_as_its_processor_does() -> None:
    """Its processor wants torchvision, whose resizing is torch's own."""
    rows, columns = np.mgrid[:300, :500]
    waves = 127 + 60 * np.sin(rows / 9) + 60 * np.cos(columns / 13)
    image = np.repeat(waves.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    planes = torch.from_numpy(image).permute(2, 0, 1)[None]
    stretched = functional.interpolate(planes, (256, 256), mode="bilinear", antialias=True).float() / 255
    mean, std = (
        torch.tensor(each)[None, :, None, None] for each in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    )
    ours = preparation_of(None, "sam2", 256).tensor(image)
    # Both round to whole values of 8 bits; where a half lies between two they may differ by one.
    difference = (ours - (stretched - mean) / std).abs()
    assert float((difference > 1e-4).float().mean()) < 0.02 and float(difference.max()) < 1.01 / 255 / 0.224


def test_bfloat16_says_nearly_the_same(root: Path, image: np.ndarray) -> None:
    engine = Sam(str(tiny.save("sam", root / "tiny-sam")), 2)
    scores = []
    for engine.bf16 in (False, True):
        scores.append(engine.segment(engine.prepare(image), POINTS[:1]).score)
    assert scores[0] == pytest.approx(scores[1], abs=0.05)


def test_the_catalogue_finds_what_the_folder_holds(root: Path, tmp_path: Path) -> None:
    assert [c.name for c in catalogue.choices({}) if c.available] == ["classical"]
    lacking = next(choice for choice in catalogue.choices({}) if choice.name == "sam2")
    assert "sam2.1-hiera-tiny" in lacking.how and "TESSERA_WEIGHTS_DIR" in lacking.how
    tiny.save("sam2", tmp_path / "facebook" / "sam2.1-hiera-tiny")
    tiny.save("sam", tmp_path / "models--facebook--sam-vit-base" / "snapshots" / "0abc")
    config = {"model_type": "edgetam"}
    (tmp_path / "EdgeTAM").mkdir()
    (tmp_path / "EdgeTAM" / "config.json").write_text(json.dumps(config))
    pickled = tmp_path / "sam-vit-huge"
    pickled.mkdir()
    (pickled / "config.json").write_text(json.dumps({"model_type": "sam"}))
    (pickled / "pytorch_model.bin").write_bytes(b"a pickle")
    environment = {"TESSERA_WEIGHTS_DIR": str(tmp_path)}
    found = {choice.name: choice for choice in catalogue.choices(environment)}
    usable = [name for name, choice in found.items() if choice.available]
    assert usable == ["sam2.1-hiera-tiny", "sam-vit-base", "classical"]
    assert "timm" in found["EdgeTAM"].reason and "pickled" in found["sam-vit-huge"].reason
    listed = list(found.values())
    assert catalogue.chosen(listed, environment).name == "sam2.1-hiera-tiny"
    assert catalogue.chosen(listed, {**environment, "TESSERA_ASSIST_ENGINE": "sam"}).name == "sam-vit-base"
    assert catalogue.chosen(listed, {"TESSERA_ASSIST_ENGINE": "classical"}).name == "classical"
    named = {"TESSERA_ASSIST_ENGINE": "facebook/sam2.1-hiera-large"}
    assert catalogue.chosen(catalogue.choices(named), named).source == "facebook/sam2.1-hiera-large"


@pytest.mark.parametrize("damage", ["pickle", "missing", "other"])
def test_what_does_not_load_says_why(tmp_path: Path, damage: str) -> None:
    folder = tiny.save("sam", tmp_path / "sam")
    weights = folder / "model.safetensors"
    if damage == "pickle":
        torch.save({}, folder / "pytorch_model.bin")
        weights.unlink()
    elif damage == "missing":
        from safetensors.torch import load_file, save_file

        tensors = load_file(weights)
        del tensors["mask_decoder.iou_token.weight"]
        save_file(tensors, weights, {"format": "pt"})
    else:
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "model_type": "clip"}))
    with pytest.raises(Failure):
        Sam(str(folder), 2)
