"""The jobs of this app."""

from __future__ import annotations

from typing import Any

from annotations.services import exports, imports
from core.jobs import JobHandle, handler


@handler(imports.KIND)
def import_annotations(job: JobHandle) -> dict[str, Any]:
    return imports.run_import(job)


@handler(exports.KIND)
def export_annotations(job: JobHandle) -> dict[str, Any]:
    return exports.run_export(job)
