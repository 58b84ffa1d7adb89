"""All who paint paint the same pixels: `mask.png`, training, the overlay, and exports of masks."""

import io
import json
import random
import zipfile

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO

from annotations.geometry import mask_to_rle
from annotations.models import Snapshot
from annotations.snapshots import materialise
from training.ml.data.truth import truth_of
from training.ml.manifest import read_manifest

pytestmark = pytest.mark.django_db

WIDTH, HEIGHT = 30, 20
INDEX = {"cat": 1, "dog": 2, "void": 255}


def random_shapes(seed: int, classes) -> list[dict]:
    """Polygons with holes and parts, masks and boxes, over and beside each other, some leaving the image."""
    dice = random.Random(seed)

    def ring(corners: int, spread: float) -> list[list[float]]:
        x, y = dice.uniform(0, WIDTH), dice.uniform(0, HEIGHT)
        return [
            [x + dice.uniform(-spread, spread), y + dice.uniform(-spread, spread)] for _ in range(corners)
        ]

    def polygon() -> dict:
        parts = dice.randint(1, 2)
        return {"polygons": [{"exterior": ring(6, 9), "holes": [ring(4, 4)]} for _ in range(parts)]}

    def mask() -> dict:
        pixels = np.frombuffer(dice.randbytes(WIDTH * HEIGHT), np.uint8).reshape(HEIGHT, WIDTH)
        return {"mask": mask_to_rle((pixels > 200).astype(np.uint8))}

    def box() -> dict:
        return {"bbox": [dice.uniform(0, 20), dice.uniform(0, 12), dice.uniform(1, 9), dice.uniform(1, 7)]}

    makers = [dice.choice([polygon, mask, box]) for _ in range(5)]
    return [{"class": dice.choice([*classes.values()]), "z": z, **make()} for z, make in enumerate(makers)]


def picture(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)))


@pytest.mark.parametrize("seed", range(8))
def test_all_agree(api, url, classes, upload, take, tmp_path, seed):
    file = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), (seed, 0, 0)).save(file, "PNG")
    asset = upload("a.png", file.getvalue())
    where = f"/api/v1/assets/{asset}"
    answer = api.put(f"{where}/annotations", {"results": random_shapes(seed, classes)}, HTTP_IF_MATCH="0")
    assert answer.status_code == 200, answer.content
    mask = picture(api.get(f"{where}/mask.png").content)

    snapshot = api.post(f"{url}/snapshots").json()["id"]
    manifest = read_manifest(materialise(Snapshot.objects.get(pk=snapshot), tmp_path))
    (sample,) = manifest.samples
    assert (truth_of(sample, manifest).index == mask).all()

    drawn = picture(api.get(f"{where}/overlay.png?size=160").content)[..., 3] > 0
    assert drawn.shape == mask.shape
    assert (drawn == (mask > 0)).all()

    with zipfile.ZipFile(io.BytesIO(take("mask_png")[0])) as archive:
        assert (picture(archive.read("masks/a.png")) == mask).all()

    with zipfile.ZipFile(io.BytesIO(take("coco")[0])) as archive:
        document = json.loads(archive.read("annotations/instances.json"))
    for row in document["annotations"]:
        x, y, width, height = row["bbox"]
        # COCO's boxes have no outline.
        row["segmentation"] = row["segmentation"] or [
            [x, y, x + width, y, x + width, y + height, x, y + height]
        ]
    reader = COCO()
    reader.dataset = document
    reader.createIndex()
    names = {row["id"]: row["name"] for row in document["categories"]}
    painted = np.zeros((HEIGHT, WIDTH), np.uint8)
    for row in document["annotations"]:
        painted[reader.annToMask(row) > 0] = INDEX[names[row["category_id"]]]
    assert (painted == mask).all()
