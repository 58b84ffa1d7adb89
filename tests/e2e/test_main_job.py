"""The whole main job, in the browser alone: from the first visit to masks from an endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tessera.sample import dataset
from tests import stack as stacks
from tests.stack import EMAIL, PASSWORD

IMAGES = 14
TRAINING_MS = 240_000
DEPLOYING_MS = 180_000


@pytest.fixture(scope="module")
def stack() -> Iterator[stacks.Stack]:
    """One that nobody has used: the first visit is part of the job."""
    with stacks.running() as running:
        yield running


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    dataset.write(folder, count=IMAGES)
    return folder


@pytest.fixture
def step(page: Page) -> Callable[[str], Locator]:
    """A link of the project's tab bar."""
    return lambda name: page.get_by_role("navigation", name="Project").get_by_role(
        "link", name=name, exact=True
    )


def test_the_main_job(page: Page, sample: Path, step: Callable[[str], Locator]) -> None:
    first_visit(page)
    create_project(page)
    a_colleague_joins(page)
    step("Classes").click()
    for name in dataset.COLOURS:
        add_class(page, name)
    step("Data").click()
    upload(page, sample)
    step("Import & export").click()
    import_labels(page, sample)
    step("Data").click()
    labels_are_drawn(page)
    step("Training").click()
    start_training(page)
    curves_move_and_survive_a_reload(page)
    open_best_artifact(page)
    evaluation_is_shown(page)
    images_are_looked_at(page)
    deploy(page)
    try_it(page, sample)
    sign_out_and_in(page)


def first_visit(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Your name").fill("Olive Owner")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Create owner account").click()
    expect(page.get_by_text("Use at least 8 characters.")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create owner account").click()
    expect(page.get_by_text("No projects yet")).to_be_visible()


def create_project(page: Page) -> None:
    page.get_by_role("button", name="New project").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Garden")
    dialog.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("Drop images here")).to_be_visible()


def a_colleague_joins(page: Page) -> None:
    """Through the link of an invitation, in a browser that has never been here."""
    garden = page.url
    page.goto("/members")
    page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Email").fill("anna@example.com")
    dialog.get_by_role("button", name="Invite").click()
    link = re.search(r"https?://\S+/join\?token=\S+", dialog.get_by_text("/join?token=").first.inner_text())
    assert link, "no link to pass on"
    browser = page.context.browser
    assert browser
    other = browser.new_context()
    try:
        theirs = other.new_page()
        theirs.goto(link.group())
        theirs.get_by_label("Your name").fill("Anna Annotator")
        theirs.get_by_label("Password").fill(PASSWORD)
        theirs.get_by_role("button", name="Join").click()
        expect(theirs.get_by_role("list", name="Projects").get_by_role("link", name="Garden")).to_be_visible()
    finally:
        other.close()
    page.goto(garden)


def add_class(page: Page, name: str) -> None:
    page.get_by_role("button", name="New class").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Add class").click()
    expect(page.get_by_role("list", name="Classes").get_by_text(name)).to_be_visible()


def upload(page: Page, sample: Path) -> None:
    """Many at once, one of them broken: it is named, and the others land."""
    broken = sample / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 this is no picture")
    files = [*sorted((sample / "images").glob("*.jpg")), broken]
    page.get_by_label("Upload images", exact=True).set_input_files(files)
    expect(page.get_by_text(f"Upload finished: {IMAGES} files uploaded, 1 failed")).to_be_visible(
        timeout=60_000
    )
    outcome = (
        page.get_by_role("list", name="Uploaded files").get_by_role("listitem").filter(has_text="broken.jpg")
    )
    expect(outcome.get_by_role("alert")).not_to_be_empty()
    expect(page.locator("[data-asset]")).to_have_count(IMAGES)


def import_labels(page: Page, sample: Path) -> None:
    page.get_by_label("Import file", exact=True).set_input_files(sample / "annotations.json")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Import finished")).to_be_visible(timeout=60_000)


def labels_are_drawn(page: Page) -> None:
    expect(page.locator("[data-asset] img[src*=overlay]")).to_have_count(IMAGES)
    overlay = page.locator("[data-asset] img[src*=overlay]").first
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=overlay.element_handle())


def start_training(page: Page) -> None:
    page.get_by_role("link", name="New training").first.click()
    page.get_by_label("From scratch").check()
    page.get_by_role("combobox", name="Input size").click()
    page.get_by_role("option", name=re.compile("^128 × 128")).click()
    node = page.get_by_role("tablist", name="Workflow").get_by_role("tab")
    node.filter(has_text="steps").click()
    page.get_by_label("Steps", exact=True).fill("60")
    page.get_by_label("Batch size", exact=True).fill("0")
    # Said while one types, at the field that is wrong and at its node; nothing starts.
    expect(page.get_by_label("Batch size", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(node.filter(has_text="steps").get_by_role("img", name="1 field needs a change")).to_be_visible()
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_label("Batch size", exact=True)).to_be_focused()
    page.get_by_label("Batch size", exact=True).fill("2")
    page.get_by_label("Evaluate every", exact=True).fill("20")
    expect(page.get_by_text("Ready to train")).to_be_visible()
    page.get_by_role("button", name="Start training").click()
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}$"))


