"""A worker is killed in the middle of an import: the next one goes on, and nothing is there twice."""

import json
import subprocess
import sys
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from annotations.models import Annotation
from core.models import Job
from core.storage import storage
from projects.models import Asset
from tests.annotations.transfers.conftest import SQUARE, packed, png
from tests.stack import ROOT, environment_for

RING = [list(point) for point in zip(SQUARE[::2], SQUARE[1::2], strict=True)]
IMAGES = 7


def database_url():
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    place = f"{settings['HOST']}:{settings['PORT']}" if settings["PORT"] else settings["HOST"]
    return f"postgres://{settings['USER']}:{settings['PASSWORD']}@{place}/{settings['NAME']}"


def started(api, url):
    text = json.dumps({"objects": [{"label": "car", "polygon": RING}, {"label": "road", "polygon": RING}]})
    members = {}
    for number in range(IMAGES):
        members[f"ulm_{number:06d}_000019_leftImg8bit.png"] = png(grey=number)
        members[f"ulm_{number:06d}_000019_gtFine_polygons.json"] = text
    file = SimpleUploadedFile("x.zip", packed(members))
    form = {"format": "cityscapes", "file": file, "create_classes": "true"}
    return api.post(f"{url}/imports", form, format="multipart").json()["id"]


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle(api, url, run_jobs, tmp_path):
    job, marker = started(api, url), tmp_path / "in-the-middle"
    key = Job.objects.get().payload["key"]
    environment = environment_for(tmp_path, database_url())
    environment |= {
        "DJANGO_SETTINGS_MODULE": "tessera.settings",
        "TESSERA_STORAGE_URL": str(storage.path(key)).removesuffix(key),
    }
    environment.pop("REDIS_URL", None)
    command = [sys.executable, "-m", "tests.annotations.transfers.dying_worker", job, str(marker)]
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while not marker.exists():
            assert worker.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        worker.kill()
        worker.wait()
    assert Asset.objects.count() == IMAGES
    assert Annotation.objects.count() == 2 * 4
    # What the reaper does when the lease is over.
    Job.objects.update(lease_expires_at=None, lease_token=None)
    run_jobs()
    done = Job.objects.get()
    assert (done.status, done.result["skipped"]) == ("succeeded", [])
    assert Asset.objects.count() == IMAGES
    assert set(Asset.objects.values_list("annotation_count", "revision")) == {(2, 1)}
    assert Annotation.objects.count() == 2 * IMAGES
