"""A POST sent twice with one Idempotency-Key creates once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import services
from accounts.models import Workspace
from core.models import RememberedAnswer
from projects.services.projects import create_project
from tests.conftest import key_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys_url(workspace):
    return f"/api/v1/workspaces/{workspace.pk}/api-keys"


@pytest.fixture
def project(principal, workspace):
    return create_project(principal, workspace, name="Files", task="semantic")


def send(api, url, name, key="k1"):
    return api.post(url, {"name": name, "scopes": ["read"]}, HTTP_IDEMPOTENCY_KEY=key)


def test_second_answer_is_the_first_one(api, keys_url, workspace):
    before = workspace.api_keys.count()
    first, second = send(api, keys_url, "a"), send(api, keys_url, "a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == {**first.json(), "key": None}
    assert second["Idempotent-Replayed"] == "true"
    assert workspace.api_keys.count() == before + 1


def test_other_body_under_the_same_key_is_refused(api, keys_url):
    send(api, keys_url, "a")
    assert send(api, keys_url, "b").status_code == 422


def test_failed_request_is_forgotten(api, keys_url):
    assert api.post(keys_url, {"name": "a"}, HTTP_IDEMPOTENCY_KEY="k2").status_code == 400
    assert send(api, keys_url, "a", "k2").status_code == 201


def test_secrets_are_neither_stored_nor_replayed(api, keys_url):
    made = send(api, keys_url, "a").json()["key"]
    assert made not in str(RememberedAnswer.objects.get().body)
    again = send(api, keys_url, "a")
    assert (again.status_code, again.json()["key"]) == (201, None)


def test_another_key_of_the_same_person_is_another_caller(api, keys_url, owner, workspace):
    send(api, keys_url, "a")
    reader = key_client(owner, workspace, ["read"])
    assert send(reader, keys_url, "a").status_code == 403


def test_another_file_under_the_same_key_is_another_request(api, project):
    def upload(content):
        file = SimpleUploadedFile("a.png", content, "image/png")
        url = f"/api/v1/projects/{project.pk}/assets"
        return api.post(url, {"files": file}, format="multipart", HTTP_IDEMPOTENCY_KEY="k3")

    assert upload(b"one").status_code == 201
    assert upload(b"one")["Idempotent-Replayed"] == "true"
    assert upload(b"two").status_code == 422


def test_a_bug_frees_the_key(api, keys_url, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(services, "create_api_key", fail)
        assert send(api, keys_url, "a").status_code == 500
    assert send(api, keys_url, "a").status_code == 201


def test_keys_of_different_people_do_not_meet(api, other_api, keys_url):
    send(api, keys_url, "a")
    theirs = Workspace.objects.get(name="Elsewhere")
    answer = send(other_api, f"/api/v1/workspaces/{theirs.pk}/api-keys", "a")
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer
