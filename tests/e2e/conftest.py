"""A real platform and a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import browser as browsers
from tests import stack as stacks
from tests.services import free_port

RESULTS = Path(__file__).resolve().parents[2] / "test-results"
WAIT_MS = 20_000


@pytest.fixture(scope="session")
def stack() -> Iterator[stacks.Stack]:
    with stacks.running(free_port()) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = browsers.find()
    assert path, "no browser: run `python -m tests.browser`"
    # Chromium's sandbox wants rights that containers and root accounts do not give it.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, stack: stacks.Stack, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh session; what went wrong in the page fails the test, and leaves a picture."""
    context = browser.new_context(base_url=stack.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    page = context.new_page()
    crashes: list[str] = []
    page.on("pageerror", lambda error: crashes.append(str(error)))
    failed_before = request.session.testsfailed
    yield page
    if request.session.testsfailed > failed_before or crashes:
        RESULTS.mkdir(exist_ok=True)
        page.screenshot(path=RESULTS / f"{request.node.name}.png", full_page=True)
        (RESULTS / f"{request.node.name}.log").write_text(stack.log())
    context.close()
    assert not crashes, os.linesep.join(crashes)
