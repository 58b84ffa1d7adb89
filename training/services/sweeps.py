"""Sweeps: runs of one workflow that differ in chosen fields, started together and judged by one metric.

The database drives them: whoever runs the reapers looks about every second for sweeps none of whose runs is
active, and either continues the best trials or ends the sweep, in one transaction. Nothing is kept in memory:
any process may die at any moment.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.db import transaction
from django.db.models import RestrictedError
from django.utils import timezone

from accounts.principals import Principal
from accounts.services import audit
from annotations.models import Snapshot
from core import events
from core.errors import BadInput, Conflict, FieldError
from projects.models import Project
from training import trials
from training.checks import Problems
from training.models import ACTIVE, Artifact, Priority, Run, RunStatus, Sweep, Workflow, WorkflowVersion
from training.rungs import promoted, unfinished
from training.selectors import sweep_rows
from training.services import starting
from training.services.ingestion import announce_status
from training.services.origins import artifacts_spoken, user_of
from training.services.runs import stop
from training.services.workflows import context_of, current_version
from training.specification import WATCHED, check_metric, merge, resolve
from training.sweep_serializers import sweep_event
from training.trials import MOST_RUNS, Parameter, Trial

FACTOR, LARGEST_FACTOR = 3, 10
MOST_STEPS = 10_000_000
logger = logging.getLogger(__name__)


def create_sweep(principal: Principal, project: Project, asked: dict[str, Any]) -> Sweep:
    """A sweep with all its runs queued. Raises BadInput naming each wrong field, Unusable where there is
    nothing to train on.
    """
    settings = starting.settings_of({key: asked.get(key) for key in ("hardware", "checkpoints")})
    version = current_version(_workflow(project, asked["workflow"]))
    chosen = starting.chosen_snapshot(project, asked.get("snapshot"))
    plan = _plan(project, version, chosen, asked)
    snapshot = chosen or starting.current_snapshot(principal, project)
    starting.check_data(snapshot)
    with transaction.atomic():
        sweep = Sweep.objects.create(
            project=project,
            workflow_version=version,
            snapshot=snapshot,
            name=asked["name"].strip(),
            method=asked["method"],
            parameters=asked["parameters"],
            metric=asked.get("metric") or WATCHED[project.task],
            max_runs=len(plan),
            seed=asked.get("seed", 0),
            halving=asked.get("halving"),
            hardware=settings["hardware"],
            checkpoints=settings["checkpoints"],
            priority=asked.get("priority", Priority.NORMAL),
            created_by=principal.user,
        )
        audit(principal, "sweep.start", "sweep", sweep.pk, project.workspace_id, {"name": sweep.name})
        limits = {"steps": sweep.halving["first_steps"]} if sweep.halving else {}
        runs = [
            starting.queue_run(
                principal,
                version,
                snapshot,
                spec,
                {**settings, "limits": limits},
                name=f"{sweep.name} {number}",
                priority=sweep.priority,
                sweep=sweep,
                trial=trial,
            )
            for number, (trial, spec) in enumerate(plan, 1)
        ]
        if sweep.halving:
            sweep.state = {"rungs": [{**limits, "runs": [str(run.pk) for run in runs]}]}
            sweep.save(update_fields=["state"])
        announce_status(*runs)
        announce(sweep)
    return sweep


def cancel_sweep(principal: Principal, sweep: Sweep) -> Sweep:
    """End a sweep and whichever of its runs is active; raises Conflict where it has ended."""
    with transaction.atomic():
        locked = Sweep.objects.select_for_update().get(pk=sweep.pk)
        if locked.status != Sweep.Status.RUNNING:
            raise Conflict(f"The sweep has ended already: it is {locked.status}.")
        active = list(locked.runs.select_for_update().filter(status__in=ACTIVE))
        for run in active:
            stop(run)
        announce_status(*active)
        audit(principal, "sweep.cancel", "sweep", sweep.pk, sweep.project.workspace_id)
        _end(locked, Sweep.Status.CANCELLED)
    return locked


def delete_sweep(principal: Principal, sweep: Sweep) -> None:
    """Remove a sweep with its runs. Raises Conflict while one works or something is built on one."""
    sweep_id = sweep.pk
    try:
        with transaction.atomic():
            locked = Sweep.objects.select_for_update().get(pk=sweep.pk)
            active = locked.runs.filter(status__in=ACTIVE).exists()
            if locked.status == Sweep.Status.RUNNING or active:
                raise Conflict("The sweep is still at work; cancel it first.")
            made = Artifact.objects.filter(run__sweep=locked).values_list("pk", flat=True)
            user = user_of(locked.project_id, artifacts_spoken(made))
            if user:
                raise Conflict(f"{user} needs an artifact of this sweep; wait for its end, or cancel it.")
            locked.delete()
            workspace = sweep.project.workspace_id
            audit(principal, "sweep.delete", "sweep", sweep_id, workspace, {"name": sweep.name})
    except RestrictedError as error:
        raise Conflict("A deployment uses an artifact of this sweep; delete the deployment first.") from error


def advance_all() -> None:
    """Go on with every sweep that waits for nothing; one that fails does not stop the others."""
    working = Run.objects.filter(status__in=ACTIVE, sweep__isnull=False).values("sweep_id")
    due = Sweep.objects.filter(status=Sweep.Status.RUNNING).exclude(pk__in=working)
    for sweep_id in due.values_list("pk", flat=True):
        try:
            advance(sweep_id)
        except Exception:
            logger.exception("sweep %s could not go on", sweep_id)


@transaction.atomic
def advance(sweep_id: uuid.UUID) -> None:
    """Continue a sweep whose runs have all ended, or end it. Doing it twice does nothing the second time."""
    sweep = Sweep.objects.select_for_update().filter(pk=sweep_id, status=Sweep.Status.RUNNING).first()
    if sweep is None:
        return
    runs = {str(run.pk): run for run in sweep.runs.select_for_update()}
    if any(run.is_active for run in runs.values()):
        return
    if sweep.halving and _next_rung(sweep, sweep.halving["factor"], runs):
        announce(sweep)
        return
    succeeded = any(run.status == RunStatus.SUCCEEDED for run in runs.values())
    _end(sweep, Sweep.Status.SUCCEEDED if succeeded else Sweep.Status.FAILED)


def announce(sweep: Sweep) -> None:
    """Tell the project's watchers; call it last in the transaction."""
    shown = sweep_rows().get(pk=sweep.pk)
    events.emit(f"project:{sweep.project_id}", "sweep", {"sweep": sweep_event(shown)})


