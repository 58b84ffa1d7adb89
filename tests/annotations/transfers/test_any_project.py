"""Whatever is drawn: a lossless format gives it back exactly, the others every pixel as it is to be seen."""

from __future__ import annotations

import uuid

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from annotations.formats import FORMATS
from annotations.geometry import GeometryError, clean_geometry, mask_to_rle, measure
from annotations.painting import index_mask
from annotations.services import store
from projects.models import Asset
from tests.annotations.geometry.strategies import rings
from tests.annotations.transfers.conftest import png, shapes_of
from tests.annotations.transfers.test_round_trips import into  # noqa: F401

pytestmark = pytest.mark.django_db
HEIGHT, WIDTH = 20, 30


def covers_something(geometry):
    try:
        return measure(clean_geometry(geometry, HEIGHT, WIDTH), HEIGHT, WIDTH)[1] > 0
    except GeometryError:
        return False


parts = st.builds(
    lambda exterior, holes: {"exterior": exterior, "holes": holes}, rings, st.lists(rings, max_size=2)
)
side = st.integers(1, 200).map(lambda tenths: tenths / 10)
geometries = st.one_of(
    st.lists(parts, min_size=1, max_size=3).map(lambda each: {"polygons": each}),
    hnp.arrays(np.uint8, (HEIGHT, WIDTH), elements=st.integers(0, 1), fill=st.just(0)).map(
        lambda mask: {"mask": mask_to_rle(mask)}
    ),
    st.tuples(side, side, side, side).map(lambda box: {"bbox": list(box)}),
).filter(covers_something)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=5)
scalars = st.one_of(st.integers(-5, 5), st.booleans(), texts, st.floats(-1, 1))
names = texts.filter(lambda text: text.strip() == text != "")
extras = st.fixed_dictionaries(
    {"z": st.integers(-2, 2), "name": st.sampled_from(["cat", "dog", "void"])},
    optional={
        "score": st.floats(0, 1),
        "track": st.sampled_from([uuid.UUID(int=1), uuid.UUID(int=2)]),
        "attributes": st.one_of(st.just({"iscrowd": 1}), st.dictionaries(names, scalars, max_size=2)),
    },
)
shapes = st.lists(st.tuples(geometries, extras), max_size=5)


@pytest.fixture
def draw(principal, project, classes, upload):
    """`draw([…], […])`: the project's two images with these shapes and no others."""
    assets = [Asset.objects.get(pk=upload(f"{n}.png", png(WIDTH, HEIGHT, n))) for n in range(2)]

    def put(*drawn):
        for asset, rows in zip(assets, drawn, strict=True):
            asset.refresh_from_db()
            new = [
                {
                    **geometry,
                    **{key: value for key, value in more.items() if key != "name"},
                    "class": uuid.UUID(classes[more["name"]]),
                }
                for geometry, more in rows
            ]
            store.replace(principal, asset, asset.revision, new)
        return project

    return put


anything = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("name", [each.name for each in FORMATS.values() if each.lossless])
@anything
@given(first=shapes, second=shapes)
def test_lossless(draw, take, into, name, first, second):  # noqa: F811
    project = draw(first, second)
    copy, result = into(name, take(name)[0])
    assert result["skipped"] == []
    for asset in Asset.objects.filter(project=project):
        assert shapes_of(Asset.objects.get(project=copy, name=asset.name)) == shapes_of(asset)


@pytest.mark.parametrize("name", ["coco_mask", "voc"])
@anything
@given(first=shapes, second=shapes)
def test_pixels(draw, take, into, name, first, second):  # noqa: F811
    kept = [[row for row in rows if "bbox" not in row[0] or name != "voc"] for rows in (first, second)]
    project = draw(*kept)
    copy, result = into(name, take(name)[0])
    assert result["skipped"] == []
    for asset in Asset.objects.filter(project=project):
        before = index_mask(asset)
        before = np.where(before == 255, 0, before) if name == "coco_mask" else before
        after = index_mask(Asset.objects.get(project=copy, name=asset.name))
        assert (after == before).all()
