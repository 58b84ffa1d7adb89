"""The Open Inference Protocol, at the root of the web server where its clients look for it."""

from django.urls import path

from deployments.views import protocol

urlpatterns = [
    path("v2", protocol.ServerView.as_view()),
    path("v2/", protocol.ServerView.as_view()),
    path("v2/health/live", protocol.LiveView.as_view()),
    path("v2/health/ready", protocol.ReadyView.as_view()),
]
for model in ("v2/models/<str:name>", "v2/models/<str:name>/versions/<str:version>"):
    urlpatterns += [
        path(model, protocol.ModelView.as_view()),
        path(f"{model}/ready", protocol.ModelReadyView.as_view()),
        path(f"{model}/infer", protocol.InferView.as_view()),
    ]
