from django.urls import path

from performance.views import accepted, again, mappings, work, workbooks
from performance.views import uploads as views

urlpatterns = [
    path("", views.upload_list, name="upload_list"),
    path("new/", views.upload_new, name="upload_new"),
    path("template/", workbooks.upload_template, name="upload_template"),
    path("accepted/", accepted.accepted, name="accepted"),
    path("<int:pk>/", views.upload, name="upload"),
    path("<int:pk>/commit/", views.upload_commit, name="upload_commit"),
    path("<int:pk>/withdraw/", views.upload_withdraw, name="upload_withdraw"),
    path("<int:pk>/reinstate/", views.upload_reinstate, name="upload_reinstate"),
    path("<int:pk>/start-again/", work.upload_start_again, name="upload_start_again"),
    path("<int:pk>/stop/", work.upload_stop, name="upload_stop"),
    path("<int:pk>/again/", again.upload_again, name="upload_again"),
    path("<int:pk>/columns/", mappings.upload_columns, name="upload_columns"),
    path("<int:pk>/file/", views.upload_file, name="upload_file"),
    path("<int:pk>/marked/", views.upload_marked, name="upload_marked"),
    path(
        "<int:pk>/findings.csv", views.upload_findings_csv, name="upload_findings_csv"
    ),
    path("<int:pk>/changes.csv", views.upload_changes_csv, name="upload_changes_csv"),
]
