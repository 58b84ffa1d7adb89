"""Scores of two answers against formulas worked by hand and against counting pixel by pixel."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.counting import Counts, compare, raster
from annotations.agreement.rasters import names_in
from annotations.agreement.scores import Rule, headline, score
from tests.annotations.agreement.strategies import HEIGHT, WIDTH, answers, box, drawn

CLASSES = ("cat", "dog", "sky")


def rule(ignored=(), background=True, has_objects=False):
    return Rule(CLASSES, frozenset(ignored), background, has_objects)


def counted(first, second, size=(HEIGHT, WIDTH), task="semantic"):
    names = names_in([first, second])
    return compare(raster(first, names, size, task), raster(second, names, size, task), names)


def test_scores_worked_by_hand():
    """A 10×10 picture: the first draws columns 0…4 cat, the second columns 2…6."""
    scores = score(counted([box("cat", 0, 0, 5, 10)], [box("cat", 2, 0, 5, 10)], (10, 10)), rule())
    cat = scores["classes"][0]
    # 30 pixels in common, 20 of one alone each, 30 of nobody.
    assert cat["pixels"] == {"first": 50, "second": 50, "both": 30}
    assert cat["iou"] == pytest.approx(30 / 70)
    # po = 0.6, pe = 0.5: (0.6 - 0.5) / 0.5.
    assert cat["kappa"] == scores["kappa"] == pytest.approx(0.2)
    assert scores["mean_iou"] == pytest.approx(30 / 70)
    assert scores["coverage"] == 1.0
    assert [entry["class"] for entry in scores["classes"]] == ["cat", "dog", "sky", None]
    background = scores["classes"][3]
    assert background["iou"] == pytest.approx(30 / 70)
    assert scores["classes"][1]["iou"] is None and scores["classes"][1]["kappa"] is None


def test_kappa_of_three_classes_is_that_of_the_textbook():
    """Cohen's table [[25, 10, 5], [5, 20, 5], [0, 5, 25]]: po = 0.7, pe = 0.4·0.3 + 0.3·0.35 + 0.3·0.35."""
    table = {"cat": (25, 10, 5), "dog": (5, 20, 5), "sky": (0, 5, 25)}
    counts = Counts()
    for a, row in table.items():
        for b, count in zip(CLASSES, row, strict=True):
            counts.pixels[(a, b)] = count
    pe = 0.4 * 0.3 + 0.3 * 0.35 + 0.3 * 0.35
    assert score(counts, rule())["kappa"] == pytest.approx((0.7 - pe) / (1 - pe))
    # cat against the rest: po = 0.8, pe = 0.4·0.3 + 0.6·0.7.
    assert score(counts, rule())["classes"][0]["kappa"] == pytest.approx((0.8 - 0.54) / (1 - 0.54))


def test_void_of_either_does_not_count():
    first = [box("cat", 0, 0, 5, 10), box("sky", 5, 0, 5, 10)]
    second = [box("cat", 0, 0, 4, 10), box("sky", 9, 0, 1, 10)]
    scores = score(counted(first, second, (10, 10)), rule(ignored=["sky"]))
    assert scores["coverage"] == 0.5
    assert scores["classes"][0]["iou"] == pytest.approx(40 / 50)
    assert "sky" not in [entry["class"] for entry in scores["classes"]]


def test_unlabelled_is_void_where_the_project_says_so():
    first, second = [box("cat", 0, 0, 5, 10)], [box("cat", 0, 0, 4, 10), box("dog", 4, 0, 2, 10)]
    scores = score(counted(first, second, (10, 10)), rule(background=False))
    assert scores["coverage"] == 0.5
    assert scores["classes"][0]["iou"] == pytest.approx(40 / 50)
    assert scores["classes"][1]["iou"] == 0.0
    assert None not in [entry["class"] for entry in scores["classes"]]


