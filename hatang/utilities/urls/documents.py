"""Addresses of documents to sign and of certificates of bodies."""

from django.urls import path

from hatang.utilities.views import certificates, documents

app_name = "documents"
urlpatterns = [
    path("<int:pk>/", documents.document, name="document"),
    path("<int:pk>/ban-de-nghi", documents.draft_file, name="draft"),
    path("<int:pk>/ban-da-ky", documents.signed_file, name="file"),
    path("<int:pk>/ky", documents.sign, name="sign"),
    path("<int:pk>/rut", documents.withdraw, name="withdraw"),
    path("<int:pk>/thu-hoi", documents.revoke, name="revoke"),
    path("chung-thu/<int:pk>/", certificates.certificate, name="certificate"),
    path("chung-thu/<int:pk>/ngung", certificates.retire, name="retire_certificate"),
    path("tinh/<str:code>/", documents.Documents.as_view(), name="documents"),
    path("tinh/<str:code>/moi", documents.propose, name="propose"),
    path("tinh/<str:code>/chung-thu", certificates.Certificates.as_view(), name="certificates"),
    path("tinh/<str:code>/chung-thu/moi", certificates.register, name="register_certificate"),
]
