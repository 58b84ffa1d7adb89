"""Files go when nobody needs them, and not before."""

import os
import time

import pytest

from annotations.services import tidying
from core.models import Job
from core.storage import storage
from tests.annotations.transfers.conftest import SQUARE, coco, png, polygon
from tests.annotations.transfers.test_import_files import start

pytestmark = pytest.mark.django_db
DAY = 86400


def age(key: str, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(storage.path(key), (then, then))


def test_the_upload_of_an_open_import_stays_and_of_a_cancelled_one_goes(api, url, sent):
    job = start(api, url, coco(["a.png"], [polygon(*SQUARE)]))
    key = Job.objects.get().payload["key"]
    age(key, 30 * DAY)
    tidying.tidy_imports()
    assert storage.exists(key)
    assert api.post(f"/api/v1/jobs/{job}/cancel").status_code in (200, 202)
    tidying.tidy_imports()
    assert not storage.exists(key)


def test_an_upload_without_a_job_goes_after_a_while(db):
    storage.put("imports/unnamed", b"x")
    tidying.tidy_imports()
    assert storage.exists("imports/unnamed")
    age("imports/unnamed", 2 * 3600)
    tidying.tidy_imports()
    assert not storage.exists("imports/unnamed")


def test_exports_go_after_a_week(take, upload):
    upload("a.png", png())
    _, job = take("coco")
    key = f"exports/{job['id']}.zip"
    age(key, 6 * DAY)
    tidying.tidy_exports()
    assert storage.exists(key)
    age(key, 8 * DAY)
    tidying.tidy_exports()
    assert not storage.exists(key)


def test_exports_go_with_their_project(api, url, take, upload):
    upload("a.png", png())
    _, job = take("coco")
    assert api.delete(url).status_code == 204
    tidying.tidy_exports()
    assert not storage.exists(f"exports/{job['id']}.zip")


def test_tidying_is_at_most_once_a_minute(monkeypatch):
    turns = []
    monkeypatch.setattr(tidying, "tidy_imports", lambda: turns.append(1))
    monkeypatch.setattr(tidying, "tidy_exports", lambda: None)
    monkeypatch.setattr(tidying, "_last", -tidying.EVERY_SECONDS)
    for _ in range(5):
        tidying.tidy_now_and_then()
    assert turns == [1]