def test_two_empty_answers_have_no_score():
    counts = counted([], [])
    scores = score(counts, rule(has_objects=True))
    assert scores["mean_iou"] is scores["kappa"] is scores["f1"] is scores["matched_iou"] is None
    assert headline(counts, rule(has_objects=True)) is None


def test_what_has_a_deleted_class_is_unlabelled():
    scores = score(counted([box("gone", 0, 0, 5, 5)], [box("cat", 0, 0, 5, 5)]), rule())
    assert scores["classes"][0]["pixels"] == {"first": 0, "second": 25, "both": 0}


@given(answers(), answers(), st.sets(st.sampled_from(CLASSES)), st.booleans())
def test_scores_are_those_of_counting_pixel_by_pixel(first, second, ignored, background):
    scores = score(counted(first, second), rule(ignored, background))
    pairs = [
        pair
        for ours, theirs in zip(drawn(first), drawn(second), strict=True)
        for pair in zip(ours, theirs, strict=True)
    ]
    void = {*ignored, *(() if background else ("",))}
    kept = [(a, b) for a, b in pairs if a not in void and b not in void]
    assert scores["coverage"] == len(kept) / len(pairs)
    labels = [name for name in (*CLASSES, "") if name not in void]
    assert [entry["class"] or "" for entry in scores["classes"]] == labels
    ious = []
    for entry in scores["classes"]:
        name = entry["class"] or ""
        both = sum(a == b == name for a, b in kept)
        either = sum(name in pair for pair in kept)
        iou = both / either if either else None
        assert entry["iou"] == iou
        if name and iou is not None:
            ious.append(iou)
        assert entry["kappa"] == kappa([(a == name, b == name) for a, b in kept])
    assert scores["kappa"] == kappa(kept)
    assert scores["mean_iou"] == (pytest.approx(sum(ious) / len(ious)) if ious else None)


@given(answers(), answers(), st.sampled_from(["semantic", "instance"]), st.booleans())
def test_the_headline_is_one_of_the_scores(first, second, task, background):
    counts, says = counted(first, second, task=task), rule(["sky"], background, task == "instance")
    scores = score(counts, says)
    assert headline(counts, says) == (scores["mean_iou"] if scores["f1"] is None else scores["f1"])


@given(answers(), answers())
def test_the_order_of_two_people_does_not_matter(first, second):
    there, back = counted(first, second), counted(second, first)
    assert there.turned() == back
    assert Counts.from_json(there.as_json()) == there
    assert score(there, rule())["kappa"] == score(back, rule())["kappa"]


@given(answers(least=1))
def test_everybody_agrees_with_themselves(shapes):
    scores = score(counted(shapes, shapes, task="instance"), rule(has_objects=True))
    assert scores["mean_iou"] == scores["f1"] == scores["matched_iou"] == 1.0
    assert scores["kappa"] in (1.0, None)


@given(st.lists(st.tuples(answers(), answers()), max_size=4))
def test_sums_are_the_scores_of_all_images_as_one(images):
    total = Counts()
    for first, second in images:
        total.add(counted(first, second))
    assert sum(total.pixels.values()) == len(images) * HEIGHT * WIDTH
    pairs = [
        pair
        for first, second in images
        for ours, theirs in zip(drawn(first), drawn(second), strict=True)
        for pair in zip(ours, theirs, strict=True)
    ]
    assert score(total, rule())["kappa"] == kappa(pairs)


def kappa(pairs):
    """(po - pe) / (1 - pe) in fractions, from the definition."""
    if not pairs:
        return None
    size = len(pairs)
    po = Fraction(sum(a == b for a, b in pairs), size)
    pe = sum(
        Fraction(sum(a == label for a, _ in pairs), size) * Fraction(sum(b == label for _, b in pairs), size)
        for label in {label for pair in pairs for label in pair}
    )
    return None if pe == 1 else pytest.approx(float((po - pe) / (1 - pe)), abs=1e-12)
