from django.urls import path

from annotations import (
    class_views,
    comment_views,
    consensus_views,
    history_views,
    snapshot_views,
    transfer_views,
    views,
)

urlpatterns = [
    path("classes/<uuid:class_id>", class_views.ClassView.as_view()),
    path("assets/<uuid:asset_id>/annotations", views.AnnotationsView.as_view()),
    path("assets/<uuid:asset_id>/annotations/history", views.RevisionsView.as_view()),
    path("assets/<uuid:asset_id>/changes", views.ChangesView.as_view()),
    path("assets/<uuid:asset_id>/restore", views.RestoreView.as_view()),
    path("assets/<uuid:asset_id>/history", history_views.HistoryView.as_view()),
    path("assets/<uuid:asset_id>/comments", comment_views.CommentsView.as_view()),
    path("comments/<uuid:comment_id>", comment_views.CommentView.as_view()),
    path("assets/<uuid:asset_id>/mask.png", views.MaskView.as_view()),
    path("assets/<uuid:asset_id>/overlay.png", views.OverlayView.as_view()),
    path("assets/<uuid:asset_id>/answers", consensus_views.AnswersView.as_view()),
    path("assets/<uuid:asset_id>/answers/mine", consensus_views.OwnAnswerView.as_view()),
    path("answers/<uuid:answer_id>", consensus_views.AnswerView.as_view()),
    path("assets/<uuid:asset_id>/agreement", consensus_views.AssetAgreementView.as_view()),
    path("assets/<uuid:asset_id>/merge", consensus_views.MergeAnswersView.as_view()),
    path("projects/<uuid:project_id>/consensus", consensus_views.ConsensusView.as_view()),
    path("projects/<uuid:project_id>/agreement", consensus_views.ProjectAgreementView.as_view()),
    path("projects/<uuid:project_id>/snapshots", snapshot_views.SnapshotsView.as_view()),
    path("snapshots/<uuid:snapshot_id>", snapshot_views.SnapshotView.as_view()),
    path("snapshots/<uuid:snapshot_id>/diff/<uuid:other_id>", snapshot_views.SnapshotDiffView.as_view()),
    path("projects/<uuid:project_id>/imports", transfer_views.ImportsView.as_view()),
    path("projects/<uuid:project_id>/exports", transfer_views.ExportsView.as_view()),
    path("exports/<uuid:job_id>/download", transfer_views.ExportDownloadView.as_view()),
    path("formats", transfer_views.FormatsView.as_view()),
]
