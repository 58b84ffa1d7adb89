from django.urls import path

from training.consumers import ProjectConsumer, RunConsumer

websocket_urlpatterns = [
    path("ws/runs/<uuid:subject_id>", RunConsumer.as_asgi()),
    path("ws/projects/<uuid:subject_id>", ProjectConsumer.as_asgi()),
]
