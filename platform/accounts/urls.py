from django.urls import path

from accounts import job_views, session_views, views

urlpatterns = [
    path("session", session_views.SessionView.as_view()),
    path("setup", session_views.SetUpView.as_view()),
    path("invitations/accept", session_views.AcceptInvitationView.as_view()),
    path("workspaces", views.WorkspacesView.as_view()),
    path("workspaces/<uuid:workspace_id>", views.WorkspaceView.as_view()),
    path("workspaces/<uuid:workspace_id>/members", views.MembersView.as_view()),
    path("workspaces/<uuid:workspace_id>/invitations", views.InvitationsView.as_view()),
    path("workspaces/<uuid:workspace_id>/api-keys", views.ApiKeysView.as_view()),
    path("workspaces/<uuid:workspace_id>/audit", views.AuditView.as_view()),
    path("workspaces/<uuid:workspace_id>/usage", views.UsageView.as_view()),
    path("invitations/<uuid:invitation_id>", views.InvitationView.as_view()),
    path("members/<uuid:member_id>", views.MemberView.as_view()),
    path("api-keys/<uuid:key_id>", views.ApiKeyView.as_view()),
    path("events", views.EventsView.as_view()),
    path("jobs/<uuid:job_id>", job_views.JobView.as_view()),
    path("jobs/<uuid:job_id>/cancel", job_views.JobCancelView.as_view()),
]
