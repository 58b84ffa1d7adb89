from django.urls import path

from annotations import views

urlpatterns = [
    path("assets/<uuid:asset_id>/annotations", views.AnnotationsView.as_view()),
    path("assets/<uuid:asset_id>/annotations/history", views.RevisionsView.as_view()),
    path("assets/<uuid:asset_id>/mask.png", views.MaskView.as_view()),
    path("assets/<uuid:asset_id>/overlay.png", views.OverlayView.as_view()),
]
