"""Addresses of the coverage pages."""

from django.urls import path, re_path

from hatang.coverage.views import (
    antennas,
    calibration,
    challenges,
    evidence,
    measurements,
    readiness,
    run_compare,
    run_places,
    runs,
    switch_off,
    terrain,
    what_if,
)
from hatang.coverage.views.map import run_map, run_villages
from hatang.coverage.views.map_tiles import run_best_tile, run_tile
from hatang.coverage.views.village import run_place

app_name = "coverage"
urlpatterns = [
    path("luot/<int:pk>/neu/", what_if.what_if_page, name="what_if"),
    re_path(r"^(?P<code>[^/]+)/neu/(?P<kind>cot|cap|dien|xa)/(?P<pk>[0-9]{1,12})/$", what_if.if_off, name="if_off"),
    path("luot/<int:pk>/tat-song/", switch_off.SwitchOffList.as_view(), name="switch_off"),
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
    path("luot/<int:pk>/hieu-chinh/", calibration.calibration, name="calibration"),
    path("luot/<int:pk>/hieu-chinh/doi-chieu", calibration.calibrate, name="calibrate"),
    path("luot/<int:pk>/hieu-chinh/<int:calibration>/chap-nhan", calibration.accept, name="accept_offsets"),
    path("<code>/", runs.RunList.as_view(), name="runs"),
    path("<code>/luot-moi", runs.new_run, name="run_new"),
    path("luot/<int:pk>/ban-do", run_map, name="run_map"),
    path("luot/<int:pk>/ban-do/thon", run_villages, name="run_villages"),
    path(
        "luot/<int:pk>/manh/<slug:layer>/<int:operator>/<str:technology>/<int:z>/<int:x>/<int:y>.png",
        run_tile,
        name="run_tile",
    ),
    path(
        "luot/<int:pk>/manh/tot-nhat/<str:technology>/<int:z>/<int:x>/<int:y>.png", run_best_tile, name="run_best_tile"
    ),
    path("luot/<int:pk>/noi/<int:place>/", run_place, name="run_place"),
    path("<code>/ang-ten", antennas.antennas, name="antennas"),
    path("<code>/san-sang", readiness.readiness, name="readiness"),
    path("quy-tac", evidence.rule, name="rule"),
    path("xa/<int:pk>/xac-minh", evidence.verify_commune, name="verify_commune"),
    path("thon/<int:pk>/xac-minh", evidence.verify_village, name="verify_village"),
    path("xac-minh/<int:pk>/anh", evidence.verification_photo, name="verification_photo"),
    path("<code>/khac-nhau", evidence.DisagreementList.as_view(), name="disagreements"),
    path("<code>/tinh-lai", evidence.count_again, name="count_again"),
    path("<code>/khac-nhau/gui", challenges.challenge_open, name="challenge_open"),
    path("<code>/yeu-cau", challenges.ChallengeList.as_view(), name="challenges"),
    path("<code>/yeu-cau/tra-loi", challenges.challenge_answer, name="challenge_answer"),
    path("<code>/yeu-cau/quyet-dinh", challenges.challenge_decide, name="challenge_decide"),
    path("yeu-cau/<uuid:pk>/", challenges.challenge, name="challenge"),
    path("yeu-cau/<uuid:pk>/tep/<int:number>", challenges.challenge_file, name="challenge_file"),
    path("yeu-cau/<uuid:pk>/rut", challenges.challenge_withdraw, name="challenge_withdraw"),
    path("<code>/ket-qua-do", measurements.measurements, name="measurements"),
    path("<code>/ket-qua-do/mau.<form>", measurements.measurement_template, name="measurement_template"),
    path("ket-qua-do/<int:pk>/", measurements.measurement_file, name="measurement_file"),
    path("ket-qua-do/<int:pk>/loi.xlsx", measurements.measurement_errors, name="measurement_errors"),
    path("ket-qua-do/<int:pk>/tep", measurements.measurement_original, name="measurement_original"),
    path("ket-qua-do/<int:pk>/luu", measurements.measurement_save, name="measurement_save"),
    path("ket-qua-do/<int:pk>/hoan-tac", measurements.measurement_undo, name="measurement_undo"),
    path("ket-qua-do/<int:pk>/bo", measurements.measurement_discard, name="measurement_discard"),
]
