"""`tessera up`."""

from __future__ import annotations

import sys

import click

from tessera.supervisor import environment, up


@click.command("up")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option(
    "--port", default=8000, show_default=True, help="The platform's one public port; 0 for any free."
)
@click.option("--data", help="Folder for everything it keeps  [default: $TESSERA_DATA_DIR or ./tessera-data]")
def up_command(host: str, port: int, data: str | None) -> None:
    """Run the whole platform in the foreground; Ctrl-C stops all of it.

    Without further settings it keeps everything in one folder. DATABASE_URL and REDIS_URL, where set, take
    the place of SQLite and the file broker.
    """
    try:
        sys.exit(up.up(environment.data_dir(data), host, port))
    except up.CannotStart as reason:
        raise click.ClickException(str(reason)) from None
