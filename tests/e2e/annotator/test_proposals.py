"""What a model proposes is gone through by key: accepted, rejected, accepted all at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from playwright.sync_api import expect

from tests import stack as stacks
from tests.e2e.annotator.conftest import Annotator

# As the job leaves them; training and deploying a model takes minutes, and has tests of its own.
PROPOSE = """
import sys, uuid, django
django.setup()
from annotations.proposal_models import Proposal
from projects.models import Asset
asset, label_class = Asset.objects.get(pk=sys.argv[1]), sys.argv[2]
model = dict(deployment=uuid.uuid4(), deployment_name="m", version=1, artifact=uuid.uuid4())
for number, score in enumerate((0.9, 0.8, 0.7, 0.3)):
    box = [20 + 90 * number, 40, 60, 60]
    Proposal.objects.create(asset=asset, label_class_id=label_class, kind="bbox", geometry=box, bbox=box,
                            area=3600, score=score, **model)
Asset.objects.filter(pk=asset.pk).update(proposal_count=4, uncertainty=0.5)
"""


def test_proposals_are_gone_through_by_key(annotator: Callable[..., Annotator], stack: stacks.Stack) -> None:
    picture = annotator("instance")
    page = picture.page
    environment = {**stack.environment, "DJANGO_SETTINGS_MODULE": "tessera.settings"}
    command = [sys.executable, "-c", PROPOSE, picture.opened, picture.classes["window"]]
    subprocess.run(command, env=environment, check=True, timeout=60)
    page.reload()
    picture.saved()
    page.get_by_role("tab", name="Proposed").click()
    rows = page.get_by_role("list", name="Proposals").get_by_role("listitem")
    expect(rows).to_have_count(3)
    # The surest comes first.
    picture.press("j")
    expect(rows.first).to_have_attribute("data-active", "true")
    picture.press("y")
    expect(rows).to_have_count(2)
    picture.press("Shift+X")
    expect(rows).to_have_count(1)
    picture.press("Shift+Y")
    expect(rows).to_have_count(0)
    page.get_by_role("button", name="Reject 1 other").click()
    expect(page.get_by_role("tab", name="Proposed")).to_have_count(0)
    picture.objects(2)
    shapes = sorted(picture.shapes(), key=lambda shape: shape["score"], reverse=True)
    assert [shape["bbox"][0] for shape in shapes] == [20, 200]
    assert {shape["source"] for shape in shapes} == {"model"}
