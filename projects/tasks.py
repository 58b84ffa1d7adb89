"""The jobs of projects."""

from __future__ import annotations

from typing import Any

from core.jobs import JobHandle, handler
from projects.services import probing


# Decoding takes a core each: the others wait, so that short work does not.
@handler(probing.KIND, at_once=2, unsuccessful=probing.give_up)
def probe(job: JobHandle) -> dict[str, Any]:
    return probing.run_probe(job)
