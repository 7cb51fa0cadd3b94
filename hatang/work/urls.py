"""Addresses of jobs."""

from django.urls import path

from hatang.work import views

app_name = "work"
urlpatterns = [path("<int:pk>/", views.job, name="job")]
