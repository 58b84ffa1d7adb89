"""Which file an annotation file means."""

import pytest

from annotations.formats.match import NameIndex
from core.errors import Unusable

TREE = ["set/train/images/a.jpg", "set/val/images/a.jpg", "set/train/images/b.jpg", "c.PNG"]
FOUND = [
    (("b.jpg", ""), "set/train/images/b.jpg"),
    (("train/b.jpg", ""), "set/train/images/b.jpg"),
    (("C:\\photos\\b.jpg", ""), "set/train/images/b.jpg"),
    (("c.png", ""), "c.PNG"),
    (("train/a.jpg", ""), "set/train/images/a.jpg"),
    (("images/a.jpg", "set/val/x.json"), "set/val/images/a.jpg"),
    (("a.jpg", "set/val/x.json"), "set/val/images/a.jpg"),
    (("a.jpg", "set/annotations/instances_train.json"), "set/train/images/a.jpg"),
    (("d.jpg", ""), None),
]


@pytest.mark.parametrize(("wanted", "found"), FOUND)
def test_find(wanted, found):
    assert NameIndex(TREE).find(*wanted) == found


def test_stems():
    index = NameIndex(["x/images/a.jpg", "x/images/b.c.png", "y/images/a.jpg"])
    assert index.find("x/a", by_stem=True) == "x/images/a.jpg"
    assert index.find("b.c", by_stem=True) == "x/images/b.c.png"
    assert index.find("b.c.png", by_stem=True) == "x/images/b.c.png"


def test_ambiguous():
    with pytest.raises(Unusable, match="2 images have this name"):
        NameIndex(TREE).find("a.jpg")
