"""YOLOv8-seg has the published size and reads the common state dicts; folded it says the same."""

from collections.abc import Iterator

import pytest
import torch

from training.ml.models.yolov8seg import FAMILY, YoloV8Seg
from training.ml.weights import load_state

PUBLISHED = {"n": 3.4, "s": 11.8, "m": 27.3, "l": 46.0, "x": 71.8}


def built(labels: int = 3) -> YoloV8Seg:
    torch.manual_seed(0)
    model = FAMILY.build(FAMILY.config("n", labels, "instance")).eval()
    assert isinstance(model, YoloV8Seg)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_mean, -0.2, 0.2)
            torch.nn.init.uniform_(module.running_var, 0.5, 2.0)
            torch.nn.init.uniform_(module.weight, 0.5, 2.0)
    return model


@pytest.mark.parametrize("variant", list(PUBLISHED))
def test_it_has_the_published_number_of_parameters(variant: str) -> None:
    with torch.device("meta"):
        model = FAMILY.build(FAMILY.config(variant, 80, "instance"))
    count = sum(parameter.numel() for parameter in model.parameters())
    assert count / 1e6 == pytest.approx(PUBLISHED[variant], abs=0.05)


def common_names() -> Iterator[str]:
    """The parameters of the smallest variant under the names of the common state dicts."""

    def conv(name: str) -> Iterator[str]:
        yield f"{name}.conv.weight"
        for part in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked"):
            yield f"{name}.bn.{part}"

    def blocks(name: str, depth: int) -> Iterator[str]:
        for part in ("cv1", "cv2", *(f"m.{i}.cv{j}" for i in range(depth) for j in (1, 2))):
            yield from conv(f"{name}.{part}")

    for layer in (0, 1, 3, 5, 7, 16, 19):
        yield from conv(f"model.{layer}")
    for layer, depth in {2: 1, 4: 2, 6: 2, 8: 1, 9: 0, 12: 1, 15: 1, 18: 1, 21: 1}.items():
        yield from blocks(f"model.{layer}", depth)
    for branch in ("cv2", "cv3", "cv4"):
        for level in range(3):
            for part in range(2):
                yield from conv(f"model.22.{branch}.{level}.{part}")
            yield f"model.22.{branch}.{level}.2.weight"
            yield f"model.22.{branch}.{level}.2.bias"
    for part in ("cv1", "cv2", "cv3"):
        yield from conv(f"model.22.proto.{part}")
    yield from ("model.22.proto.upsample.weight", "model.22.proto.upsample.bias")


@pytest.mark.parametrize("prefix", ["", "model."])
def test_the_common_names_are_its_own(prefix: str) -> None:
    own = built(80).state_dict()
    given = {FAMILY.rename(prefix + name): name for name in common_names()}
    assert set(given) == set(own)
    assert FAMILY.rename("model.22.dfl.conv.weight") not in own


def test_a_state_dict_of_other_classes_remakes_the_classes_alone() -> None:
    model = built(80)
    state = model.state_dict()
    tensors = {name: state[FAMILY.rename(name)].half() for name in common_names()}
    other = built(2)
    report = load_state(other, FAMILY, {**tensors, "model.22.dfl.conv.weight": torch.arange(16.0)}, "theirs")
    assert report.unused == ("head.dfl.conv.weight",) and not report.missing
    assert report.remade and all(name.startswith("head.classes.") for name in report.remade)
    stem = other.backbone.stem.conv.weight
    assert torch.equal(stem, model.backbone.stem.conv.weight.half().float())


def test_prototypes_are_those_of_the_two_convolutions_one_after_the_other() -> None:
    part = built().head.prototypes.double()
    image = torch.randn(2, 64, 5, 7, dtype=torch.float64)
    found = []
    for answer in (part(image), part.project(part.after(part.upsample(part.before(image))))):
        part.zero_grad()
        answer.square().sum().backward()
        found.append([answer.detach(), *(p.grad.clone() for p in part.parameters() if p.grad is not None)])
    assert len(found[0]) == len(found[1]) == 12
    for expected, got in zip(*found, strict=True):
        assert torch.allclose(expected, got, atol=1e-9, rtol=1e-7)


def test_folded_it_says_the_same() -> None:
    model, image = built(), torch.randn(2, 3, 64, 96)
    with torch.no_grad():
        before = model(image)
        after = model.fold()(image)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in model.modules())
    for expected, got in zip(before, after, strict=True):
        assert torch.allclose(expected, got, atol=1e-3 * float(expected.std()))


def test_boxes_lie_about_their_cells_in_pixels() -> None:
    model, raw = built(), built().outputs(torch.randn(1, 3, 64, 96))
    flat = raw._replace(sides=[torch.full_like(level, -50.0) for level in raw.sides])
    for level in flat.sides:
        level[:, [1, 18, 35, 48]] = 50.0  # one cell to the left, two up, three to the right, none down
    boxes = model.read(flat)[0][0]
    assert len(boxes) == 8 * 12 + 4 * 6 + 2 * 3
    assert boxes[0].tolist() == pytest.approx([4 - 8, 4 - 16, 4 + 24, 4])
    assert boxes[13].tolist() == pytest.approx([12 - 8, 12 - 16, 12 + 24, 12])
    assert boxes[-1].tolist() == pytest.approx([80 - 32, 48 - 64, 80 + 96, 48])
