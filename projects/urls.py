from django.urls import path

from projects.views import classes, projects

urlpatterns = [
    path("projects", projects.ProjectsView.as_view()),
    path("projects/<uuid:project_id>", projects.ProjectView.as_view()),
    path("projects/<uuid:project_id>/classes", classes.ClassesView.as_view()),
    path("classes/<uuid:class_id>", classes.ClassView.as_view()),
]
