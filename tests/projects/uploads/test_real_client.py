"""A tus client of others, killed in the middle, goes on where it was."""

from __future__ import annotations

import io
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path

import pytest
from django.db import connections

from projects import spool
from projects.models import Asset, Upload
from tests.core.serving import served
from tests.projects.pictures import png

# tuspy's own way to go on: it keeps the address of an upload by the file's fingerprint.
CLIENT = textwrap.dedent(
    """
    import sys, time
    from tusclient.client import TusClient
    from tusclient.storage.filestorage import FileStorage

    url, token, project, path, storage = sys.argv[1:]
    uploader = TusClient(url, headers={"Authorization": token}).uploader(
        path, chunk_size=1 << 18, store_url=True, url_storage=FileStorage(storage),
        metadata={"filename": "photos.zip", "project": project},
    )
    print("begins at", uploader.offset, flush=True)
    while uploader.offset < uploader.get_file_size():
        uploader.upload_chunk()
        time.sleep(0.01)
    """
)


@pytest.fixture
def port(transactional_db, monkeypatch):
    from tessera.asgi import application

    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    with served(application) as found:
        yield found


def test_killed_and_gone_on(port, token, project, tmp_path: Path, run_jobs) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(6):
            archive.writestr(f"{number}.png", png(600, 500, number))
    (tmp_path / "photos.zip").write_bytes(content.getvalue())
    command = [
        *(sys.executable, "-c", CLIENT, f"http://127.0.0.1:{port}/api/v1/uploads", token, str(project.pk)),
        *(str(tmp_path / "photos.zip"), str(tmp_path / "urls.json")),
    ]
    first = subprocess.Popen(command)
    deadline = time.monotonic() + 30
    while not (upload := Upload.objects.first()) or spool.size(upload.pk) < 1 << 20:
        assert time.monotonic() < deadline and first.poll() is None
        time.sleep(0.005)
    first.kill()
    first.wait()
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(second.stdout.split()[-1]) >= 1 << 20
    assert Upload.objects.count() == 1
    run_jobs()
    assert sorted(Asset.objects.values_list("name", flat=True)) == [f"{number}.png" for number in range(6)]
