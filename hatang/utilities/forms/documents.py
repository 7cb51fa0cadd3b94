"""What may be uploaded to be verified, signed or registered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.signatures.certificates import Certificate, read_certificate
from hatang.core.signatures.faults import SignatureError
from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.utilities.models import BodyCertificate, SignedDocument

MOST_VERIFIED_BYTES = 20_000_000


def bounded(file: Any, most_bytes: int) -> Any:
    """Refuse a file that is too large before it is read."""
    if file.size > most_bytes:
        raise ValidationError(f"Tệp nặng {number(file.size / 1e6, 1)} MB; tối đa {number(most_bytes / 1e6)} MB.")
    return file


class VerifyForm(forms.Form):
    """A signed file to look at; it is not kept."""

    file = forms.FileField(
        label="Tệp PDF hoặc XML đã ký số",
        help_text=f"Tối đa {number(MOST_VERIFIED_BYTES / 1e6)} MB. Tệp chỉ được kiểm tra rồi bỏ, không lưu.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.xml"}),
        error_messages={"empty": "Tệp này rỗng.", "required": "Xin chọn một tệp."},
    )

    def clean_file(self) -> Any:
        """Refuse what is larger than a document that people send each other."""
        return bounded(self.cleaned_data["file"], MOST_VERIFIED_BYTES)


OF_THE_STATE = (Organisation.Kind.COMMITTEE, Organisation.Kind.DEPARTMENT, Organisation.Kind.POLICE)
"""In whose name a document goes out: the province's key never signs in the name of an enterprise."""


class DocumentForm(forms.ModelForm[SignedDocument]):
    """A PDF or XML file to be signed by another person."""

    file = forms.FileField(
        label="Tệp PDF hoặc XML",
        help_text="Bản cuối cùng: sau khi ký không sửa được. Không nhận tệp có mật khẩu, mã lệnh hay tệp đính kèm.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.xml"}),
        error_messages={"empty": "Tệp này rỗng.", "required": "Xin chọn một tệp."},
    )

    class Meta:
        model = SignedDocument
        fields = ("kind", "title", "issuer", "replaces", "public", "last_page")
        help_texts = {"replaces": "Chọn văn bản mà bản này thay; để trống nếu là văn bản mới."}

    field_order = ("kind", "title", "file", "issuer", "replaces", "public", "last_page")

    def __init__(self, *args: Any, province: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["issuer"].queryset = bodies_of(province).filter(kind__in=OF_THE_STATE)
        fields["issuer"].label_from_instance = lambda body: body.name
        here = SignedDocument.objects.in_force().filter(province=province)
        fields["replaces"].queryset = here.order_by("-signed_at")
        fields["replaces"].label_from_instance = lambda row: f"{row.title} ({row.code})"
        fields["kind"].choices = [
            (k.value, k.label) for k in (SignedDocument.Kind.AGREEMENT, SignedDocument.Kind.OTHER)
        ]

    def clean_file(self) -> Any:
        """Refuse what is larger than an upload may be."""
        return bounded(self.cleaned_data["file"], settings.UPLOAD_BYTES)


def bodies_of(province: Place) -> Any:
    """Give the bodies of a province that may sign or own certificates, by name."""
    here = Organisation.objects.in_force(timezone.localdate()).exclude(kind=Organisation.Kind.GROUP)
    return here.filter(province=province).order_by("sort_key")


class RevokeForm(forms.Form):
    """Why something no longer holds."""

    reason = forms.CharField(
        label="Lý do",
        max_length=300,
        help_text="Người kiểm tra văn bản sẽ đọc lý do này.",
        error_messages={"required": "Hãy nêu lý do."},
    )


class CertificateForm(forms.ModelForm[BodyCertificate]):
    """A certificate's file, and whose it is."""

    file = forms.FileField(
        label="Tệp chứng thư (.cer, .crt, .pem)",
        help_text="Chỉ chứng thư; không bao giờ gửi khóa bí mật (.p12, .pfx, .key).",
        widget=forms.FileInput(attrs={"accept": ".cer,.crt,.pem,.der"}),
        error_messages={"empty": "Tệp này rỗng.", "required": "Xin chọn một tệp."},
    )

    class Meta:
        model = BodyCertificate
        fields = ("owner", "use", "holder")

    field_order = ("file", "owner", "use", "holder")

    def __init__(self, *args: Any, province: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        fields: dict[str, Any] = self.fields
        fields["owner"].queryset = bodies_of(province)
        fields["owner"].label_from_instance = lambda body: body.name

    def clean_file(self) -> Certificate:
        """Read the certificate."""
        file = bounded(self.cleaned_data["file"], 100_000)
        try:
            return read_certificate(file.read())
        except SignatureError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Refuse a certificate that the register has."""
        cleaned = super().clean() or {}
        found: Certificate | None = cleaned.get("file")
        here = BodyCertificate.objects.filter(province=self.instance.province)
        if found and here.filter(fingerprint=found.fingerprint).exists():
            self.add_error("file", "Chứng thư này đã có trong sổ.")
        return cleaned
