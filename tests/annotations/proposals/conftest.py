import uuid

import pytest

from annotations.services.proposing import Doubt, Guess, Model, propose
from projects.models import Asset
from tests.annotations.review.conftest import member as member


@pytest.fixture
def asset(project):
    return Asset.objects.create(project=project, name="a.jpg", width=40, height=30)


@pytest.fixture
def model():
    return Model(uuid.uuid4(), "watcher", 3, uuid.uuid4())


@pytest.fixture
def guess(classes):
    """A box that a model saw: `guess("cat", 0.9, [x, y, width, height])`."""

    def make(name, score, bbox):
        return Guess(uuid.UUID(classes[name]), score, {"bbox": bbox})

    return make


@pytest.fixture
def proposed(asset, model):
    """Propose guesses for the asset; returns what came of it."""

    def run(*guesses, **options):
        return propose(asset.pk, options.pop("model", model), guesses, Doubt(0.5, 0.25), **options)

    return run


@pytest.fixture
def ask(api, asset):
    """POST to the asset's proposals: `ask("accept", ids=[…])`."""

    def post(verb, client=None, **body):
        url = f"/api/v1/assets/{asset.pk}/proposals/{verb}"
        return (client or api).post(url, body, format="json")

    return post


@pytest.fixture
def listed(api, asset):
    def get(state="pending"):
        return api.get(f"/api/v1/assets/{asset.pk}/proposals", {"state": state}).json()["results"]

    return get


@pytest.fixture
def shapes(api, asset):
    """The asset's annotations as the API gives them."""
    return lambda: api.get(f"/api/v1/assets/{asset.pk}/annotations").json()["results"]
