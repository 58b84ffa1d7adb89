"""What changed between two snapshots."""

import pytest

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
