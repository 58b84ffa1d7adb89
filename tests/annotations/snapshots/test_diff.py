"""What changed between two snapshots."""

import pytest

from annotations.manifest import FORMAT, compare, line
from projects.models import Asset, LabelClass

pytestmark = pytest.mark.django_db


def test_assets_and_classes(api, url, photo, draw):
    changed, gone, same = draw(photo("a.png", 1)), draw(photo("b.png", 2)), draw(photo("c.png", 3))
    Asset.objects.update(split="train")
    first = api.post(url).json()["id"]
    draw(changed, "dog")
    gone_id = str(gone.pk)
    gone.delete()
    new = draw(photo("new.png", 4))
    LabelClass.objects.filter(name="dog").update(name="wolf")
    second = api.post(url).json()["id"]
    diff = api.get(f"/api/v1/snapshots/{first}/diff/{second}").json()
    assert diff["counts"] == {"added": 1, "removed": 1, "changed": 1}
    assert diff["shapes"] == {"added": 2, "removed": 1, "changed": 0}
    assert diff["assets"]["added"][0]["asset"] == str(new.pk)
    assert diff["assets"]["removed"][0]["asset"] == gone_id
    entry = diff["assets"]["changed"][0]
    assert entry["asset"] == str(changed.pk)
    assert entry["annotations"] == {"added": 1, "removed": 0, "changed": 0}
    assert [each["after"]["name"] for each in diff["classes"]["changed"]] == ["wolf"]
    assert str(same.pk) not in str(diff)


def test_strangers_and_other_projects(api, other_api, url, photo, draw):
    draw(photo("a.png", 1))
    made = api.post(url).json()["id"]
    assert other_api.get(f"/api/v1/snapshots/{made}/diff/{made}").status_code == 404
    assert api.get(f"/api/v1/snapshots/{made}/diff/{made}").json()["counts"]["changed"] == 0


def test_lists_are_cut_and_counts_are_not(tmp_path):
    shape = {"id": "s", "class": "c", "polygon": [], "z": 0}

    def manifest(name, numbers, shapes):
        rows = [
            {"asset": f"{n:04}", "name": f"{n}", "split": "train", "annotations": shapes} for n in numbers
        ]
        header = {"format": FORMAT, "classes": [], "unlabelled": "background"}
        path = tmp_path / name
        path.write_bytes(b"".join(map(line, [header, *rows])))
        return path

    before = manifest("before", range(10), [shape])
    after = manifest("after", range(4, 20), [shape, {**shape, "id": "t"}])
    diff = compare(before, after, most=3)
    assert diff["counts"] == {"added": 10, "removed": 4, "changed": 6}
    assert diff["shapes"] == {"added": 26, "removed": 4, "changed": 0}
    assert [len(diff["assets"][kind]) for kind in ("added", "removed", "changed")] == [3, 3, 3]
