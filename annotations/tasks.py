"""The jobs of this app."""

from __future__ import annotations

from typing import Any

from annotations.services import carrying, emptying, exports, imports, propagating, sweeping, tallies, tidying
from core.jobs import JobHandle, handler
from core.leases import reaper
from projects.services import extracting


@handler(imports.KIND)
def import_annotations(job: JobHandle) -> dict[str, Any]:
    return imports.run_import(job)


@handler(exports.KIND)
def export_annotations(job: JobHandle) -> dict[str, Any]:
    return exports.run_export(job)


# A job of projects: what lies on a frame goes along with it.
@handler(extracting.KIND, at_once=1)
def extract_frames(job: JobHandle) -> dict[str, Any]:
    return extracting.run_extraction(job, carrying.carry)


# Flow and decoding take a core each.
@handler(propagating.KIND, at_once=1)
def propagate_shapes(job: JobHandle) -> dict[str, Any]:
    return propagating.run_propagation(job)


@handler(sweeping.KIND)
def sweep_files(job: JobHandle) -> dict[str, Any]:
    return sweeping.run_sweep(job)


@reaper("annotations.files")
def tidy_files() -> None:
    tidying.tidy_now_and_then()


@reaper("annotations.trash")
def empty_trashes() -> None:
    emptying.empty_now_and_then()


@reaper("annotations.tallies")
def add_up_tallies() -> None:
    tallies.add_up_now_and_then()
