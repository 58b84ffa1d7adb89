"""What all commands share that speak to a running platform."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from tessera.client.api import DEFAULT_URL, Api, ApiProblem

# Progress and remarks go to stderr: stdout is for what other programs read.
console = Console(stderr=True, highlight=False)
P = ParamSpec("P")
R = TypeVar("R")


def api_from_environment() -> Api:
    """The platform that TESSERA_URL names, as the holder of TESSERA_API_KEY."""
    key = os.environ.get("TESSERA_API_KEY")
    if not key:
        raise click.ClickException(
            "TESSERA_API_KEY is not set: make a key in the dashboard, or by `tessera init`, and export it."
        )
    return Api(os.environ.get("TESSERA_URL") or DEFAULT_URL, key)


def says_problems(command: Callable[P, R]) -> Callable[P, R]:
    """Print a problem document for people, and end with exit code 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ApiProblem as problem:
            console.print("[bold red]Error:[/]", end=" ")
            console.print(str(problem), markup=False)
            sys.exit(1)

    return wrapped


@contextmanager
def bar(title: str) -> Iterator[Callable[[float, str], None]]:
    """A progress bar; call what it yields with a fraction and a message."""
    columns: list[Any] = [
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[message]}"),
    ]
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=1.0, message="")

        def update(fraction: float, message: str = "") -> None:
            progress.update(task, completed=fraction, message=message[:80])

        yield update
