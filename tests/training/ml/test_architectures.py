"""The contract of every architecture, at its smallest variant and a small size."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from tests.training.ml.smallest import smallest
from training.ml.bundle import Bundle, read_bundle, save_random_bundle
from training.ml.catalogue import cost
from training.ml.data.loader import Batch
from training.ml.export import LABEL_AXIS, Asked, export_bundle
from training.ml.hyperparameters import fill
from training.ml.losses import make_loss, mean, scale_of
from training.ml.models import ARCHITECTURES, Architecture
from training.ml.predictor import Predictor
from training.ml.reading import OUTPUTS
from training.ml.weights import load_bundle_model, load_weights

SIDE = 64


@pytest.fixture(scope="module", params=list(ARCHITECTURES))
def family(request: pytest.FixtureRequest) -> Iterator[Architecture]:
    with smallest(request.param) as found:
        yield found


@pytest.fixture(scope="module")
def bundle(family: Architecture, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp(family.name) / "bundle"
    return save_random_bundle(
        folder,
        size=(SIDE, SIDE),
        variant=family.variants[0].name,
        architecture=family.name,
        task=family.tasks[0],
    )


@pytest.mark.parametrize("labels", [1, 40])
def test_it_answers_for_one_label_and_for_forty(family: Architecture, labels: int) -> None:
    model = family.build(family.config(family.variants[0].name, labels, family.tasks[0])).eval()
    with torch.no_grad():
        answer = model(torch.randn(2, 3, SIDE, SIDE + family.size_multiple))
    outputs = answer if isinstance(answer, tuple) else (answer,)
    kind = "pixels" if family.tasks[0] == "semantic" else family.reading
    assert len(outputs) == len(OUTPUTS[kind])
    for item in outputs:
        assert len(item) == 2 and item.dtype == torch.float32 and bool(item.isfinite().all())
    which, axis = LABEL_AXIS[kind]
    assert outputs[which].shape[axis] == labels + (kind == "queries")
    reduced = SIDE // outputs[-1].shape[2]
    assert outputs[-1].shape[2:] == (SIDE // reduced, (SIDE + family.size_multiple) // reduced)


@pytest.mark.parametrize("batch", [1, 2])
def test_the_loss_falls_on_one_batch(family: Architecture, batch: int) -> None:
    torch.manual_seed(0)
    config = family.config(family.variants[0].name, 2, family.tasks[0])
    model = family.build(config).train()
    target = torch.zeros(batch, SIDE, SIDE, dtype=torch.uint8)
    target[:, :, SIDE // 2 :] = 1
    image = torch.randn(batch, 3, SIDE, SIDE) + target.unsqueeze(1) * 2
    criterion = (
        family.make_loss(fill({}, family.fields), config) if family.make_loss else make_loss("cross_entropy")
    )
    seen = Batch(image, target)
    if family.tasks[0] != "semantic":
        seen = Batch(image, target.int() + 1, (torch.tensor([0, 1]),) * batch)
    truth = criterion.targets(seen, torch.device("cpu"))
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    losses = []
    for _ in range(8):
        totals, masses = criterion.totals(model(image), truth), criterion.masses(truth)
        scale = scale_of(criterion, totals.detach(), masses)
        loss = mean(totals, masses) * (1 if scale is None else scale)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    assert min(losses[-2:]) < 0.9 * losses[0], losses
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_a_bundle_gives_the_model_back(family: Architecture, bundle: Bundle) -> None:
    assert read_bundle(bundle.folder) == bundle
    image = torch.randn(1, 3, SIDE, SIDE)
    with torch.no_grad():
        one, other = tree_leaves(load_bundle_model(bundle)(image)), load_bundle_model(bundle)(image)
    assert all(torch.equal(*pair) for pair in zip(one, tree_leaves(other), strict=True))


def test_another_number_of_classes_remakes_the_classifier_alone(family: Architecture, bundle: Bundle) -> None:
    model = family.build(family.config(bundle.variant, 7, bundle.task))
    report = load_weights(model, family, "bundle", str(bundle.folder), None)
    assert report.remade and all(name.startswith(family.classifier_prefix) for name in report.remade)
    assert not report.missing and not report.unused


@pytest.mark.parametrize("format", ["onnx", "openvino"])
def test_exports_agree_at_other_sizes_and_batches(
    family: Architecture, bundle: Bundle, format: str, tmp_path: Path
) -> None:
    parity = export_bundle(bundle, Asked(format), tmp_path / format).parity
    assert parity.difference < family.export_tolerance and parity.agreement > 0.99


@pytest.mark.parametrize("shape", [(75, 133), (31, 50), (200, 17)])
def test_it_predicts_images_of_odd_sizes(bundle: Bundle, shape: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    mask, predictions = Predictor(bundle.folder).predict(image)
    assert mask.shape == shape and mask.dtype == np.uint8 and mask.max() < 3
    assert all(0 <= item["score"] <= 1 for item in predictions)


def test_backbone_and_classifier_are_parts_of_it(family: Architecture) -> None:
    with torch.device("meta"):
        model = family.build(family.config(family.variants[0].name, 2, family.tasks[0]))
    classifiers = family.classifier_prefix
    for prefix in (family.backbone_prefix, *([classifiers] if isinstance(classifiers, str) else classifiers)):
        assert list(model.get_submodule(prefix.rstrip(".")).parameters())
    assert all(size % family.size_multiple == 0 for size in family.input_sizes)


def test_its_cost_is_told(family: Architecture) -> None:
    parameters, flops = cost(family.name, family.variants[0].name)
    assert parameters > 0 and len(flops) == len(family.input_sizes)
    size = family.input_sizes[-1]
    with torch.device("meta"), torch.no_grad():
        model = family.build(family.config(family.variants[0].name, 2)).eval().requires_grad_(False)
        served = model.fold() if hasattr(model, "fold") else model
        with FlopCounterMode(display=False) as counter:
            served(torch.empty(1, 3, size, size))
    assert flops[-1] == counter.get_total_flops()
    assert family.paper and family.licence and family.description
