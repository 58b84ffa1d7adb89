"""Index and colour PNGs come in: the value i is line i of classes.txt."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from annotations.geometry import rle_to_mask
from annotations.painting import index_mask
from projects.models import Asset, LabelClass, Project
from tests.annotations.transfers.conftest import packed, png, shapes_of
from tests.shared import shared

pytestmark = pytest.mark.django_db
LIST = "background\ncat\ndog\n"


def mask_of(values, mode="L", colors=()):
    image = Image.fromarray(np.asarray(values, np.uint8), "RGB" if np.ndim(values) == 3 else "L")
    if mode == "P":
        image.putpalette([channel for color in colors for channel in color])
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def stripes(*values):
    """A mask of 30×20 with a stripe of five columns of each value."""
    mask = np.zeros((20, 30), np.uint8)
    for number, value in enumerate(values):
        mask[:, number * 5 : number * 5 + 5] = value
    return mask


def pixels(asset):
    return {shape["class"]: rle_to_mask(shape["mask"]) for shape in shapes_of(asset)}


def test_index_masks_with_images(bring):
    values = stripes(0, 1, 2, 255)
    file = packed({"s/images/a.jpg.png": png(), "s/masks/a.jpg.png": mask_of(values), "s/classes.txt": LIST})
    job = bring("mask_png", "s.zip", file, create_classes="true")
    assert job["result"] == {"assets": 1, "annotations": 3, "classes": 3, "skipped": []}
    asset = Asset.objects.get()
    assert LabelClass.objects.get(name="void").ignore
    assert (index_mask(asset) == values).all()


def test_one_line_with_commas(bring):
    file = packed(
        {"images/a.png": png(), "masks/a.png": mask_of(stripes(1, 2)), "classes.txt": "background,cat,dog"}
    )
    assert bring("mask_png", "s.zip", file, create_classes="true")["result"]["classes"] == 2
    assert set(pixels(Asset.objects.get())) == {"cat", "dog"}


def test_list_without_background(bring, classes):
    file = packed({"images/a.png": png(), "masks/a.png": mask_of(stripes(0, 1)), "classes.txt": "cat\ndog"})
    assert bring("mask_png", "s.zip", file)["result"]["annotations"] == 2
    assert pixels(Asset.objects.get())["cat"].sum() == 600 - 5 * 20


COLORS = [(0, 0, 0), (255, 0, 0), (0, 255, 0)]
MAPS = {
    "colors.json": json.dumps({"cat": [255, 0, 0], "dog": "#00ff00"}),
    "labelmap.txt": "# label:color:parts:actions\nbackground:0,0,0::\ncat:255,0,0::\ndog:0,255,0::\n",
    "label_colors.txt": "255 0 0\tcat\n0 255 0\tdog\n",
}


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("mode", ["P", "RGB"])
def test_colours(bring, classes, name, mode):
    values = stripes(0, 1, 2)
    mask = mask_of(values, "P", COLORS) if mode == "P" else mask_of(np.array(COLORS)[values])
    job = bring("mask_png", "s.zip", packed({"images/a.png": png(), "masks/a.png": mask, name: MAPS[name]}))
    assert (job["result"]["annotations"], job["result"]["skipped"]) == (2, [])
    assert (pixels(Asset.objects.get())["dog"] == (values == 2)).all()


def test_a_single_mask_finds_its_asset_by_name(bring, classes, upload):
    upload("a.jpg.png", png())
    values = stripes(0, 2, 255)
    job = bring("mask_png", "a.jpg.png", mask_of(values))
    assert job["result"]["annotations"] == 2
    assert (index_mask(Asset.objects.get()) == values).all()
    assert bring("mask_png", "a.jpg.png", mask_of(values))["result"]["annotations"] == 0


def test_void_where_the_unlabelled_is_ignored(bring, project, upload):
    Project.objects.update(unlabelled="ignore")
    LabelClass.objects.create(project=project, name="cat", color="#ff0000", position=0)
    upload("a.png", png())
    job = bring("mask_png", "a.png", mask_of(stripes(255, 255, 255, 255, 255, 255)))
    assert job["result"] == {"assets": 0, "annotations": 0, "classes": 0, "skipped": []}


def test_what_does_not_fit_is_named(bring, classes):
    file = packed(
        {
            "images/a.png": png(),
            "images/b.png": png(grey=1),
            "masks/a.png": mask_of(stripes(1, 7)),
            "masks/b.png": mask_of(np.ones((5, 5), np.uint8)),
            "masks/c.png": mask_of(stripes(1)),
            "masks/d.png": b"no image",
            "extra/x.png": png(grey=3),
            "classes.txt": LIST,
        }
    )
    job = bring("mask_png", "s.zip", file)
    assert (job["result"]["assets"], job["result"]["annotations"]) == (2, 1)
    reasons = {note["item"]: note["reason"] for note in job["result"]["skipped"]}
    assert set(reasons) == {"extra", "b", "c", "masks/d.png", "value 7"}
    assert "5×5" in reasons["b"]


def test_no_mask(bring):
    job = bring("mask_png", "x.zip", packed({"classes.txt": LIST}))
    assert job["status"] == "failed"
    assert "masks" in job["error"]["detail"]


def test_nuclei(bring):
    folder = shared("nuclei", "val")
    names = sorted(path.name for path in (folder / "images").iterdir())[:3]
    members = {
        f"{kind}/{name}": (folder / kind / name).read_bytes()
        for kind in ("images", "masks")
        for name in names
    }
    members["classes.txt"] = shared("nuclei", "classes.txt").read_bytes()
    job = bring("mask_png", "n.zip", packed(members), create_classes="true")
    assert job["result"] == {"assets": 3, "annotations": 3, "classes": 1, "skipped": []}
    for asset in Asset.objects.all():
        truth = np.array(Image.open(folder / "masks" / asset.name))
        assert (index_mask(asset) == truth).all()
