from django.urls import path

from priorities.views import agreement, framework, governance, priorities

app_name = "priorities"
urlpatterns = [
    path("agreement/", agreement.current_agreement, name="current_agreement"),
    path("agreement/versions/", agreement.versions, name="versions"),
    path("agreement/<edition:edition>/", agreement.agreement, name="agreement"),
    path(
        "agreement/<edition:edition>/sections/<slug:slug>/",
        agreement.section,
        name="section",
    ),
    path(
        "agreement/<edition:edition>/pdf/",
        agreement.agreement_pdf,
        name="agreement_pdf",
    ),
    path("priorities/", priorities.priority_list, name="priority_list"),
    path("priorities/<slug:slug>/", priorities.priority, name="priority"),
    path("alignment/", priorities.alignment, name="alignment"),
    path("alignment/data.csv", priorities.alignment_csv, name="alignment_csv"),
    path(
        "delivery-framework/", framework.delivery_framework, name="delivery_framework"
    ),
    path(
        "delivery-framework/data.csv",
        framework.delivery_framework_csv,
        name="delivery_framework_csv",
    ),
    path("governance/", governance.governance, name="governance"),
    path("governance/map.svg", governance.map_svg, name="governance_map"),
]
