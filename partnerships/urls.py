from django.urls import path

from partnerships import views

app_name = "partnerships"
urlpatterns = [
    path("partners/", views.partner_list, name="partner_list"),
    path("partners/<slug:slug>/", views.partner, name="partner"),
    path("boards/", views.board_list, name="board_list"),
    path("boards/<slug:slug>/", views.board, name="board"),
]