def _next_rung(sweep: Sweep, factor: int, runs: dict[str, Run]) -> bool:
    """Queue the best trials of the last rung again, for more steps; False where none has more to do."""
    last = sweep.state["rungs"][-1]
    best = promoted(last["runs"], runs, sweep.metric, factor)
    going_on = [run for run in best if unfinished(run)]
    if not going_on:
        return False
    steps = min(last["steps"] * factor, MOST_STEPS)
    sweep.state["rungs"].append({"steps": steps, "runs": [str(run.pk) for run in best]})
    sweep.save(update_fields=["state", "updated_at"])
    for run in going_on:
        limits = {**run.limits, "steps": steps}
        starting.queue_again(run, limits=limits, total_steps=starting.steps_to_do(run.spec, limits))
    announce_status(*going_on)
    return True


def _end(sweep: Sweep, status: str) -> None:
    sweep.status, sweep.finished_at = status, timezone.now()
    sweep.save(update_fields=["status", "finished_at", "updated_at"])
    announce(sweep)


def _workflow(project: Project, workflow_id: uuid.UUID) -> Workflow:
    workflow = Workflow.objects.filter(pk=workflow_id, project=project, deleted_at=None).first()
    if workflow is None:
        message = "the project has no workflow of this id"
        raise BadInput(f"workflow: {message}", [FieldError("workflow", message)])
    return workflow


