from django.urls import path

from deployments.views import predict

urlpatterns = [
    path("deployments/<uuid:deployment_id>/predict/batch", predict.BatchView.as_view()),
]
