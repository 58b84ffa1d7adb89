from django.urls import path

from training.views import (
    artifacts,
    builder,
    catalogue,
    curves,
    evaluation_images,
    evaluations,
    runs,
    samples,
    sweeps,
    weights,
    workflows,
)

urlpatterns = [
    path("architectures", catalogue.ArchitecturesView.as_view()),
    path("hardware", catalogue.HardwareView.as_view()),
    path("projects/<uuid:project_id>/workflows", workflows.WorkflowsView.as_view()),
    path("projects/<uuid:project_id>/workflows/check", builder.WorkflowCheckView.as_view()),
    path("projects/<uuid:project_id>/workflows/import", builder.WorkflowImportView.as_view()),
    path("projects/<uuid:project_id>/augmentation-preview", builder.AugmentationPreviewView.as_view()),
    path("projects/<uuid:project_id>/weights", weights.WeightFilesView.as_view()),
    path("weights/<uuid:weights_id>", weights.WeightFileView.as_view()),
    path("projects/<uuid:project_id>/runs", runs.ProjectRunsView.as_view()),
    path("projects/<uuid:project_id>/artifacts", artifacts.ProjectArtifactsView.as_view()),
    path("workflows/<uuid:workflow_id>", workflows.WorkflowView.as_view()),
    path("workflows/<uuid:workflow_id>/diff", builder.WorkflowDiffView.as_view()),
    path("workflows/<uuid:workflow_id>/duplicate", builder.WorkflowDuplicateView.as_view()),
    path("workflows/<uuid:workflow_id>/file", builder.WorkflowFileView.as_view()),
    path("workflows/<uuid:workflow_id>/versions", workflows.WorkflowVersionsView.as_view()),
    path("workflows/<uuid:workflow_id>/runs", workflows.WorkflowRunsView.as_view()),
    path("projects/<uuid:project_id>/sweeps", sweeps.SweepsView.as_view()),
    path("sweeps/<uuid:sweep_id>", sweeps.SweepView.as_view()),
    path("sweeps/<uuid:sweep_id>/cancel", sweeps.SweepCancelView.as_view()),
    path("projects/<uuid:project_id>/runs/metrics.csv", curves.ProjectCurvesView.as_view()),
    path("runs/compare", curves.RunsCompareView.as_view()),
    path("runs/<uuid:run_id>", runs.RunView.as_view()),
    path("runs/<uuid:run_id>/metrics", runs.RunMetricsView.as_view()),
    path("runs/<uuid:run_id>/metrics.csv", curves.RunCurvesView.as_view()),
    path("runs/<uuid:run_id>/tensorboard", curves.RunTensorboardView.as_view()),
    path("runs/<uuid:run_id>/logs", runs.RunLogsView.as_view()),
    path("runs/<uuid:run_id>/cancel", runs.RunCancelView.as_view()),
    path("runs/<uuid:run_id>/resume", runs.RunResumeView.as_view()),
    path("runs/<uuid:run_id>/artifacts", runs.RunArtifactsView.as_view()),
    path("runs/<uuid:run_id>/samples", samples.RunSamplesView.as_view()),
    path(
        "runs/<uuid:run_id>/samples/<int:step>/<uuid:asset_id>/overlay.png",
        samples.RunSampleOverlayView.as_view(),
    ),
    path("artifacts/<uuid:artifact_id>", artifacts.ArtifactView.as_view()),
    path("artifacts/<uuid:artifact_id>/evaluations", evaluations.EvaluationsView.as_view()),
    path("metric-definitions", evaluations.MetricDefinitionsView.as_view()),
    path("artifacts/<uuid:artifact_id>/evaluation", evaluations.EvaluationView.as_view()),
    path("artifacts/<uuid:artifact_id>/predictions/<uuid:asset_id>", artifacts.PredictionView.as_view()),
    path("artifacts/<uuid:artifact_id>/evaluation/images", evaluation_images.EvaluationImagesView.as_view()),
    *(
        path(
            f"artifacts/<uuid:artifact_id>/predictions/<uuid:asset_id>/{kind}.png",
            evaluation_images.EvaluationPictureView.as_view(),
            {"kind": kind},
        )
        for kind in ("truth", "errors", "cell")
    ),
    *(
        path(
            f"artifacts/<uuid:artifact_id>/predictions/<uuid:asset_id>/{kind}.png",
            evaluation_images.CertaintyView.as_view(),
            {"kind": kind},
        )
        for kind in ("confidence", "entropy")
    ),
    path(
        "artifacts/<uuid:artifact_id>/predictions/<uuid:asset_id>/difference.png",
        evaluation_images.DifferenceView.as_view(),
    ),
    path("runs/<uuid:run_id>/images", evaluation_images.RunImagesView.as_view()),
    path("runs/<uuid:run_id>/images/<uuid:asset_id>", evaluation_images.RunStepsView.as_view()),
    path(
        "artifacts/<uuid:artifact_id>/predictions/<uuid:asset_id>/overlay.png",
        artifacts.PredictionOverlayView.as_view(),
    ),
]