def curves_move_and_survive_a_reload(page: Page) -> None:
    steps = page.get_by_text(re.compile(r"^\d+ / 60$"))
    expect(steps).to_be_visible(timeout=TRAINING_MS)
    page.wait_for_function(
        "text => Number(document.body.innerText.match(/(\\d+) \\/ 60/)?.[1] ?? 0) >= 5", timeout=TRAINING_MS
    )
    before = last_step(page)
    page.wait_for_timeout(1500)
    assert last_step(page) > before, "the curves stand still"
    page.reload()
    expect(page.get_by_role("img", name=re.compile("[Ll]oss.* by step"))).to_be_visible()
    assert first_step(page) <= 1, "the beginning of the curve is gone"
    expect(page.get_by_role("heading", level=1)).to_contain_text("succeeded", timeout=TRAINING_MS)
    assert last_step(page) == 60
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_role("log", name="Log")).to_contain_text("Step 60")


def last_step(page: Page) -> int:
    return step_under_cursor(page, 0.999)


def first_step(page: Page) -> int:
    return step_under_cursor(page, 0.001)


def step_under_cursor(page: Page, fraction: float) -> int:
    """The step that the loss chart shows where the cursor is, between its left (0) and right (1) edge."""
    chart = page.get_by_role("img", name=re.compile("[Ll]oss.* by step"))
    plot = chart.locator(".u-over")
    box = plot.bounding_box()
    assert box
    # From elsewhere: the legend follows the mouse only when it moves.
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + 1 + (box["width"] - 2) * fraction, box["y"] + box["height"] / 2)
    shown = chart.locator(".u-series .u-value").first
    expect(shown).to_have_text(re.compile(r"^\d+$"))
    return int(shown.inner_text())


def open_best_artifact(page: Page) -> None:
    table = page.get_by_role("table", name="Artifacts")
    table.get_by_role("link", name=re.compile("step")).first.click()


def evaluation_is_shown(page: Page) -> None:
    expect(page.get_by_text("Mean IoU").first).to_be_visible()
    page.get_by_role("tab", name="Matrix").click()
    matrix = page.get_by_role("grid", name=re.compile("^Confusion matrix"))
    for label in ("background", *dataset.COLOURS):
        expect(matrix.get_by_role("rowheader", name=label)).to_be_visible()
    page.get_by_text("Counts").click()
    expect(matrix.get_by_role("gridcell").filter(has_text=re.compile(r"\d")).first).to_be_visible()
    page.get_by_role("tab", name="Evaluation").click()


def images_are_looked_at(page: Page) -> None:
    """The worst image layer by layer, to the annotator and back, and out again by the keyboard alone."""
    artifact = page.url
    page.get_by_role("link", name="Open the viewer").click()
    for layer in ("Image", "Truth", "Prediction", "Errors"):
        pane = page.get_by_role("figure", name=re.compile(f"^{layer} of "))
        picture = pane.locator("img")
        expect(picture).to_be_visible()
        page.wait_for_function(
            "image => image.complete && image.naturalWidth > 0", arg=picture.element_handle()
        )
        expect(pane.locator("canvas")).to_have_count(0 if layer == "Image" else 1)
    page.keyboard.press("j")
    expect(page.get_by_text(re.compile(r"^2 / \d+$"))).to_be_visible()
    seen = page.url
    page.keyboard.press("e")
    expect(page.get_by_role("link", name="Back to evaluation")).to_be_visible()
    expect(page.get_by_role("application")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(seen)
    expect(page.get_by_role("figure", name=re.compile("^Image of "))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(artifact)


def deploy(page: Page) -> None:
    page.get_by_role("link", name="Deploy", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("garden")
    dialog.get_by_role("button", name="Deploy").click()
    expect(page.get_by_text("ready", exact=True).first).to_be_visible(timeout=DEPLOYING_MS)
    expect(page.get_by_label("curl command", exact=True)).to_contain_text("/predict")


def try_it(page: Page, sample: Path) -> None:
    picture = sorted((sample / "try").glob("*.jpg"))[0]
    page.get_by_label("Image to predict", exact=True).set_input_files(picture)
    answer = page.get_by_label("JSON answer", exact=True)
    expect(answer).to_contain_text('"timing_ms"', timeout=60_000)
    expect(answer).to_contain_text('"predictions"')
    expect(page.get_by_label("Timings")).to_contain_text("round trip")


def sign_out_and_in(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/projects")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("list", name="Projects").get_by_role("link", name="Garden")).to_be_visible()
