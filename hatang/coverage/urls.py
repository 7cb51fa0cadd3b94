"""Addresses of the coverage pages."""

from django.urls import path

from hatang.coverage.views import antennas, terrain
from hatang.coverage.views import antennas, runs

app_name = "coverage"
urlpatterns = [
    path("ang-ten/<int:pk>/bo", antennas.withdraw_antenna, name="withdraw_antenna"),
    path("dia-hinh/<int:pk>/", terrain.terrain, name="terrain"),
    path("dia-hinh/<int:pk>/anh/<slug:layer>.png", terrain.terrain_picture, name="terrain_picture"),
    path("dia-hinh/<int:pk>/tep/<slug:layer>.tif", terrain.terrain_file, name="terrain_file"),
    path("dia-hinh/<int:pk>/bo", terrain.discard, name="discard_terrain"),
    path("<code>/dia-hinh", terrain.TerrainList.as_view(), name="terrains"),
    path("<code>/dia-hinh/them", terrain.new_terrain, name="new_terrain"),
    path("luot/<int:pk>/", runs.run, name="run"),
    path("<code>/ang-ten", antennas.antennas, name="antennas"),
]
