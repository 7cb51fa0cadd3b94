"""Addresses of the public page that verifies documents."""

from django.urls import path

from hatang.utilities.views import verifying

app_name = "verifying"
urlpatterns = [
    path("", verifying.verify, name="verify"),
    path("<str:code>", verifying.document, name="document"),
    path("<str:code>/tep", verifying.signed_file, name="file"),
]
