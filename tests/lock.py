"""Prints constraints.txt: the installed version of everything the project and its test set-up need.

Run it by `make lock` after changing versions in the environment.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

HEAD = """\
# Exact versions of everything that `pip install -e '.[dev]'` needs: a set-up today and one in a year agree.
# Made by `make lock` from the environment in use. torch has no build tag: each machine takes its own.
"""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(requirements: list[Requirement]) -> dict[str, str]:
    """Versions of the requirements and of all that they require here, by normalised name."""
    versions: dict[str, str] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while requirements:
        requirement = requirements.pop()
        key = (normal(requirement.name), tuple(sorted(requirement.extras)))
        if key in seen:
            continue
        seen.add(key)
        try:
            found = distribution(requirement.name)
        except PackageNotFoundError:
            continue
        versions[key[0]] = found.version.split("+")[0]
        for text in found.requires or []:
            needed = Requirement(text)
            extras = ["", *requirement.extras]
            if not needed.marker or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                requirements.append(needed)
    return versions


def main() -> None:
    with (Path(__file__).parents[1] / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    wanted = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["dev"]
    wanted += project["build-system"]["requires"]
    versions = installed([Requirement(text) for text in wanted])
    print(HEAD + "\n".join(f"{name}=={version}" for name, version in sorted(versions.items())))


if __name__ == "__main__":
    main()
