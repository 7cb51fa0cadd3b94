"""Addresses of the accounts pages."""

from django.urls import path

from hatang.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.People.as_view(), name="people"),
    path("toi", views.me, name="me"),
    path("toi/ma-truy-cap", views.tokens, name="tokens"),
    path("toi/ma-truy-cap/<int:pk>/thu-hoi", views.token_revoke, name="token_revoke"),
    path("moi", views.person_new, name="person_new"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/sua", views.person_edit, name="person_edit"),
    path("<int:pk>/vai-tro", views.grant, name="grant"),
    path("<int:pk>/vai-tro/<int:grant>/thu-hoi", views.revoke, name="revoke"),
    path("<int:pk>/lien-ket", views.link, name="link"),
    path("<int:pk>/dong", views.close, name="close"),
    path("<int:pk>/mo-lai", views.reopen, name="reopen"),
    path("<int:pk>/go-xac-thuc", views.remove_second_factor, name="remove_second_factor"),
    path("to-chuc/", views.Organisations.as_view(), name="organisations"),
    path("to-chuc/moi", views.organisation_new, name="organisation_new"),
    path("to-chuc/<int:pk>/", views.organisation, name="organisation"),
    path("to-chuc/<int:pk>/sua", views.organisation_edit, name="organisation_edit"),
    path("to-chuc/<int:pk>/ke-tiep", views.succession_new, name="succession_new"),
]
