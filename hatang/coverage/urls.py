"""Addresses of the coverage pages."""

from django.urls import path

from hatang.coverage.views import antennas

app_name = "coverage"
urlpatterns = [
    path("ang-ten/<int:pk>/bo", antennas.withdraw_antenna, name="withdraw_antenna"),
    path("<code>/ang-ten", antennas.antennas, name="antennas"),
]
