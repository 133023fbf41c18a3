from django.urls import include, path

from performance.views import dashboard, figures, rounds

app_name = "performance"
urlpatterns = [
    path("", dashboard.latest, name="latest"),
    path("<quarter:quarter>/", dashboard.glance, name="glance"),
    path("<quarter:quarter>/figures.csv", dashboard.glance_csv, name="glance_csv"),
    path("indicators/", dashboard.indicator_list, name="indicator_list"),
    path("indicators/<slug:slug>/", dashboard.indicator, name="indicator"),
    path(
        "indicators/<slug:slug>/figures.csv",
        dashboard.indicator_csv,
        name="indicator_csv",
    ),
    path(
        "indicators/<slug:slug>/chart.svg",
        dashboard.indicator_chart,
        name="indicator_chart",
    ),
    path(
        "indicators/<slug:slug>/figures/<slug:area>/<period:period>/",
        figures.figure,
        name="figure",
    ),
    path(
        "indicators/<slug:slug>/figures/<slug:area>/<period:period>/history.csv",
        figures.figure_csv,
        name="figure_csv",
    ),
    path("rounds/", rounds.round_list, name="round_list"),
    path("rounds/<quarter:quarter>/", rounds.round_page, name="round"),
    path("rounds/<quarter:quarter>/due/", rounds.round_due, name="round_due"),
    path(
        "rounds/<quarter:quarter>/not-coming/",
        rounds.round_not_coming,
        name="round_not_coming",
    ),
    path(
        "rounds/<quarter:quarter>/expect/<slug:slug>/",
        rounds.round_expect,
        name="round_expect",
    ),
    path("uploads/", include("performance.upload_urls")),
    path("seals/", include("performance.seal_urls")),
]
