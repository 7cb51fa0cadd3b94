"""Addresses of the web pages."""

from django.urls import path

from hatang.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("gioi-thieu", views.about, name="about"),
    path("tim", views.search, name="search"),
    path("tim/goi-y", views.suggest, name="suggest"),
    path("noi/<int:pk>/", views.place, name="place"),
    path("tinh/<str:code>/", views.province, name="province"),
    path("tinh/<str:code>/chi-tieu/<slug:indicator>/", views.indicator, name="indicator"),
]
