"""One class a pixel: what a model proposed covers nobody's work, what a person corrected is drawn over it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.geometry import geometry_to_mask, mask_to_rle, measure, rle_to_mask
from annotations.models import Annotation
from annotations.services.claiming import Wanted, claim
from annotations.services.shapes import Geometry

HEIGHT, WIDTH = 12, 16
boxes = st.tuples(st.integers(0, 12), st.integers(0, 8), st.integers(1, 8), st.integers(1, 6)).map(list)
shapes_ = st.lists(st.tuples(st.sampled_from("abc"), boxes), max_size=4)
wishes = st.lists(st.tuples(st.sampled_from("abcd"), boxes, st.booleans()), max_size=4)


def place(bbox):
    return Geometry("bbox", bbox, bbox, bbox[2] * bbox[3])


def pixels(found):
    return geometry_to_mask({found.kind: found.geometry}, HEIGHT, WIDTH) > 0


def disjoint(drawn):
    """Shapes as a semantic project has them: what is painted later is taken from those below."""
    owner = np.full((HEIGHT, WIDTH), -1)
    for number, (_, bbox) in enumerate(drawn):
        owner[pixels(place(bbox))] = number
    return owner


@settings(deadline=None)
@given(shapes_, wishes)
def test_against_pixels_one_by_one(drawn, wanted):
    owner = disjoint(drawn)
    existing = []
    for number, (name, _) in enumerate(drawn):
        if not (owner == number).any():
            continue
        rle = mask_to_rle(owner == number)
        bbox, area = measure({"mask": rle}, HEIGHT, WIDTH)
        existing.append(Annotation(label_class_id=name, kind="mask", geometry=rle, bbox=bbox, area=area))
    wishes_ = [Wanted(name, place(bbox), own) for name, bbox, own in wanted]
    claims = claim(existing, wishes_, HEIGHT, WIDTH)

    # Pixel by pixel: the last that a person drew, else what was there, else the first that was proposed.
    was = np.full((HEIGHT, WIDTH), "", object)
    for shape in existing:
        was[rle_to_mask(shape.geometry) > 0] = shape.label_class_id
    expected = was.copy()
    for name, bbox, own in reversed(wanted):
        if not own:
            area = pixels(place(bbox)) & (was == "")
            expected[area] = name
    for name, bbox, own in wanted:
        if own:
            expected[pixels(place(bbox))] = name
    found = np.full((HEIGHT, WIDTH), "", object)
    for shape in existing:
        left = claims.cut.get(shape.pk, Geometry("mask", shape.geometry, shape.bbox, shape.area))
        if left is not None:
            found[pixels(left)] = shape.label_class_id
    for wish, made in zip(wishes_, claims.made, strict=True):
        if made is None:
            continue
        # No two classes on one pixel, whatever lies on top.
        assert ((found[pixels(made)] == "") | (found[pixels(made)] == wish.label_class)).all()
        found[pixels(made)] = wish.label_class
    assert (found == expected).all()


@pytest.fixture
def house(api, asset, classes):
    """A dog that somebody drew over the left half."""
    answer = api.patch(
        f"/api/v1/assets/{asset.pk}/annotations",
        {"create": [{"class": classes["dog"], "bbox": [0, 0, 20, 30]}]},
        format="json",
        headers={"If-Match": "0"},
    )
    return answer.json()["results"][0]


@pytest.mark.django_db
def test_free_pixels_only(ask, proposed, guess, house, listed, shapes, asset, classes):
    proposed(
        guess("cat", 0.9, [10, 5, 20, 10]),
        guess("cat", 0.5, [1, 1, 5, 5]),
        guess("void", 0.4, [30, 20, 5, 5]),
    )
    asset.refresh_from_db()
    body = ask("accept").json()
    assert body["revision"] == 2
    dog, void, cat = shapes()
    assert dog == house
    # Of the first the right half is left, of the second nothing, the third is as it was.
    assert [each["annotation"] for each in body["accepted"]] == [cat["id"], None, void["id"]]
    assert (cat["box"], cat["area"]) == ([20, 5, 10, 10], 100) and "mask" in cat
    assert void["bbox"] == [30, 20, 5, 5]
    assert listed() == []


@pytest.mark.django_db
def test_what_a_person_corrects_is_drawn_over(ask, proposed, guess, house, listed, shapes):
    proposed(guess("cat", 0.9, [10, 5, 20, 10]))
    [row] = listed()
    ask("accept", edits={row["id"]: {"bbox": [10, 5, 20, 12]}})
    dog, cat = shapes()
    assert cat["bbox"] == [10, 5, 20, 12]
    assert dog["id"] == house["id"] and dog["area"] == 600 - 120 and dog["revision"] == 2
    assert "mask" in dog


@pytest.mark.django_db
def test_what_is_covered_entirely_goes(ask, proposed, guess, house, listed, shapes):
    proposed(guess("cat", 0.9, [10, 5, 20, 10]))
    [row] = listed()
    ask("accept", edits={row["id"]: {"bbox": [0, 0, 40, 30]}})
    assert [shape["class"] for shape in shapes()] == [row["class"]]


@pytest.mark.django_db
def test_another_class_alone_is_not_a_drawing(ask, proposed, guess, house, listed, shapes, classes):
    proposed(guess("cat", 0.9, [10, 5, 20, 10]))
    [row] = listed()
    ask("accept", edits={row["id"]: {"class": classes["void"]}})
    dog, made = shapes()
    assert dog == house and made["class"] == classes["void"] and made["area"] == 100
