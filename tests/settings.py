"""The platform's settings in a data folder that goes away with the test run.

A module of its own because pytest-django reads the settings before any conftest.
"""

import os
import tempfile

_data = tempfile.TemporaryDirectory(prefix="tessera-test-", ignore_cleanup_errors=True)
os.environ["TESSERA_DATA_DIR"] = _data.name
os.environ.setdefault("TESSERA_SECRET_KEY", "a-secret-of-the-tests-only")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from tessera.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Processes that a test starts are the platform's own.
os.environ["DJANGO_SETTINGS_MODULE"] = "tessera.settings"
