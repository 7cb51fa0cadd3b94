"""Addresses of measured quality, in Vietnamese without diacritics."""

from django.urls import URLPattern, path

from hatang.quality.views import blocks, demand, loads, measuring, outages, statistics

app_name = "quality"
urlpatterns: list[URLPattern] = [
    # measuring in the browser
    path("do", measuring.measure, name="measure"),
    path("do/xa", measuring.communes, name="commune_options"),
    path("do/o-dau", measuring.spot, name="spot"),
    path("do/giu", measuring.keep, name="keep"),
    path("do/ket-qua/<str:code>", measuring.kept_test, name="kept_test"),
    path("dia-chi/<str:code>", blocks.BlockList.as_view(), name="blocks"),
    path("dia-chi/<str:code>/kiem-tra", blocks.check_blocks, name="check_blocks"),
    path("dia-chi/<str:code>/luu", blocks.save_block_file, name="save_blocks"),
    # demand
    path("nhu-cau", demand.demand, name="demand"),
    path("nhu-cau/dang-ky", demand.register, name="register_demand"),
    path("nhu-cau/<str:code>", demand.DemandList.as_view(), name="demand_list"),
    path("nhu-cau/<str:code>/muc-can", demand.purpose_settings, name="purpose_settings"),
    path("nhu-cau/<str:code>/muc-can/<str:key>", demand.purpose_setting, name="purpose_setting"),
    # loads of measurements
    path("nap/<str:code>", loads.LoadList.as_view(), name="loads"),
    path("nap/<str:code>/tep-moi", loads.load_new, name="load_new"),
    path("tep/<int:pk>", loads.load, name="load"),
    path("tep/<int:pk>/loi", loads.load_errors, name="load_errors"),
    path("tep/<int:pk>/goc", loads.load_original, name="load_original"),
    path("tep/<int:pk>/luu", loads.load_save, name="load_save"),
    path("tep/<int:pk>/rut", loads.load_undo, name="load_undo"),
    path("tep/<int:pk>/bo", loads.load_discard, name="load_discard"),
    path("xep-rieng/<str:code>", loads.suspects, name="suspects"),
    path("quy-tac/<str:code>", statistics.rules, name="rules"),
    path("quy-tac/<str:code>/<slug:name>", loads.rule, name="rule"),
    # statistics
    path("thong-ke", statistics.provinces, name="provinces"),
    path("thong-ke/<str:code>", statistics.statistics, name="statistics"),
    path("thong-ke/<str:code>/tinh-lai", statistics.recompute, name="recompute"),
    path("thong-ke/<str:code>/xa", statistics.CommuneList.as_view(), name="communes"),
    path("thong-ke/<str:code>/nha-mang", statistics.OperatorList.as_view(), name="operators"),
    path("thong-ke/<str:code>/thang", statistics.MonthList.as_view(), name="months"),
    path("thong-ke/<str:code>/can-do", statistics.CampaignList.as_view(), name="campaign"),
    path("thong-ke/<str:code>/i-speed", statistics.PublishedList.as_view(), name="published"),
    # outages
    path("su-co/<str:code>/", outages.OutageList.as_view(), name="outages"),
    path("su-co/<str:code>/moi", outages.new_outage, name="outage_new"),
    path("su-co/<str:code>/tep", outages.new_file, name="outage_file_new"),
    path("su-co/<str:code>/tep-mau", outages.file_template, name="outage_template"),
    path("su-co/<str:code>/san-sang", outages.availability_page, name="availability"),
    path("su-co/<str:code>/may-do", outages.beacons, name="beacons"),
    path("mot-su-co/<int:pk>/", outages.outage, name="outage"),
    path("mot-su-co/<int:pk>/sua", outages.edit_outage, name="outage_edit"),
    path("mot-su-co/<int:pk>/khoi-phuc", outages.end_outage, name="outage_end"),
    path("mot-su-co/<int:pk>/ket-luan", outages.decide, name="outage_decide"),
    path("tep-su-co/<int:pk>/", outages.outage_file, name="outage_file"),
    path("tep-su-co/<int:pk>/luu", outages.save_outage_file, name="outage_file_save"),
    path("tep-su-co/<int:pk>/bo", outages.discard_outage_file, name="outage_file_discard"),
    path("may-do/<int:pk>/<str:act>", outages.change_beacon, name="beacon_change"),
]
