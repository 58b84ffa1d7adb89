"""`tessera init`."""

from __future__ import annotations

import json

import click

from tessera.cli import local


@click.command("init")
@click.option("--email", required=True)
@click.option("--password", required=True)
@click.option("--workspace", default="My workspace", show_default=True)
@click.option("--data", help="Data folder  [default: $TESSERA_DATA_DIR or ./tessera-data]")
def init_command(email: str, password: str, workspace: str, data: str | None) -> None:
    """Make the first owner, a workspace and an API key with every scope; prints one JSON object.

    The same email again gets a fresh key. It can be called before, while and after the platform runs.
    """
    local.open_folder(data)
    local.migrate()
    # Models load only once Django knows its settings.
    from accounts.services import initialise
    from core.errors import TesseraError

    try:
        user, owned, key = initialise(email, password, workspace)
    except TesseraError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps({"workspace": str(owned.pk), "user": str(user.pk), "api_key": key}))
