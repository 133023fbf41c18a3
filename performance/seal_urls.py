from django.urls import path

from performance.views import seals as views

urlpatterns = [
    path("", views.seal_list, name="seal_list"),
    path("<int:pk>/", views.seal, name="seal"),
    path("<int:pk>/agree/", views.seal_agree, name="seal_agree"),
    path("<int:pk>/decline/", views.seal_decline, name="seal_decline"),
    path("files/<int:pk>/", views.seal_upload, name="seal_upload"),
    path("figures/<int:pk>/", views.seal_figure, name="seal_figure"),
]
