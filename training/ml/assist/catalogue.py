"""Which engines there are, which of them can answer here, and how to get the others. Loads none of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from training.ml.assist.engine import Engine
from training.ml.assist.sam_folders import Folder, folders

SETTING = "TESSERA_ASSIST_ENGINE"
WEIGHTS = "TESSERA_WEIGHTS_DIR"
AUTO = "auto"
# What the families are called, where to get them, and how good they are; the first is the best choice.
SAM_FAMILIES = {
    "sam2": ("SAM 2", "facebook/sam2.1-hiera-tiny", "best"),
    "sam_hq": ("SAM-HQ", "syscv-community/sam-hq-vit-base", "better"),
    "sam": ("SAM", "facebook/sam-vit-base", "better"),
}


@dataclass(frozen=True)
class Choice:
    """An engine as people choose it; `source` is where its weights are, `bytes` how many they are."""

    name: str
    title: str
    kind: str
    available: bool
    quality: str
    reason: str = ""
    how: str = ""
    source: str = ""
    bytes: int = 0

    def record(self) -> dict[str, Any]:
        """As the API tells it."""
        values = asdict(self)
        return {name: value for name, value in values.items() if name not in ("kind", "source", "bytes")}


CLASSICAL = Choice(
    "classical",
    "Colour and edges",
    "classical",
    True,
    "basic",
    "Needs no weights: grows over areas of like colour, up to the borders in the picture.",
)


def choices(environment: Mapping[str, str]) -> list[Choice]:
    """Every engine, best first: those with weights, the one without, and those that could be had."""
    there = folders(environment.get(WEIGHTS, ""))
    usable = [_from_folder(each) for each in there if not each.trouble]
    usable.sort(key=lambda choice: list(SAM_FAMILIES).index(choice.kind))
    wanted = environment.get(SETTING) or AUTO
    if "/" in wanted and not any(wanted.rpartition("/")[2] == choice.name for choice in usable):
        usable.insert(0, _from_hub(wanted))
    had = {choice.kind for choice in usable}
    troubled = [_troubled(each) for each in there if each.trouble]
    lacking = [_lacking(family) for family in SAM_FAMILIES if family not in had]
    return [*usable, CLASSICAL, *troubled, *lacking]


def chosen(found: Sequence[Choice], environment: Mapping[str, str]) -> Choice:
    """The engine that answers where a request names none: what the setting says where that can answer, else
    the best there is.
    """
    best = next(choice for choice in found if choice.available)
    wanted = environment.get(SETTING) or AUTO
    try:
        choice = best if wanted == AUTO else named(found, wanted.rpartition("/")[2])
    except ValueError:
        return best
    return choice if choice.available else best


def named(found: Sequence[Choice], name: str) -> Choice:
    """The engine of this name, or the best of this family. Raises ValueError."""
    fitting = [choice for choice in found if name in (choice.name, choice.kind)]
    if not fitting:
        names = ", ".join(choice.name for choice in found if choice.available)
        raise ValueError(f"there is no engine {name!r}; there are {names}")
    return next((choice for choice in fitting if choice.available), fitting[0])


def open_engine(kind: str, source: str, threads: int) -> Engine:
    """An engine that answers. Raises `Failure` where its weights do not load."""
    if kind == CLASSICAL.kind:
        from training.ml.assist.classical import Classical

        return Classical()
    from training.ml.assist.sam import Sam

    return Sam(source, threads)


def _from_folder(folder: Folder) -> Choice:
    title, _, quality = SAM_FAMILIES[folder.family]
    reason = f"Weights in {folder.path}."
    name, source = folder.name, str(folder.path)
    return Choice(name, f"{title} ({name})", folder.family, True, quality, reason, "", source, folder.bytes)


def _from_hub(hub_id: str) -> Choice:
    """A repository of the hub, of the family that its name says; what it is shows when it is loaded."""
    short = hub_id.rpartition("/")[2]
    family = next((each for each in SAM_FAMILIES if short.replace("-", "_").startswith(each)), "sam")
    title, _, quality = SAM_FAMILIES[family]
    reason = f"Weights from the model hub, as {SETTING} says."
    return Choice(short, f"{title} ({short})", family, True, quality, reason, "", hub_id)


def _troubled(folder: Folder) -> Choice:
    _, hub_id, quality = SAM_FAMILIES.get(folder.family, ("", "facebook/sam2.1-hiera-tiny", "better"))
    how = f"Take the safetensors files of the repository, or another model such as {hub_id}."
    return Choice(
        folder.name, folder.name, folder.family, False, quality, folder.trouble, how, str(folder.path)
    )


def _lacking(family: str) -> Choice:
    title, hub_id, quality = SAM_FAMILIES[family]
    how = (
        f"Put config.json and model.safetensors of {hub_id} into ${WEIGHTS}/{hub_id}/, "
        f"or set {SETTING}={hub_id} to fetch it from the model hub; then start the inference server again."
    )
    return Choice(family, title, family, False, quality, "There are no weights of it here.", how)