def _plan(
    project: Project, version: WorkflowVersion, snapshot: Snapshot | None, asked: dict[str, Any]
) -> list[tuple[Trial, dict[str, Any]]]:
    """Every trial with its resolved spec; what is wrong is said of every field at once."""
    problems = Problems()
    parameters = trials.parameters_of(asked["parameters"], problems)
    names = [entry["name"] for entry in snapshot.classes if not entry.get("ignore")] if snapshot else None
    context = context_of(project, names)
    if asked.get("metric"):
        check_metric(asked["metric"], context, "metric", problems)
    _check_halving(asked, problems)
    problems.stop()

    def resolved(trial: Trial, fields: dict[str, str]) -> dict[str, Any] | None:
        try:
            return resolve(merge(version.spec, trials.nested(trial)), context)
        except BadInput as error:
            known = set(problems.errors)
            problems.errors.extend(
                error for error in trials.renamed(error.errors, trial, fields) if error not in known
            )
            return None

    for index, parameter in enumerate(parameters):
        for part, value in trials.edges(parameter):
            resolved({parameter["path"]: value}, {parameter["path"]: f"parameters.{index}.{part}"})
    problems.stop()
    fields = {parameter["path"]: f"parameters.{index}" for index, parameter in enumerate(parameters)}
    plan = [(trial, resolved(trial, fields)) for trial in _trials(parameters, asked)]
    problems.stop()
    found = [(trial, spec) for trial, spec in plan if spec is not None]
    _check_first_steps(found, asked, problems)
    problems.stop()
    return found


def _trials(parameters: list[Parameter], asked: dict[str, Any]) -> list[Trial]:
    most = asked.get("max_runs")
    if asked["method"] != Sweep.Method.GRID:
        return trials.drawn(parameters, most or MOST_RUNS, asked.get("seed", 0))
    size = trials.grid_size(parameters)
    if size > (most or MOST_RUNS):
        message = f"the grid has {size} combinations; allow as many (up to {MOST_RUNS}) or take fewer values"
        raise BadInput(f"max_runs: {message}", [FieldError("max_runs", message)])
    return trials.grid(parameters)


def _check_halving(asked: dict[str, Any], problems: Problems) -> None:
    """Fill `halving` in, which only that method has."""
    if asked["method"] != Sweep.Method.HALVING:
        if asked.get("halving") is not None:
            problems.add("halving", f"goes with the method halving, not with {asked['method']}")
        if asked["method"] == Sweep.Method.RANDOM and not asked.get("max_runs"):
            problems.add("max_runs", "is required: how many trials to draw")
        return
    if not asked.get("max_runs"):
        problems.add("max_runs", "is required: how many trials to begin with")
    given = problems.mapping(asked.get("halving"), "halving", ["factor", "first_steps"])
    if "first_steps" not in given:
        problems.add("halving.first_steps", "is required: how long every trial runs before the best go on")
        return
    asked["halving"] = {
        "factor": problems.number(
            given.get("factor", FACTOR), "halving.factor", whole=True, low=2, high=LARGEST_FACTOR
        ),
        "first_steps": problems.number(
            given["first_steps"], "halving.first_steps", whole=True, low=1, high=MOST_STEPS
        ),
    }


def _check_first_steps(plan: list[tuple[Trial, Any]], asked: dict[str, Any], problems: Problems) -> None:
    """Halving a sweep whose trials are at their end after the first steps would choose nothing."""
    if asked["method"] != Sweep.Method.HALVING:
        return
    steps = [spec["hyperparameters"].get("steps") for _, spec in plan if not _in_epochs(spec)]
    if steps and asked["halving"]["first_steps"] >= min(steps):
        problems.add("halving.first_steps", f"must be less than the {min(steps)} steps of the whole run")


def _in_epochs(spec: dict[str, Any]) -> bool:
    return spec["hyperparameters"].get("epochs") is not None
