"""Addresses of data services, in Vietnamese without diacritics."""

from django.urls import path

from hatang.exchange import api, views
from hatang.exchange.views import console, outside

app_name = "exchange"
urlpatterns = [
    # for machines
    path("v1/<slug:code>", api.call, name="call"),
    path("khoa-ky.json", api.keys, name="keys"),
    path("so/dau.json", api.log_head, name="log_head"),
    path("so/nhat-quan.json", api.log_consistency, name="log_consistency"),
    path("so/<uuid:call_id>/bang-chung.json", api.log_proof, name="log_proof"),
    # agreements and keys
    path("thoa-thuan/<int:pk>/", views.agreement, name="agreement"),
    path("thoa-thuan/<int:pk>/<slug:act>", views.agreement_act, name="agreement_act"),
    path("khoa/<int:pk>/doi", views.key_rotate, name="key_rotate"),
    path("khoa/<int:pk>/thu-hoi", views.key_revoke, name="key_revoke"),
    # services of others
    path("goi-ra/<int:pk>/", outside.outside, name="outside"),
    path("goi-ra/<int:pk>/sua", outside.outside_edit, name="outside_edit"),
    path("goi-ra/luot/<int:pk>/", outside.outside_call, name="outside_call"),
    path("goi-ra/luot/<int:pk>/<slug:fate>", outside.outside_decide, name="outside_decide"),
    # a province
    path("<code>/", views.Catalogue.as_view(), name="catalogue"),
    path("<code>/thoa-thuan", views.Agreements.as_view(), name="agreements"),
    path("<code>/khoa", views.Keys.as_view(), name="partner_keys"),
    path("<code>/khoa/moi", views.key_new, name="key_new"),
    path("<code>/theo-doi", console.console, name="console"),
    path("<code>/luot-goi", console.Calls.as_view(), name="calls"),
    path("<code>/goi-ra", outside.Outside.as_view(), name="outsides"),
    path("<code>/goi-ra/moi", outside.outside_new, name="outside_new"),
    path("<code>/<slug:service>/", views.service, name="service"),
    path("<code>/<slug:service>/openapi.json", views.openapi, name="openapi"),
    path("<code>/<slug:service>/de-nghi", views.request_new, name="request_new"),
    path("<code>/<slug:service>/cung-cap", views.offer, name="offer"),
]
