"""Addresses of the web pages."""

from django.urls import path

from hatang.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("trung-tam/", views.own_wall, name="own_wall"),
    path("trung-tam/<str:code>/", views.wall, name="wall"),
    path("tinh/<str:code>/mat-dien", views.power_out_page, name="power_out"),
    path("gioi-thieu", views.about, name="about"),
    path("tim", views.search, name="search"),
    path("tim/goi-y", views.suggest, name="suggest"),
    path("noi/<int:pk>/", views.place, name="place"),
    path("ban-do/o/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("ban-do/", views.country_map, name="country_map"),
    path("ban-do/so-lieu", views.country_choropleth, name="country_choropleth"),
    path("ban-do/in", views.country_sheet, name="country_sheet"),
    path("ban-do/tai", views.whereabouts, name="whereabouts"),
    path("ban-do/ranh-gioi/", views.boundaries, name="boundaries"),
    path("ban-do/ranh-gioi/<int:pk>/", views.boundary_upload, name="boundary_upload"),
    path("ban-do/ranh-gioi/<int:pk>/danh-sach", views.boundary_lists, name="boundary_lists"),
    path("ban-do/ranh-gioi/<int:pk>/tep", views.boundary_file, name="boundary_file"),
    path("ban-do/ranh-gioi/<int:pk>/doc-lai", views.boundary_reread, name="boundary_reread"),
    path("ban-do/ranh-gioi/<int:pk>/luu", views.boundary_save, name="boundary_save"),
    path("ban-do/ranh-gioi/<int:pk>/bo", views.boundary_discard, name="boundary_discard"),
    path("ban-do/ranh-gioi/<int:pk>/tro-lai", views.boundary_undo, name="boundary_undo"),
    path("ban-do/duong/", views.roads, name="roads"),
    path("ban-do/duong/<int:pk>/", views.road_upload, name="road_upload"),
    path("ban-do/duong/<int:pk>/tep", views.road_file, name="road_file"),
    path("ban-do/duong/<int:pk>/luu", views.road_save, name="road_save"),
    path("ban-do/duong/<int:pk>/bo", views.road_discard, name="road_discard"),
    path("tinh/<str:code>/ban-do/", views.province_map, name="map"),
    path("tinh/<str:code>/ban-do/so-lieu", views.choropleth, name="choropleth"),
    path("tinh/<str:code>/ban-do/in", views.map_sheet, name="map_sheet"),
    path("tinh/<str:code>/", views.province, name="province"),
    path("tinh/<str:code>/chi-tieu/<slug:indicator>/", views.indicator, name="indicator"),
]
