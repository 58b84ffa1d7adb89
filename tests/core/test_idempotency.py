"""A POST sent twice with one Idempotency-Key creates once."""

import pytest

from accounts.models import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys_url(workspace):
    return f"/api/v1/workspaces/{workspace.pk}/api-keys"


def send(api, url, name, key="k1"):
    return api.post(url, {"name": name, "scopes": ["read"]}, HTTP_IDEMPOTENCY_KEY=key)


def test_second_answer_is_the_first_one(api, keys_url, workspace):
    before = workspace.api_keys.count()
    first, second = send(api, keys_url, "a"), send(api, keys_url, "a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Idempotent-Replayed"] == "true"
    assert workspace.api_keys.count() == before + 1


def test_other_body_under_the_same_key_is_refused(api, keys_url):
    send(api, keys_url, "a")
    assert send(api, keys_url, "b").status_code == 422


def test_failed_request_is_forgotten(api, keys_url):
    assert api.post(keys_url, {"name": "a"}, HTTP_IDEMPOTENCY_KEY="k2").status_code == 400
    assert send(api, keys_url, "a", "k2").status_code == 201


def test_keys_of_different_people_do_not_meet(api, other_api, keys_url):
    send(api, keys_url, "a")
    theirs = Workspace.objects.get(name="Elsewhere")
    answer = send(other_api, f"/api/v1/workspaces/{theirs.pk}/api-keys", "a")
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer
