"""Doing a pre-labelling job: every image of the selection shown to the deployment, what it saw proposed."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from accounts.models import User
from annotations.services.proposing import Doubt, Guess, Model, propose
from core.errors import NotFound
from core.jobs import JobHandle
from deployments.models import Deployment
from deployments.services import bulk_work
from deployments.services.bulk_folder import Folder
from deployments.services.bulk_work import Work
from deployments.services.prelabelling import SHAPES, selected
from projects.models import Project
from projects.selectors import classes_of

# How many images a result names that were left alone or failed.
NAMED = 100
# What of a prediction was not proposed, and why, by the names that `annotations` has for it.
LEFT_OUT = ("rejected_before", "drawn", "broken", "too_many")


@dataclass
class Classes:
    """Finds the project's classes for those of a model: by id, which is right where the model was trained in
    the project, then by name.
    """

    ids: set[uuid.UUID]
    names: dict[str, uuid.UUID]
    wanted: set[uuid.UUID] | None
    unknown: Counter[str] = field(default_factory=Counter)
    others: int = 0

    def find(self, theirs: Mapping[str, Any]) -> uuid.UUID | None:
        """The class to propose; None, counted, where there is none or nobody asked for it."""
        found = self._known(theirs)
        if found is None:
            self.unknown[str(theirs["name"])] += 1
        elif self.wanted is not None and found not in self.wanted:
            self.others += 1
            return None
        return found

    def _known(self, theirs: Mapping[str, Any]) -> uuid.UUID | None:
        try:
            key = uuid.UUID(str(theirs.get("id")))
        except ValueError:
            key = None
        if key in self.ids:
            return key
        name = str(theirs["name"])
        return self.names.get(name) or self.names.get(name.casefold())


def run(job: JobHandle) -> dict[str, Any]:
    """Do a pre-labelling job, or what is left of it. Raises NotFound, Conflict, Unavailable, BadInput."""
    folder = Folder(job.payload["folder"])
    if (summary := folder.summary()) is not None:
        return summary
    deployment = bulk_work.deployment_of(job)
    project = Project.objects.filter(pk=job.project_id).first() if job.project_id else None
    if project is None:
        raise NotFound("The project was deleted.")
    job.progress(0.0, "Listing the images")
    folder.keep_items(_items(job, project))
    total = sum(1 for _ in folder.items())
    left = islice(folder.items(), folder.done, None)
    works = (
        Work({"item": item["item"], "asset": item["asset"]}, bulk_work.reading(item["key"])) for item in left
    )
    _work(job, deployment, project, folder, works, total)
    summary = _summary(folder)
    folder.finish(summary)
    return summary


def _items(job: JobHandle, project: Project) -> Iterator[dict[str, Any]]:
    """`{"item", "asset", "key"}` of every image that the selection means as the job begins."""
    selection = job.payload["selection"]
    me = User.objects.filter(pk=selection["me"]).first()
    rows = selected(project, me, selection).values_list("pk", "name", "storage_key")
    for key, name, stored in rows.iterator():
        yield {"item": name, "asset": str(key), "key": stored}


def _work(
    job: JobHandle,
    deployment: Deployment,
    project: Project,
    folder: Folder,
    works: Iterator[Work],
    total: int,
) -> None:
    done = folder.done
    look = bulk_work.Look(job, deployment)
    for work, answer in bulk_work.answers(job, deployment, works, look):
        done += 1
        told = bulk_work.told(answer)
        line = told if "failed" in told else _proposed(job, deployment, project, work.named["asset"], told)
        if folder.add({**work.named, **line}):
            job.kept()
        look.say(done / max(total, done), f"{done:,} of {max(total, done):,} images")
    folder.flush()


def _proposed(
    job: JobHandle, deployment: Deployment, project: Project, asset: str, told: Mapping[str, Any]
) -> dict[str, Any]:
    """Propose what was predicted for one image; the line of the results for it."""
    classes = _classes(project, job.payload["classes"])
    guesses = []
    for item in told["predictions"]:
        found = classes.find(item["class"])
        kind = next((kind for kind in SHAPES if item.get(kind)), None)
        if found is not None and kind is not None:
            guesses.append(Guess(found, float(item["score"]), {kind: item[kind]}))
    unsure = told.get("uncertainty")
    outcome = propose(
        uuid.UUID(asset),
        _model(deployment, told),
        guesses,
        Doubt(unsure["entropy"], unsure["margin"]) if unsure else None,
        job=job.id,
        only_unannotated=job.payload["selection"]["only_unannotated"],
    )
    return {**asdict(outcome), "other_classes": classes.others, "unknown": dict(classes.unknown)}


def _classes(project: Project, wanted: list[str] | None) -> Classes:
    """As they are now: a class may be renamed or removed while the job runs."""
    names: dict[str, uuid.UUID] = {}
    ids = set()
    for each in classes_of(project):
        ids.add(each.pk)
        names[each.name] = each.pk
        names.setdefault(each.name.casefold(), each.pk)
    return Classes(ids, names, None if wanted is None else {uuid.UUID(key) for key in wanted})


def _model(deployment: Deployment, told: Mapping[str, Any]) -> Model:
    """Which version answered: of a deployment with a canary it need not be the current one."""
    version = told.get("deployment", {}).get("version", deployment.version)
    artifact = told.get("model", {}).get("artifact") or deployment.artifact_id
    return Model(deployment.pk, deployment.name, int(version), uuid.UUID(str(artifact)))


def _summary(folder: Folder) -> dict[str, Any]:
    """The job's result, from the lines of its images."""
    counts: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    named: dict[str, list[dict[str, str]]] = {"failed": [], "skipped": []}
    for line in folder.lines():
        counts["images"] += 1
        for name in named:
            if line.get(name):
                counts[name] += 1
                named[name].append({"asset": line["asset"], "item": line["item"], "reason": line[name]})
                del named[name][NAMED:]
        proposed = line.get("proposed", 0)
        counts["proposals"] += proposed
        counts["proposed_on"] += proposed > 0
        for name in (*LEFT_OUT, "other_classes"):
            counts[name] += line.get(name, 0)
        unknown.update(line.get("unknown", {}))
    return {
        "images": counts["images"],
        "proposals": counts["proposals"],
        "proposed_on": counts["proposed_on"],
        "skipped": named["skipped"],
        "skips": counts["skipped"],
        "failed": named["failed"],
        "failures": counts["failed"],
        "unknown_classes": [{"name": name, "count": count} for name, count in unknown.most_common(NAMED)],
        "left_out": {name: counts[name] for name in (*LEFT_OUT, "other_classes")},
    }
