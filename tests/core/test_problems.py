"""Every error leaves as RFC 9457."""

import pytest

pytestmark = pytest.mark.django_db


def check(answer, status):
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/problem+json")
    body = answer.json()
    assert body["status"] == status
    assert body["title"] and body["detail"] and body["type"].startswith("urn:tessera:problem:")
    return body


def test_no_credentials(anonymous):
    answer = anonymous.get("/api/v1/workspaces")
    check(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_method_that_is_not_there(api):
    body = check(api.put("/api/v1/workspaces", {}), 405)
    assert body["title"] == "Method not allowed" and "PUT" in body["detail"]


def test_unknown_address(api):
    check(api.get("/api/v1/nothing/here"), 404)


def test_field_is_named(api, workspace):
    body = check(
        api.post(f"/api/v1/workspaces/{workspace.pk}/api-keys", {"name": "x", "scopes": ["fly"]}), 400
    )
    assert body["errors"][0]["field"].startswith("scopes")


def test_body_that_is_not_json(api):
    check(api.post("/api/v1/workspaces", "{", content_type="application/json"), 400)


@pytest.mark.parametrize(
    "body", ['{"name": "\\ud800"}', '{"\\uD83D": 1}', '{"name": [{"a": "\\udc00\\ud83d"}]}']
)
def test_text_that_no_encoding_can_write(api, body):
    check(api.post("/api/v1/workspaces", body, content_type="application/json"), 400)


def test_a_key_that_no_encoding_can_write_is_named(api, workspace):
    new = {"workspace": str(workspace.pk), "name": "Park", "task": "semantic", "media": "image"}
    project = api.post("/api/v1/projects", new, format="json").json()["id"]
    body = '{"name": "x", "spec": {"architecture": "segformer", "\\ud83d": 1}}'
    url = f"/api/v1/projects/{project}/workflows"
    answer = check(api.post(url, body, content_type="application/json"), 400)
    assert answer["errors"][0]["field"] == "spec.\\ud83d"


def test_a_whole_pair_is_text(api, workspace):
    body = (
        f'{{"workspace": "{workspace.pk}", "name": "\\ud83d\\ude00", "task": "semantic", "media": "image"}}'
    )
    answer = api.post("/api/v1/projects", body, content_type="application/json")
    assert answer.status_code == 201 and answer.json()["name"] == "\N{GRINNING FACE}"


def test_unknown_media(api):
    check(api.post("/api/v1/workspaces", "x", content_type="text/plain"), 415)


def test_method_that_is_not_there(api):
    check(api.delete("/api/v1/workspaces"), 405)


@pytest.mark.parametrize("limit", ["0", "-1", "many", "²", "٣"])
def test_bad_limit(api, limit):
    assert check(api.get(f"/api/v1/workspaces?limit={limit}"), 400)["errors"][0]["field"] == "limit"
