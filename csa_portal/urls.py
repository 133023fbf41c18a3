from django.contrib import admin
from django.urls import include, path, register_converter

from csa_portal import views
from csa_portal.converters import EditionConverter, QuarterConverter

register_converter(EditionConverter, "edition")
register_converter(QuarterConverter, "quarter")

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("partnerships.urls")),
    path("", include("priorities.urls")),
    path("performance/", include("performance.urls")),
    path("accounts/login/", views.SignIn.as_view(), name="login"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("admin/", admin.site.urls),
]
