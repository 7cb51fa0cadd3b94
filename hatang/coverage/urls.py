"""Addresses of the coverage pages."""

from django.urls import path

from hatang.coverage.views import antennas, terrain
from hatang.coverage.views import antennas, runs
from hatang.coverage.views import antennas, run_compare, run_places, runs

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
    path("luot/<int:pk>/tien-do", runs.progress, name="run_progress"),
    path("luot/<int:pk>/huy", runs.cancel, name="run_cancel"),
    path("luot/<int:pk>/bo-o-loi", runs.without_faulty, name="run_without_faulty"),
    path("luot/<int:pk>/lay", runs.adopt, name="run_adopt"),
    path("luot/<int:pk>/thoi-lay", runs.give_back, name="run_give_back"),
    path("luot/<int:pk>/o-loi", runs.faults, name="run_faults"),
    path("luot/<int:pk>/noi", run_places.PlaceList.as_view(), name="run_places"),
    path("luot/<int:pk>/so-voi/<int:other>/", run_compare.compare, name="run_compare"),
    path("<code>/", runs.RunList.as_view(), name="runs"),
    path("<code>/luot-moi", runs.new_run, name="run_new"),
    path("<code>/ang-ten", antennas.antennas, name="antennas"),
]
