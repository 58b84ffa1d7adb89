from django.urls import path

from deployments.views import deployments, exports, predict

urlpatterns = [
    path("projects/<uuid:project_id>/deployments", deployments.DeploymentsView.as_view()),
    path("deployments/<uuid:deployment_id>", deployments.DeploymentView.as_view()),
    path("deployments/<uuid:deployment_id>/versions", deployments.VersionsView.as_view()),
    path("deployments/<uuid:deployment_id>/rollback", deployments.RollbackView.as_view()),
    path("deployments/<uuid:deployment_id>/stop", deployments.StopView.as_view()),
    path("deployments/<uuid:deployment_id>/start", deployments.StartView.as_view()),
    path("deployments/<uuid:deployment_id>/stats", deployments.StatsView.as_view()),
    path("deployments/<uuid:deployment_id>/predict", predict.PredictView.as_view()),
    path("artifacts/<uuid:artifact_id>/exports", exports.ExportsView.as_view()),
    path("artifacts/<uuid:artifact_id>/exports/<uuid:job_id>/file", exports.ExportFileView.as_view()),
]
