"""Folds hold each asset once, classes alike, and what looks alike together."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from training.folds import folds_of

assets = st.dictionaries(
    st.integers(0, 60).map(str), st.sets(st.sampled_from("abc"), max_size=3), min_size=2, max_size=40
)


@settings(max_examples=80, deadline=None)
@given(assets, st.integers(2, 5), st.integers(0, 9))
def test_every_asset_is_in_one_fold(classes: dict[str, set[str]], folds: int, seed: int) -> None:
    found = folds_of(classes, folds, (), seed)
    assert set(found) == set(classes) and set(found.values()) <= set(range(folds))
    assert found == folds_of(classes, folds, (), seed)


@settings(max_examples=40, deadline=None)
@given(assets, st.data())
def test_what_looks_alike_stays_together(classes: dict[str, set[str]], data: st.DataObject) -> None:
    group = data.draw(st.lists(st.sampled_from(sorted(classes)), unique=True))
    found = folds_of(classes, 3, [[*group, "unknown"]])
    assert len({found[asset] for asset in group}) <= 1


def test_a_rare_class_is_in_every_fold() -> None:
    classes = {str(n): {"common", "rare"} if n < 6 else {"common"} for n in range(60)}
    found = folds_of(classes, 3)
    assert Counter(found[str(n)] for n in range(6)) == {0: 2, 1: 2, 2: 2}
    sizes = Counter(found.values())
    assert max(sizes.values()) - min(sizes.values()) <= 1
