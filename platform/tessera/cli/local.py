"""Commands that work on this machine's data folder with Django in their own process."""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.core.management import call_command

from tessera.supervisor.environment import data_dir, settings_environment


def open_folder(given: str | None) -> Path:
    """Load Django with the settings of a data folder; returns the folder."""
    folder = data_dir(given)
    os.environ.update(settings_environment(folder))
    django.setup()
    return folder


def migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
