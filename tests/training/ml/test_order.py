"""The training order: every image once an epoch, following from the seed and the step alone."""

import threading

import pytest
import torch

from training.ml.data.loader import Batch, Order, Prefetch


def test_every_epoch_is_a_permutation() -> None:
    order = Order(7, seed=3)
    places = [place for number in range(7) for place in order.batch(number, 4)]
    for epoch in range(4):
        assert sorted(index for e, index in places if e == epoch) == list(range(7))
    assert [i for e, i in places if e == 0] != [i for e, i in places if e == 1]


def test_ranks_share_a_global_batch() -> None:
    whole = Order(10, seed=0).batch(3, 4)
    parts = [Order(10, seed=0, rank=rank, world=2).batch(3, 2) for rank in (0, 1)]
    assert parts[0] + parts[1] == whole


def test_prefetch_begins_where_it_is_told_and_ends_with_its_thread() -> None:
    asked: list[int] = []

    def make(number: int) -> Batch:
        asked.append(number)
        return Batch(torch.full((1,), float(number)), torch.zeros(1))

    with Prefetch(make, 5) as batches:
        assert [int(next(batches).images) for _ in range(3)] == [5, 6, 7]
    assert asked[0] == 5
    assert "loader" not in [thread.name for thread in threading.enumerate()]


def test_an_error_in_the_loader_reaches_the_loop() -> None:
    def make(number: int) -> Batch:
        raise ValueError("broken image")

    with Prefetch(make, 0) as batches, pytest.raises(ValueError, match="broken image"):
        next(batches)
