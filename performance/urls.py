from django.urls import include, path

from performance.views import dashboard, figures, mappings, rounds, source_codes

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
    path("source-codes/", source_codes.source_code_list, name="source_code_list"),
    path("source-codes/new/", source_codes.source_code_new, name="source_code_new"),
    path("source-codes/<int:pk>/", source_codes.source_code, name="source_code"),
    path(
        "source-codes/<int:pk>/change/",
        source_codes.source_code_change,
        name="source_code_change",
    ),
    path(
        "source-codes/<int:pk>/end/",
        source_codes.source_code_end,
        name="source_code_end",
    ),
    path("tables/", mappings.mapping_list, name="mapping_list"),
    path("tables/<int:pk>/", mappings.mapping, name="mapping"),
    path("tables/<int:pk>/change/", mappings.mapping_change, name="mapping_change"),
    path("tables/<int:pk>/remove/", mappings.mapping_remove, name="mapping_remove"),
    path("uploads/", include("performance.upload_urls")),
    path("seals/", include("performance.seal_urls")),
]
