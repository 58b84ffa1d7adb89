from django.urls import path

from deployments.views import deployments, exports, predict, prelabel, registry, traffic

urlpatterns = [
    path("projects/<uuid:project_id>/registry", registry.RegistryView.as_view()),
    path("projects/<uuid:project_id>/deployments", deployments.DeploymentsView.as_view()),
    path("projects/<uuid:project_id>/prelabel", prelabel.PrelabelView.as_view()),
    path("deployments/<uuid:deployment_id>", deployments.DeploymentView.as_view()),
    path("deployments/<uuid:deployment_id>/versions", deployments.VersionsView.as_view()),
    path("deployments/<uuid:deployment_id>/rollback", deployments.RollbackView.as_view()),
    path("deployments/<uuid:deployment_id>/canary", deployments.CanaryView.as_view()),
    path("deployments/<uuid:deployment_id>/shadow", deployments.ShadowView.as_view()),
    path("deployments/<uuid:deployment_id>/promote", deployments.PromoteView.as_view()),
    path("deployments/<uuid:deployment_id>/stop", deployments.StopView.as_view()),
    path("deployments/<uuid:deployment_id>/start", deployments.StartView.as_view()),
    path("deployments/<uuid:deployment_id>/stats", deployments.StatsView.as_view()),
    path("deployments/<uuid:deployment_id>/metrics", traffic.MetricsView.as_view()),
    path("deployments/<uuid:deployment_id>/logs", traffic.LogsView.as_view()),
    path("deployments/<uuid:deployment_id>/drift", traffic.DriftView.as_view()),
    path("deployments/<uuid:deployment_id>/samples", traffic.SamplesView.as_view()),
    path("deployments/<uuid:deployment_id>/predict", predict.PredictView.as_view()),
    path("artifacts/<uuid:artifact_id>/exports", exports.ExportsView.as_view()),
    path("artifacts/<uuid:artifact_id>/exports/options", exports.ExportOptionsView.as_view()),
    path("artifacts/<uuid:artifact_id>/exports/<uuid:job_id>", exports.ExportView.as_view()),
    path("artifacts/<uuid:artifact_id>/exports/<uuid:job_id>/file", exports.ExportFileView.as_view()),
    path("artifacts/<uuid:artifact_id>/tradeoffs", exports.TradeoffsView.as_view()),
]
