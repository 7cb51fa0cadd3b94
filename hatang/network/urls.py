"""Addresses of the network pages."""

from django.urls import path

from hatang.network import views

app_name = "network"
urlpatterns = [
    path("cot/<int:pk>/", views.mast, name="mast"),
    path("cot/<int:pk>/anh", views.photo, name="photo"),
    path("cot/<int:pk>/sua", views.edit_mast, name="edit_mast"),
    path("tram/<int:pk>/sua", views.edit_station, name="edit_station"),
    path("tai-len/<int:pk>/", views.detail, name="upload_detail"),
    path("tai-len/<int:pk>/loi.xlsx", views.errors, name="upload_errors"),
    path("tai-len/<int:pk>/tep", views.original, name="upload_file"),
    path("tai-len/<int:pk>/luu", views.save, name="upload_save"),
    path("tai-len/<int:pk>/bo", views.discard, name="upload_discard"),
    path("tep-xuat/<key>", views.export_result, name="export_result"),
    path("<code>/xuat", views.export, name="export"),
    path("<code>/xuat/<slug:slug>/<slug:form>", views.export_file, name="export_file"),
    path("<code>/cot", views.MastList.as_view(), name="masts"),
    path("<code>/tram", views.StationList.as_view(), name="stations"),
    path("<code>/tai-len", views.upload, name="upload"),
    path("de-xuat/<int:pk>/", views.proposal, name="proposal"),
    path("quy-dinh/<int:pk>/sua", views.rule_edit, name="rule_edit"),
    path("cot-trung/<int:pk>/", views.duplicate, name="duplicate"),
    path("cot-trung/<int:pk>/<slug:act>", views.duplicate_act, name="duplicate_act"),
    path("<code>/de-xuat", views.ProposalList.as_view(), name="proposals"),
    path("<code>/de-xuat/moi", views.proposal_new, name="proposal_new"),
    path("<code>/de-xuat/tai-len", views.proposal_upload, name="proposal_upload"),
    path("<code>/de-xuat/mau.xlsx", views.proposal_template, name="proposal_template"),
    path("<code>/quy-dinh", views.rules, name="rules"),
    path("<code>/quy-dinh/ban-hanh", views.rules_adopt, name="rules_adopt"),
    path("<code>/quy-dinh/cham-dut", views.rules_end, name="rules_end"),
    path("<code>/cot-trung", views.DuplicateList.as_view(), name="duplicates"),
    path("<code>/cot-trung/tim", views.duplicates_find, name="duplicates_find"),
    path("<code>/dung-chung", views.sharing, name="sharing"),
    path("<code>/dung-chung/<slug:reading>", views.SharingThings.as_view(), name="sharing_things"),
    path("<code>/mau.xlsx", views.template, name="upload_template"),
]
