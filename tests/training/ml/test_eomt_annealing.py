"""EoMT's attention masks are annealed away block after block, and that is kept with the weights."""

import torch

from training.ml.models.eomt import Eomt, EomtConfig, masked_share, visible
from training.ml.optim import MovingAverage


def model() -> Eomt:
    return Eomt(EomtConfig(2, 24, 4, 2, num_blocks=3, queries=5, side=4)).train()


def test_the_schedule_is_the_authors() -> None:
    """Their run of 177,384 steps with three blocks, and of 88,692 with four."""
    starts, ends = (29564, 73910, 118256), (59128, 103474, 147820)
    for block in range(3):
        assert masked_share((starts[block] - 1) / 177384, block, 3) == 1
        assert masked_share((starts[block] + 100) / 177384, block, 3) < 1
        assert masked_share((ends[block] - 100) / 177384, block, 3) > 0
        assert masked_share((ends[block] + 1) / 177384, block, 3) == 0
    for block in range(4):
        half = (14782 * (block + 1) + 7391) / 88692
        assert abs(masked_share(half, block, 4) - 0.5**0.9) < 1e-9


def test_blocks_stop_masking_one_after_another_and_never_again() -> None:
    trained = model()
    image = torch.randn(1, 3, 64, 64)
    kept = []
    for progress in (0.0, 0.4, 0.65, 0.9, 0.0):
        trained.progress = progress
        assert len(trained(image).masks) == 4
        kept.append(trained.masking.tolist())
    none, all_three = [False] * 3, [True] * 3
    assert kept == [all_three, [False, True, True], [False, False, True], none, none]


def test_evaluation_masks_as_training_left_it() -> None:
    trained = model()
    trained.progress = 0.65
    trained(torch.randn(1, 3, 64, 64))
    loaded = model().eval()
    average = MovingAverage(model(), 0.9)
    average.update(trained, 1)
    loaded.load_state_dict(average.state)
    assert loaded.shares() == ([False, False, True], [None] * 3)


def test_a_query_sees_its_mask_and_what_is_no_patch() -> None:
    masks = torch.full((1, 2, 8, 8), -1.0)
    masks[0, 0, :4] = 1.0
    seen = visible(masks, 1.0, (2, 2), 3)
    assert seen.tolist() == [[[True] * 5 + [False] * 2, [True] * 3 + [False] * 4]]


def test_the_rest_of_the_queries_see_everything() -> None:
    torch.manual_seed(0)
    seen = visible(torch.full((50, 40, 8, 8), -1.0), 0.3, (2, 2), 1)
    free = seen.all(2).float().mean().item()
    assert abs(free - 0.7) < 0.05
