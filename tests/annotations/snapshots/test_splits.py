"""Who trains and who judges: decided by seed and bytes, stable as the data grows."""

from annotations.manifest import Shares, assign_splits


def assets(count, own=None):
    return [(str(n), f"sha-{n}", own) for n in range(count)]


def share(splits, name):
    return sum(split == name for split in splits.values()) / len(splits)


def test_shares_are_kept():
    splits = assign_splits(assets(2000), Shares(0.7, 0.2, 0.1, seed=3))
    assert abs(share(splits, "train") - 0.7) < 0.04
    assert abs(share(splits, "val") - 0.2) < 0.04
    assert abs(share(splits, "test") - 0.1) < 0.04


def test_growing_moves_nobody():
    before, after = assign_splits(assets(50), Shares()), assign_splits(assets(500), Shares())
    assert all(after[asset] == split for asset, split in before.items())


def test_another_seed_another_division():
    assert assign_splits(assets(50), Shares(seed=1)) != assign_splits(assets(50), Shares(seed=2))


def test_two_assets_give_one_to_val_and_one_to_train():
    for seed in range(30):
        assert sorted(assign_splits(assets(2), Shares(seed=seed)).values()) == ["train", "val"]


def test_one_asset_stays_whole():
    assert len(assign_splits(assets(1), Shares())) == 1


def test_own_splits_stay():
    rows = [("a", "x", "train"), ("b", "y", "test"), ("c", "z", None)]
    assert assign_splits(rows, Shares()) == {"a": "train", "b": "test", "c": "val"}
    assert set(assign_splits(assets(10, "train"), Shares()).values()) == {"train"}


def test_no_share_for_val_is_obeyed():
    assert "val" not in assign_splits(assets(20), Shares(1.0, 0.0, 0.0)).values()
