"""What is written is read as it was: any shapes, names and attributes, in every lossless format."""

import io
import string
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.formats import FORMATS
from annotations.formats.records import Export, ExportImage, Known, KnownClass, Shape
from annotations.formats.texts import cleaned
from annotations.geometry import mask_to_rle
from core.notes import Notes
from projects.archives import Source

HEIGHT, WIDTH = 12, 17
CLASSES = [
    KnownClass("cat", "#ff0000", False, 1),
    KnownClass("Größe <&\"'> ü", "#00ff10", False, 2, True),
    KnownClass("void", "#0000ff", True, 255),
]
LOSSLESS = [each.name for each in FORMATS.values() if each.lossless]

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | text
values = scalars.filter(lambda value: value not in (float("inf"), float("-inf")))
attributes = st.dictionaries(
    st.text(string.ascii_letters + "äß_", min_size=1, max_size=6).filter(lambda name: name != "iscrowd"),
    values | st.lists(values, max_size=2),
    max_size=3,
)
sides = st.floats(0.125, 6)


@st.composite
def rings(draw):
    x, y = draw(st.floats(0, 10)), draw(st.floats(0, 5))
    across, down = draw(sides), draw(sides)
    return [[x, y], [x + across, y], [x + across, y + down]]


@st.composite
def masks(draw):
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mask = (chance.random((HEIGHT, WIDTH)) < draw(st.sampled_from((0.05, 0.5, 0.95)))).astype(np.uint8)
    mask[draw(st.integers(0, HEIGHT - 1)), draw(st.integers(0, WIDTH - 1))] = 1
    return {"mask": mask_to_rle(mask)}


parts = st.builds(
    lambda exterior, holes: {"exterior": exterior, "holes": holes}, rings(), st.lists(rings(), max_size=1)
)
boxes = st.tuples(st.floats(0, 10), st.floats(0, 5), sides, sides).map(lambda box: {"bbox": list(box)})
polygons = st.lists(parts, min_size=1, max_size=2).map(lambda found: {"polygons": found})
shapes = st.builds(
    Shape,
    st.sampled_from([each.name for each in CLASSES]),
    boxes | polygons | masks(),
    z=st.integers(-3, 3),
    track=st.none() | st.uuids().map(str),
    score=st.none() | st.floats(0, 1),
    attributes=attributes,
)


def there_and_back(name, images, members=()):
    """The records that a format reads from what it wrote."""
    export = Export(
        "A <title> & more",
        CLASSES,
        "background",
        lambda: iter(images),
        lambda: iter(()),
        lambda: (image.name for image in images),
        lambda key: io.BytesIO(),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.zip"
        with zipfile.ZipFile(path, "w") as archive:
            FORMATS[name].write(archive, export)
        notes = Notes()
        with Source(path, "x.zip", notes) as source:
            dataset = cleaned(FORMATS[name].read(source, Known(CLASSES), notes), notes)
            records = list(dataset.records())
    assert notes.as_list() == []
    return dataset, records


def plain(shape):
    fields = ("label", "geometry", "track", "score", "attributes", "frame")
    return {field: getattr(shape, field) for field in fields}


def close(one, other):
    """Equal, where sums of floats may differ in their last bit."""
    if one == other:
        return True
    kinds = [next(iter(each["geometry"])) for each in (one, other)]
    same = {**one, "geometry": 0} == {**other, "geometry": 0} and kinds == ["bbox", "bbox"]
    return same and np.allclose(one["geometry"]["bbox"], other["geometry"]["bbox"], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", LOSSLESS)
@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.lists(shapes, max_size=4), st.sampled_from(["a.png", "ordner/b ü.jpg", "c.d.e.png"]))
def test_images(name, drawn, image):
    drawn.sort(key=lambda shape: shape.z)
    _, records = there_and_back(name, [ExportImage(image, WIDTH, HEIGHT, None, drawn)])
    (record,) = records
    assert (record.width, record.height) == (WIDTH, HEIGHT)
    assert [shape.z for shape in record.shapes] == [shape.z for shape in drawn]
    for found, wanted in zip(map(plain, record.shapes), map(plain, drawn), strict=True):
        assert close(found, wanted), (found, wanted)


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_videos_in_cvat(data):
    drawn = data.draw(st.lists(shapes, min_size=1, max_size=5))
    tracks = data.draw(st.lists(st.uuids().map(str), min_size=1, max_size=2))
    taken = set()
    for shape in drawn:
        shape.track = data.draw(st.none() | st.sampled_from(tracks))
        shape.frame = data.draw(st.integers(0, 9))
        while shape.track and (shape.track, shape.frame) in taken:
            shape.frame = (shape.frame + 1) % 10
        taken.add((shape.track, shape.frame))
        if data.draw(st.booleans()):
            shape.attributes["outside"] = data.draw(st.booleans())
    video = ExportImage("night & day.mp4", WIDTH, HEIGHT, None, drawn, frames=10, frame_rate=25.0)
    _, records = there_and_back("cvat", [video])
    (record,) = records
    assert (record.video, record.frame) == ("night & day.mp4", None)
    assert [plain(shape) for shape in record.shapes] == [plain(shape) for shape in drawn]


@pytest.mark.parametrize("name", ["cvat", "datumaro"])
def test_classes_come_back_in_order(name):
    dataset, _ = there_and_back(name, [ExportImage("a.png", WIDTH, HEIGHT, None, [])])
    found = [(each.name, each.color, each.ignore, each.stuff) for each in dataset.categories]
    assert found == [(each.name, each.color, each.ignore, each.stuff) for each in CLASSES]
