"""`tessera doctor`."""

from __future__ import annotations

import sys

import click
from rich.console import Console

from tessera.cli import local

MARKS = {"ok": "[green]✓[/]", "note": "[yellow]•[/]", "broken": "[red]✗[/]"}


@click.command("doctor")
@click.option("--data", help="Data folder  [default: $TESSERA_DATA_DIR or ./tessera-data]")
def doctor_command(data: str | None) -> None:
    """Check this machine: database, broker, storage, GPUs, weights, disk, dashboard.

    Says what to do about each thing missing; exit code 1 when something is broken that Tessera cannot do
    without.
    """
    folder = local.open_folder(data)
    # Models load only once Django knows its settings.
    from tessera.checkup import every_check

    console = Console(highlight=False, soft_wrap=True)
    broken = 0
    for finding in every_check(folder):
        broken += finding.state == "broken"
        console.print(f"{MARKS[finding.state]} {finding.name:<10}", end=" ")
        console.print(finding.text, markup=False)
        if finding.remedy:
            console.print(f"             → {finding.remedy}", markup=False)
    if broken:
        console.print(f"\n{broken} of these must be repaired before Tessera can work.")
    sys.exit(1 if broken else 0)
