from django.urls import path

from deployments.views import predict, predict_jobs, snippets

urlpatterns = [
    path("deployments/<uuid:deployment_id>/predict/batch", predict.BatchView.as_view()),
    path("deployments/<uuid:deployment_id>/snippets", snippets.SnippetsView.as_view()),
    path("deployments/<uuid:deployment_id>/openapi", snippets.OpenApiView.as_view()),
    path("deployments/<uuid:deployment_id>/jobs", predict_jobs.PredictionJobsView.as_view()),
    path(
        "deployments/<uuid:deployment_id>/jobs/<uuid:job_id>/file",
        predict_jobs.PredictionJobFileView.as_view(),
    ),
]
