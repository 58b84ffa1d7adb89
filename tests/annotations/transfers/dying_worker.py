"""A worker that does one import and hangs in the middle of writing its third batch, until it is killed.

python -m tests.annotations.transfers.dying_worker JOB MARKER
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import django


def main(job: str, marker: str) -> None:
    django.setup()
    from annotations.services import imports, landing
    from core import jobs

    imports.BATCH_ASSETS = 2
    write, calls = landing._write, []

    def hanging(*arguments: Any) -> None:
        write(*arguments)
        calls.append(arguments)
        if len(calls) == 3:
            # Written and not committed.
            Path(marker).touch()
            time.sleep(600)

    landing._write = hanging
    from celery import current_app

    current_app.loader.import_default_modules()
    jobs.run(job)


if __name__ == "__main__":
    main(*sys.argv[1:])
