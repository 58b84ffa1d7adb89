"""What a spec's `weights` may say. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from training.checks import MISSING, Problems

FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
WEIGHTS_ENDING = ".safetensors"
_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?"
_HUB = re.compile(rf"(?P<id>{_PART}/{_PART})(?:@(?P<revision>[A-Za-z0-9_][A-Za-z0-9_./-]{{0,199}}))?")
FORMS = (
    "must be pretrained, scratch, artifact:<id>, file:<name>.safetensors or hub:<organisation>/<name>, "
    "with @<revision> where you want one"
)


def checked(
    value: object,
    architecture: Mapping[str, Any],
    variant: str | None,
    name: str,
    problems: Problems,
    artifact_of: Callable[[str], tuple[str, str] | None],
    is_file: Callable[[str], bool],
) -> str | None:
    """The weights as a spec keeps them; None once a problem is reported at the field `name`.

    `artifact_of` gives (architecture, variant) of an artifact of the project, None where it has none of that
    id; `is_file` says whether a file is uploaded or in the weights folder.
    """
    if value is MISSING:
        return _default(architecture, variant)
    if value == "scratch":
        return "scratch"
    if value == "pretrained":
        if published(architecture, variant):
            return "pretrained"
        of = architecture["title"] if not published(architecture, None) else f"the variant {variant}"
        problems.add(name, f"there are none for {of}; choose scratch, artifact, file or hub")
        return None
    kind, _, rest = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind == "artifact" and rest:
        return _artifact(rest, architecture, variant, name, problems, artifact_of)
    if kind == "file" and rest:
        return _file(rest, name, problems, is_file)
    if kind == "hub" and rest:
        if hub_parts(rest) is None:
            problems.add(
                name, "hub:<organisation>/<name>, with @<revision> where you want one, is no such id"
            )
            return None
        return f"hub:{rest}"
    problems.add(name, FORMS)
    return None


def published(architecture: Mapping[str, Any], variant: str | None) -> bool:
    """Whether there are weights on the hub for the variant, for any of them where it is None."""
    if "pretrained" not in architecture["weights"]:
        return False
    entries = [entry for entry in architecture["variants"] if variant in (None, entry["name"])]
    return any(entry.get("hub_id") for entry in entries)


def hub_parts(text: str) -> tuple[str, str | None] | None:
    """Repository and revision of `organisation/name@revision`, None where it is no such id."""
    found = _HUB.fullmatch(text)
    if found is None or ".." in text or "--" in found["id"] or (found["revision"] or "").endswith("/"):
        return None
    return found["id"], found["revision"]


def _default(architecture: Mapping[str, Any], variant: str | None) -> str:
    first = str(architecture["weights"][0])
    if first == "pretrained" and variant is not None and not published(architecture, variant):
        return "scratch"
    return first


def _file(rest: str, name: str, problems: Problems, is_file: Callable[[str], bool]) -> str | None:
    if not FILE_NAME.fullmatch(rest) or not rest.endswith(WEIGHTS_ENDING):
        problems.add(name, f"file:<name> wants the name of a {WEIGHTS_ENDING} file")
        return None
    if not is_file(rest):
        problems.add(name, f"{rest} is neither uploaded to the project nor in the weights folder")
        return None
    return f"file:{rest}"


def _artifact(
    identifier: str,
    architecture: Mapping[str, Any],
    variant: str | None,
    name: str,
    problems: Problems,
    artifact_of: Callable[[str], tuple[str, str] | None],
) -> str | None:
    try:
        identifier = str(uuid.UUID(identifier))
    except ValueError:
        problems.add(name, "artifact:<id> wants the id of an artifact")
        return None
    found = artifact_of(identifier)
    if found is None:
        problems.add(name, "the project has no artifact of this id")
        return None
    if variant is not None and found != (architecture["name"], variant):
        problems.add(name, f"the artifact is a {found[0]} {found[1]}, not a {architecture['name']} {variant}")
        return None
    return f"artifact:{identifier}"
