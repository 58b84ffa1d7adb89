"""The command line. Commands are loaded when they are called: `tessera up` must stay small."""

from __future__ import annotations

import importlib
import sys

import click

# Name → module in this package, and the line of `tessera --help`.
COMMANDS = {
    "up": ("up", "Run the whole platform in the foreground."),
    "init": ("init", "Make the first owner, a workspace and an API key."),
    "demo": ("demo", "Do the whole main job on a sample data set."),
    "doctor": ("doctor", "Check this machine and say what to do about what is missing."),
    "upload": ("data", "Upload images to a project."),
    "import": ("data", "Import annotations into a project."),
    "export": ("data", "Export a project's annotations."),
    "train": ("learning", "Start a training run."),
    "watch": ("learning", "Watch a training run until it ends."),
    "deploy": ("serving", "Deploy an artifact and wait until it answers."),
    "predict": ("serving", "Segment an image with a deployment."),
}
# What `python manage.py` offers too: the commands that are about this machine.
SERVER_COMMANDS = ("up", "init", "demo", "doctor")


class Lazy(click.Group):
    """Knows its commands by name; imports one when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"tessera.cli.{COMMANDS[name][0]}")
        command = getattr(module, f"{name}_command")
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Lazy)
@click.version_option(package_name="tessera")
def group() -> None:
    """Label images, train segmentation models, judge them and serve them.

    The commands from `upload` on speak to a running platform: TESSERA_URL says where it is
    (http://127.0.0.1:8000 by default), TESSERA_API_KEY who you are.
    """


def main(arguments: list[str] | None = None) -> None:
    group.main(args=sys.argv[1:] if arguments is None else arguments, prog_name="tessera")
