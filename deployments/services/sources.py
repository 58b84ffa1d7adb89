"""Which model a deployment serves: an artifact, or an export of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from accounts.principals import Principal
from core.errors import BadInput, FieldError
from core.models import Job
from deployments import options
from deployments.export_options import FORMAT_OF, RUNTIME_OF
from deployments.models import Export, Settings
from deployments.selectors import exports_of
from deployments.services.exports import start_export
from projects.models import Project
from training.models import Artifact

WAITING = f"the {options.CALIBRATED} export is being made"
SETTINGS = tuple(options.DEFAULTS)


@dataclass(frozen=True)
class Source:
    """What a version fixes. Without an export where one is needed, there is none of it yet."""

    artifact: Artifact
    export: Export | None
    settings: dict[str, Any]

    @property
    def incomplete(self) -> bool:
        return self.export is None and self.settings["quantization"] == options.CALIBRATED


def settings_of(row: Settings) -> dict[str, Any]:
    """The settings of a deployment or of one of its versions."""
    return {name: getattr(row, name) for name in SETTINGS}


def source_of(row: Settings) -> Source:
    """What a deployment or one of its versions serves; a missing export is looked for once more."""
    found = Source(row.artifact, row.export, settings_of(row))
    if found.incomplete:
        return Source(row.artifact, newest_export(row.artifact, found.settings), found.settings)
    return found


def choose(project: Project, asked: dict[str, Any], now: Settings | None = None) -> Source:
    """What is asked for; what is not asked for stays as it is `now`. Raises BadInput naming the field."""
    defaults = settings_of(now) if now else options.defaults(asked)
    if asked.get("export") is not None:
        export = _export(project, asked)
        fixed = {"runtime": RUNTIME_OF[export.format], "quantization": export.quantization}
        settings = options.settings({**asked, **fixed}, defaults)
        return Source(_artifact(project, export.artifact_id), export, settings)
    settings = options.settings(asked, defaults)
    if asked.get("artifact") is not None:
        artifact = _artifact(project, asked["artifact"])
    elif now is not None:
        artifact = _artifact(project, now.artifact_id)
    else:
        raise _wrong("artifact", "give an artifact, or an export")
    if "export" not in asked and now is not None and now.export and _same(now, artifact, settings):
        return Source(artifact, now.export, settings)
    export_ = newest_export(artifact, settings) if settings["quantization"] == options.CALIBRATED else None
    return Source(artifact, export_, settings)


def newest_export(artifact: Artifact, settings: dict[str, Any]) -> Export | None:
    """The last unpruned export of the artifact for this runtime and quantization."""
    found = Export.objects.filter(
        artifact=artifact,
        format=FORMAT_OF[settings["runtime"]],
        quantization=settings["quantization"],
        pruning=0,
    )
    return found.order_by("-created_at").first()


def awaited_export(principal: Principal, source: Source) -> Job:
    """The job that makes what the source lacks: one under way already, or a new one.

    Raises BadInput naming the field when it cannot be made.
    """
    wanted = {
        "format": FORMAT_OF[source.settings["runtime"]],
        "quantization": source.settings["quantization"],
    }
    active = exports_of(source.artifact).filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])
    for job in active.filter(cancel_requested=False).order_by("-created_at"):
        if not job.payload.get("pruning") and wanted.items() <= job.payload.items():
            return job
    return start_export(principal, source.artifact, wanted)


def _export(project: Project, asked: dict[str, Any]) -> Export:
    export = Export.objects.filter(pk=asked["export"], artifact__project=project).first()
    if export is None:
        raise _wrong("export", "the project has no finished export of this id")
    artifact = asked.get("artifact")
    if artifact is not None and artifact != export.artifact_id:
        raise _wrong("export", "it was made of another artifact")
    runtime = RUNTIME_OF.get(export.format)
    if runtime is None:
        known = ", ".join(RUNTIME_OF)
        raise _wrong("export", f"{export.format} is for other programs; deployments run {known}")
    for field, value in (("runtime", runtime), ("quantization", export.quantization)):
        if asked.get(field) not in (None, value):
            raise _wrong(field, f"the export is for {value}")
    return export


def _same(now: Settings, artifact: Artifact, settings: dict[str, Any]) -> bool:
    """Whether the export that is served now is still what is asked for."""
    before = (now.artifact_id, now.runtime, now.quantization)
    return before == (artifact.pk, settings["runtime"], settings["quantization"])


def _artifact(project: Project, artifact_id: uuid.UUID) -> Artifact:
    rows = Artifact.objects.select_related("project")
    artifact = rows.filter(pk=artifact_id, project=project).first()
    if artifact is None:
        raise _wrong("artifact", "the project has no artifact of this id")
    return artifact


def _wrong(field: str, message: str) -> BadInput:
    return BadInput(f"{field}: {message}", [FieldError(field, message)])
