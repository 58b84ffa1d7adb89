"""The end-to-end test's browser: $CHROMIUM, an installed Chromium or Chrome, or one put there now."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Path of a browser on this machine, or None."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    with sync_playwright() as playwright:
        bundled = playwright.chromium.executable_path
    return bundled if os.path.exists(bundled) else None


def install() -> None:
    """Debian's package where we may install it, Playwright's own download elsewhere."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=False)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "install", "-qy", "--no-install-recommends", "chromium"]
        if subprocess.run(command, check=False, env=environment).returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> None:
    if find() is None:
        install()
    browser = find()
    if browser is None:
        sys.exit("No browser for the tests: install Chromium, or give its path in CHROMIUM.")
    print(f"tests use {browser}")


if __name__ == "__main__":
    main()
