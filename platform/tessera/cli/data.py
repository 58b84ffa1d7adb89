"""`tessera upload`, `import` and `export`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tessera.cli.remote import api_from_environment, bar, console, says_problems
from tessera.client import steps, uploads

EXISTING = click.Path(exists=True, path_type=Path)


@click.command("upload")
@click.argument("project")
@click.argument("paths", nargs=-1, required=True, type=EXISTING)
@says_problems
def upload_command(project: str, paths: tuple[Path, ...]) -> None:
    """Upload images and videos, folders of them, or ZIPs, to a PROJECT (name or id).

    Of folders, videos are taken where the project is for videos or for both. Broken off, the same command
    goes on: large files and ZIPs where they were, and what is there already is not stored twice.

    Ends with exit code 1 when a file was rejected; the others are uploaded all the same.
    """
    api = api_from_environment()
    target = steps.find_project(api, project)
    files = steps.image_files(paths, videos=target["media"] != "image")
    with bar("uploading") as progress:
        results = list(uploads.upload(api, target["id"], files, progress))
    rejected = [result for result in results if result["status"] == "rejected"]
    for result in rejected:
        console.print(f"rejected {result['name']}: {result['error']}", style="red", markup=False)
    unpacked = [result for result in results if result.get("unpacked")]
    skipped = [(result["name"], skip) for result in unpacked for skip in result["unpacked"]["skipped"]]
    for name, skip in skipped:
        console.print(f"skipped {name}/{skip['item']}: {skip['reason']}", style="yellow", markup=False)
    for result in unpacked:
        held = result["unpacked"]
        click.echo(f"{result['name']}: {held['assets']} new, {held['duplicates']} were there already")
    click.echo(f"{len(results) - len(rejected)} of {len(files)} files are in {target['name']}")
    sys.exit(1 if rejected or skipped or not files else 0)


@click.command("import")
@click.argument("project")
@click.argument("file", type=EXISTING)
@click.option("--format", "format_name", required=True, help="For instance coco, cvat or yolo_seg.")
@click.option("--create-classes/--known-classes", default=True, help="Make classes that the project lacks.")
@says_problems
def import_command(project: str, file: Path, format_name: str, create_classes: bool) -> None:
    """Import annotations (JSON, PNG or ZIP) into a PROJECT (name or id)."""
    api = api_from_environment()
    target = steps.find_project(api, project)
    with bar("importing") as progress:
        result = steps.import_file(api, target["id"], file, format_name, create_classes, progress)
    for skipped in result["skipped"]:
        console.print(f"skipped {skipped['item']}: {skipped['reason']}", style="yellow", markup=False)
    click.echo(json.dumps(result))


@click.command("export")
@click.argument("project")
@click.option("--format", "format_name", required=True, help="For instance coco.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write.")
@click.option("--snapshot", help="Id of a snapshot; else the project's current state.")
@says_problems
def export_command(project: str, format_name: str, out: Path, snapshot: str | None) -> None:
    """Export the annotations of a PROJECT (name or id) into a file."""
    api = api_from_environment()
    target = steps.find_project(api, project)
    with bar("exporting") as progress:
        size = steps.export(api, target["id"], format_name, snapshot, out, progress)
    click.echo(f"{out}: {size} bytes")
