"""Addresses, in Vietnamese without diacritics; what machines call often stands first."""

from allauth.urls import urlpatterns as of_allauth
from django.urls import include, path

from hatang.config.api import api
from hatang.exchange import api as exchange_api

sign_in = [pattern for pattern in of_allauth if not str(pattern.pattern).startswith("social/")]
"""allauth's addresses without the old names that it still redirects from."""
not_offered = [
    path(f"identity/o/{address}", exchange_api.not_offered, name=name)
    for address, name in exchange_api.NOT_OFFERED.items()
]
urlpatterns = [
    path("api/v1/", api.urls),
    path("dich-vu/", include("hatang.exchange.urls")),
    path("r1/", include("hatang.exchange.xroad_urls")),
    path("", include("hatang.web.urls")),
    path("", include("hatang.pages.urls")),
    path("", include("hatang.opendata.urls")),
    path("dia-ban/", include("hatang.places.urls")),
    path("phuong-an/", include("hatang.planning.urls")),
    path("vung-phu/", include("hatang.coverage.urls")),
    path("ha-tang/", include("hatang.network.urls")),
    path("chat-luong/", include("hatang.quality.urls")),
    path("he-thong/", include("hatang.systems.urls")),
    path("so-minh-bach/", include("hatang.utilities.urls")),
    path("van-ban/", include("hatang.utilities.urls.documents")),
    path("xac-minh/", include("hatang.utilities.urls.verifying")),
    path("", include("hatang.sensors.urls")),
    path("viec/", include("hatang.work.urls")),
    path("so-lieu/", include("hatang.indicators.urls")),
    path("ke-hoach/", include("hatang.plans.urls")),
    path("nguoi-dung/", include("hatang.accounts.urls")),
    path("identity/o/api/token", exchange_api.token, name="exchange_token"),
    *not_offered,
    path("tai-khoan/", include(sign_in)),
    path("", include("allauth.idp.urls")),
]

handler400 = "hatang.pages.errors.bad_request"
