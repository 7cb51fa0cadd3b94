"""Addresses of the registers of systems and links, in Vietnamese without diacritics."""

from django.urls import URLPattern, path, register_converter

from hatang.systems import views
from hatang.systems.converters import EntryKindConverter
from hatang.systems.views import documents, link_loads, probes

register_converter(EntryKindConverter, "entry_kind")

app_name = "systems"
urlpatterns: list[URLPattern] = [
    # registers
    path("<entry_kind:kind>/<int:pk>/", views.entry, name="entry"),
    path("<entry_kind:kind>/<int:pk>/sua", views.edit_entry, name="edit_entry"),
    path("<entry_kind:kind>/<int:pk>/ngung", views.close, name="close_entry"),
    path("he-thong-thong-tin/<int:pk>/ho-so", documents.document, name="document"),
    path("he-thong-thong-tin/<int:pk>/ho-so/<int:file>", documents.document_file, name="document_file"),
    path("tai-len/<int:pk>/", views.upload_detail, name="upload_detail"),
    path("tai-len/<int:pk>/danh-sach.xlsx", views.upload_lines, name="upload_lines"),
    path("tai-len/<int:pk>/tep", views.original, name="upload_file"),
    path("tai-len/<int:pk>/luu", views.save, name="upload_save"),
    path("tai-len/<int:pk>/hoan-tac", views.undo, name="upload_undo"),
    path("tai-len/<int:pk>/bo", views.discard, name="upload_discard"),
    path("<code>/", views.overview, name="overview"),
    path("<code>/cong-khai", views.public, name="public"),
    path("<code>/tai-len", views.upload, name="upload"),
    path("<code>/mau.xlsx", views.template, name="upload_template"),
    path("<code>/<entry_kind:kind>", views.EntryList.as_view(), name="entries"),
    path("<code>/<entry_kind:kind>/them", views.add_entry, name="add_entry"),
    # what is missing
    path("can-lam/<int:pk>/", views.finding, name="finding"),
    path("<code>/can-lam", views.FindingList.as_view(), name="findings"),
    path("<code>/can-lam/tinh", views.compute, name="compute_findings"),
    path("<code>/can-lam/thoi-han", views.terms, name="finding_terms"),
    # probes
    path("<code>/kiem-tra", probes.ProbeList.as_view(), name="probes"),
    path("<code>/kiem-tra/ngay", probes.probe_now, name="probe_now"),
    path("<code>/kiem-tra/lich", probes.probe_plan, name="probe_plan"),
    path("kiem-tra-tu-xa/<int:pk>/", probes.probe, name="probe"),
    # links and their load
    path("<code>/tai-duong-truyen", link_loads.LoadList.as_view(), name="link_loads"),
    path("<code>/tai-duong-truyen/tep", link_loads.load_file_new, name="load_file_new"),
    path("tep-tai-duong-truyen/<int:pk>/", link_loads.load_file, name="load_file"),
    path("tep-tai-duong-truyen/<int:pk>/luu", link_loads.load_file_save, name="load_file_save"),
    path("tep-tai-duong-truyen/<int:pk>/bo", link_loads.load_file_discard, name="load_file_discard"),
]
