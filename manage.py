#!/usr/bin/env python
"""Django's command line for the server half; puts `platform/` on the path."""

import os
import sys
from pathlib import Path

# Behind the script's own folder, so that the standard library's `platform` module keeps winning.
sys.path.insert(1, str(Path(__file__).resolve().parent / "platform"))

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tessera.settings")
    from tessera.cli import SERVER_COMMANDS, main

    if sys.argv[1:2] and sys.argv[1] in SERVER_COMMANDS:
        main()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
