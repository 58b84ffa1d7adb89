"""Every address of the platform."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from tessera import dashboard, health

api: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("projects.urls")),
    path("", include("annotations.urls")),
    path("", include("training.urls")),
    path("", include("deployments.urls")),
    path("", include("deployments.predict_urls")),
    path("", include("deployments.assist_urls")),
    path("schema", SpectacularAPIView.as_view()),
]

urlpatterns = [
    path("api/v1/", include(api)),
    path("", include("deployments.protocol_urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    re_path(r"^(?!api/|v2/|ws/|static/).*$", dashboard.page),
]

handler400 = "core.http.problems.bad_request"
handler403 = "core.http.problems.forbidden"
handler404 = "core.http.problems.not_found"
handler500 = "core.http.problems.server_error"
