"""Following shapes of a video over its frames, by a job: what people drew there is never replaced."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from accounts.principals import Principal
from annotations.flow import grey_of, step_between
from annotations.following import Followed, Keyframes
from annotations.geometry import GeometryError, clean_geometry, measure
from annotations.models import Annotation
from annotations.services import merging, store
from annotations.tracks import is_outside, shapes_at
from core import jobs
from core.errors import BadInput, FieldError, NotFound
from core.jobs import JobHandle
from core.models import Job
from projects.models import Asset
from projects.services.frames import check_frames, read_frames
from projects.services.review import check_open

KIND = "annotations.propagate"
ENGINES = ("flow",)
MOST_FRAMES, MOST_SHAPES = 2_000, 50
# Flow looks at frames of this size, and reads so many at once where it goes back in time.
SIDE, BLOCK = 640, 24
MACHINES = (Annotation.Source.ASSIST, Annotation.Source.MODEL)


@dataclass
class Trail:
    """A shape that is followed, and what became of it."""

    shape: dict[str, Any]
    track: uuid.UUID
    followed: Followed
    keyframes: Keyframes
    # The last frame to go to: what a person drew behind it stays.
    last: int
    reached: int
    reason: str = "done"
    ended: bool = False
    # Rows of machines on the way, which are written anew.
    replaced: list[Annotation] = field(default_factory=list)


def propagate(
    principal: Principal, asset: Asset, ids: Sequence[uuid.UUID], first: int, last: int, engine: str = "flow"
) -> Job:
    """A job that follows shapes from frame `first` to frame `last`, forwards or backwards.

    Raises BadInput naming `ids`, `from`, `to` or `engine`, Conflict where the video is approved.
    """
    check_frames(asset)
    check_open(principal, asset)
    count = asset.frames or 0
    for name, frame in (("from", first), ("to", last)):
        if not 0 <= frame < count:
            raise _bad(name, f"must be a frame of the video, 0 to {count - 1}")
    if first == last or abs(last - first) > MOST_FRAMES:
        raise _bad("to", f"must be 1 to {MOST_FRAMES} frames away from {first}")
    if engine not in ENGINES:
        raise _bad("engine", f"must be one of {', '.join(ENGINES)}")
    if not 1 <= len(set(ids)) <= MOST_SHAPES:
        raise _bad("ids", f"must be 1 to {MOST_SHAPES} shapes")
    there = {shape["id"] for shape in shapes_at(asset, first)}
    if missing := [str(key) for key in ids if str(key) not in there]:
        raise _bad("ids", f"name shapes that are not to be seen on frame {first}: {', '.join(missing[:5])}")
    return jobs.create_job(
        KIND,
        workspace_id=asset.project.workspace_id,
        project_id=asset.project_id,
        created_by=principal.user,
        payload={"asset": str(asset.pk), "ids": [str(key) for key in ids], "from": first, "to": last},
        message=f"{len(set(ids))} shapes of {asset.name} wait to be followed",
    )


def _bad(name: str, message: str) -> BadInput:
    return BadInput(f"{name} {message}.", [FieldError(name, message)])


def run_propagation(job: JobHandle) -> dict[str, Any]:
    """Do the job. All that is found lands as one revision, once however often the job is delivered."""
    asset = Asset.objects.select_related("project").filter(pk=job.payload["asset"]).first()
    user = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    if asset is None or user is None:
        raise NotFound("The video, or who asked for it, is gone.")
    first, last = job.payload["from"], job.payload["to"]
    wanted = set(job.payload["ids"])
    shapes = [shape for shape in shapes_at(asset, first) if shape["id"] in wanted]
    trails: list[Trail] = []
    before = None
    for done, (frame, picture) in enumerate(_frames(asset, first, last)):
        job.progress(
            done / (abs(last - first) + 1), f"frame {frame}: {sum(not t.ended for t in trails)} followed"
        )
        grey = grey_of(picture)
        if before is None:
            trails = [_trail(asset, shape, grey.shape[:2], first, last) for shape in shapes]
        else:
            step = step_between(before, grey)
            for trail in trails:
                _go(trail, step, frame)
        before = grey
        if trails and all(trail.ended for trail in trails):
            break
    for trail in trails:
        trail.keyframes.end()
    answer = _land(job, Principal(user), asset, trails, first)
    job.progress(1.0, "done")
    return answer


def _frames(asset: Asset, first: int, last: int) -> Iterator[tuple[int, Any]]:
    """The frames from one to the other, in that order; decoding goes forwards, so what goes back is turned in
    blocks.
    """
    if first <= last:
        yield from read_frames(asset, range(first, last + 1), SIDE)
        return
    for end in range(first, last - 1, -BLOCK):
        block = list(read_frames(asset, range(max(last, end - BLOCK + 1), end + 1), SIDE))
        yield from reversed(block)


def _trail(asset: Asset, shape: dict[str, Any], looked: tuple[int, int], first: int, last: int) -> Trail:
    kind = next(kind for kind in Annotation.Kind.values if shape.get(kind) is not None)
    followed = Followed({kind: shape[kind]}, (asset.height, asset.width), looked)
    track = uuid.UUID(shape["track"]) if shape["track"] else uuid.uuid4()
    trail = Trail(shape, track, followed, Keyframes(followed, first), last, first)
    step = 1 if last > first else -1
    keys = Annotation.objects.filter(asset=asset, track=track).defer("geometry")
    ahead = sorted(
        (key for key in keys if ((key.frame or 0) - first) * step > 0),
        key=lambda key: (key.frame or 0) * step,
    )
    for key in ahead:
        if (last - (key.frame or 0)) * step < 0:
            break
        if key.source not in MACHINES or is_outside(key):
            trail.last, trail.reason = (key.frame or 0) - step, "keyframe"
            break
        trail.replaced.append(key)
    trail.ended = trail.last == first
    return trail


def _go(trail: Trail, step: Any, frame: int) -> None:
    if trail.ended:
        return
    if (reason := trail.followed.go(step)) is not None:
        trail.reason, trail.ended = reason, True
        return
    trail.reached = frame
    trail.keyframes.add(frame)
    trail.ended = frame == trail.last


def _land(
    job: JobHandle, principal: Principal, asset: Asset, trails: list[Trail], first: int
) -> dict[str, Any]:
    create: list[dict[str, Any]] = []
    update: list[dict[str, Any]] = []
    delete: list[dict[str, Any]] = []
    told = []
    for trail in trails:
        made = list(_shapes(asset, trail))
        if made:
            create += made
            if trail.shape["interpolated"]:
                create.append(_keyframe(trail, first, _geometry(trail.shape), trail.shape["score"]))
            elif not trail.shape["track"]:
                update.append(
                    {
                        "id": uuid.UUID(trail.shape["id"]),
                        "base": trail.shape["revision"],
                        "track": trail.track,
                    }
                )
            between = sorted((first, trail.reached))
            delete += [
                {"id": key.pk, "base": key.revision}
                for key in trail.replaced
                if between[0] <= (key.frame or 0) <= between[1]
            ]
        told.append(
            {
                "id": trail.shape["id"],
                "track": str(trail.track),
                "reached": trail.reached,
                "keyframes": len(made),
                "quality": round(trail.followed.quality, 4),
                "reason": trail.reason,
            }
        )
    refused: list[Any] = []
    revision = asset.revision
    if create:
        store.check(asset)
        answer = merging.merge(principal, asset, uuid.UUID(str(job.id)), create, update, delete)
        refused, revision = answer["refused"], answer["revision"]
    return {"revision": revision, "tracks": told, "refused": len(refused)}


def _shapes(asset: Asset, trail: Trail) -> Iterator[dict[str, Any]]:
    """The keyframes that were found, cut at the edges of the picture."""
    for frame, geometry, score in trail.keyframes.found:
        try:
            cleaned = clean_geometry(geometry, asset.height, asset.width)
        except GeometryError:
            continue
        if measure(cleaned, asset.height, asset.width)[1]:
            yield _keyframe(trail, frame, cleaned, round(score, 4))


def _keyframe(trail: Trail, frame: int, geometry: dict[str, Any], score: float | None) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "class": uuid.UUID(trail.shape["class"]),
        **geometry,
        "frame": frame,
        "track": trail.track,
        "z": trail.shape["z"],
        "source": Annotation.Source.ASSIST,
        "score": score,
        "attributes": trail.shape["attributes"],
    }


def _geometry(shape: dict[str, Any]) -> dict[str, Any]:
    kind = next(kind for kind in Annotation.Kind.values if shape.get(kind) is not None)
    return {kind: shape[kind]}
