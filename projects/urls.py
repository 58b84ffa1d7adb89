from django.urls import path

from projects.views import (
    assets,
    bulk,
    classes,
    duplicates,
    frames,
    media,
    projects,
    review,
    uploads,
    views,
)

urlpatterns = [
    path("projects", projects.ProjectsView.as_view()),
    path("projects/<uuid:project_id>", projects.ProjectView.as_view()),
    path("projects/<uuid:project_id>/classes", classes.ClassesView.as_view()),
    path("projects/<uuid:project_id>/assets", assets.AssetsView.as_view()),
    path("projects/<uuid:project_id>/assets/bulk", bulk.AssetsBulkView.as_view()),
    path("projects/<uuid:project_id>/near-duplicates", duplicates.NearDuplicatesView.as_view()),
    path("projects/<uuid:project_id>/views", views.SavedViewsView.as_view()),
    path("views/<uuid:view_id>", views.SavedViewView.as_view()),
    path("projects/<uuid:project_id>/assign", review.AssignView.as_view()),
    path("projects/<uuid:project_id>/queue", review.QueueView.as_view()),
    path("projects/<uuid:project_id>/progress", review.ProgressView.as_view()),
    path("projects/<uuid:project_id>/uploads", uploads.ProjectUploadsView.as_view()),
    path("uploads", uploads.UploadsView.as_view()),
    path("uploads/<uuid:upload_id>", uploads.UploadView.as_view()),
    path("undo/<uuid:change_id>", bulk.UndoView.as_view()),
    path("assets/<uuid:asset_id>", assets.AssetView.as_view()),
    path("assets/<uuid:asset_id>/image", media.AssetImageView.as_view()),
    path("assets/<uuid:asset_id>/thumbnail", media.AssetThumbnailView.as_view()),
    path("assets/<uuid:asset_id>/frames", frames.FramesView.as_view()),
    path("assets/<uuid:asset_id>/frames/<int:number>", frames.FrameView.as_view()),
    path("assets/<uuid:asset_id>/extract", frames.ExtractView.as_view()),
]
