from django.urls import path

from deployments.views import assist

urlpatterns = [
    path("assets/<uuid:asset_id>/assist", assist.AssistView.as_view()),
    path("assets/<uuid:asset_id>/assist/engines", assist.AssistEnginesView.as_view()),
    path("assets/<uuid:asset_id>/assist/prepare", assist.AssistPrepareView.as_view()),
]
