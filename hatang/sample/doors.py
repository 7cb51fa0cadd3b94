"""The sample's outward doors: a data service with an agreement and calls of it, and documents that were signed.

Calls are made as a partner's machine makes them, so that the log holds nothing that did not happen. Keys for signing
take a second each: a worker makes them after the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.exchange.models import Agreement, DataService, PartnerKey
from hatang.exchange.services import (
    Asking,
    Caller,
    act_on,
    answer_call,
    grow_log,
    load_services,
    make_key,
    request_service,
    set_offer,
)
from hatang.indicators.models import Publication
from hatang.indicators.services.signing import propose_sheet
from hatang.places.models import Place
from hatang.sample.cast import Cast, holder
from hatang.utilities.models import SignedDocument
from hatang.utilities.services import cover_pdf, issuing_body, make_trial_key, propose_document, sign_document
from hatang.utilities.services.keys import trial_folder
from hatang.work.services import Progress, background, run_job

SERVICE = "thon-phu-song"
FIELDS = ("ma_thon", "ten_thon", "ma_xa", "cong_nghe")
COMMUNES = 3
LEGAL = ("Văn bản mẫu 01", "DỮ LIỆU MÔ PHỎNG")
A_YEAR, SIGNED_AGO = timedelta(365), timedelta(30)
WRONG: tuple[dict[str, str], ...] = ({"xa": "00000"}, {"so_dong": "nhiều"})
"""A commune that the agreement leaves out, and a parameter that cannot be read."""

# --- the data service


def make_data_service(cast: Cast) -> None:
    """Offer a service; one operator agrees on it and calls, the other has asked and waits."""
    load_services([cast.province])
    service = DataService.objects.select_related("province").get(province=cast.province, code=SERVICE)
    head = holder(cast.province, Role.DEPARTMENT_HEAD)
    set_offer(actor=head, service=service, offered=True)
    communes = Place.objects.communes().in_force(cast.today).filter(province=cast.province, households__gt=0)
    codes = list(communes.order_by("code").values_list("code", flat=True)[:COMMUNES])
    agreement = asked_by(cast, cast.first, service, codes)
    act_on(actor=cast.officer, agreement=agreement, key="de-xuat")
    act_on(actor=head, agreement=agreement, key="dong-y")
    asked_by(cast, cast.second, service, [])
    key = PartnerKey(province=cast.province, organisation=cast.operator_of(cast.first), name="Máy chủ dùng thử")
    make_key(actor=cast.officer, key=key)
    call(Caller.by(key), codes)
    grow_log()


def asked_by(cast: Cast, person: Person, service: DataService, communes: Sequence[str]) -> Agreement:
    """Let an operator's person ask for the service."""
    return request_service(
        actor=person,
        service=service,
        organisation=cast.operator_of(person),
        purpose="Chọn thôn cần phủ sóng trước (đề nghị mô phỏng).",
        legal=(*LEGAL, cast.today - SIGNED_AGO),
        fields=FIELDS,
        communes=communes,
        ends_on=timezone.localdate() + A_YEAR,
    )


def call(caller: Caller, communes: Sequence[str]) -> None:
    """Call the service for each commune, and twice wrongly."""
    for parameters in (*({"xa": code} for code in communes), *WRONG):
        text = "&".join(f"{name}={value}" for name, value in parameters.items())
        asking = Asking("GET", f"/dich-vu/v1/{SERVICE}?{text}", parameters)
        answer_call(caller=caller, code=SERVICE, asking=asking)


# --- signed documents


def ask_documents(province: Place) -> None:
    """Ask a worker for the documents."""
    head = holder(province, Role.DEPARTMENT_HEAD)
    run_job(documents_job, actor=head, title="Ký văn bản mô phỏng", province_id=province.pk)


@background
def documents_job(progress: Progress, province_id: int) -> str:
    """Make the documents and lead to their list."""
    province = Place.objects.get(pk=province_id)
    make_documents(province, timezone.localdate())
    return reverse("documents:documents", args=[province.code])


def make_documents(province: Place, today: date) -> None:
    """Let an officer propose and the head sign, with a key for trials: a report, an agreement twice, a table."""
    officer, head = holder(province, Role.DEPARTMENT_OFFICER), holder(province, Role.DEPARTMENT_HEAD)
    if not (trial_folder() / f"thu-{province.code}.p12").exists():
        body = issuing_body(actor=officer, province=province)
        make_trial_key(province=province, body=body.name, now=timezone.now())
    for kind, title, facts in told_in(province, today):
        sign_document(actor=head, document=proposed(officer, province, kind, title, facts))
    first = SignedDocument.objects.in_force().get(province=province, kind=SignedDocument.Kind.AGREEMENT)
    kind, title, facts = told_in(province, today)[1]
    changed = proposed(officer, province, kind, f"{title} (sửa đổi)", facts, replaces=first)
    sign_document(actor=head, document=changed)
    latest = Publication.objects.published().filter(province=province, entry__isnull=False).order_by("-pk").first()
    if latest is not None:
        sign_document(actor=head, document=propose_sheet(actor=officer, publication=latest))
    proposed(officer, province, SignedDocument.Kind.OTHER, "Thông báo lịch đo kiểm mô phỏng", facts[:1])


Facts = list[tuple[str, str, bool]]


def told_in(province: Place, today: date) -> list[tuple[str, str, Facts]]:
    """Give kind, title and lines of the documents."""
    villages = Place.objects.villages().in_force(today).filter(province=province).count()
    counted: Facts = [("Tỉnh", str(province), False), ("Số thôn trong sổ", str(villages), False)]
    service = DataService.objects.filter(province=province, code=SERVICE).first()
    agreed: Facts = [("Dịch vụ", str(service or SERVICE), False), ("Trường dữ liệu", ", ".join(FIELDS), False)]
    return [
        (SignedDocument.Kind.REPORT, f"Báo cáo mô phỏng năm {today.year} của {province}", counted),
        (SignedDocument.Kind.AGREEMENT, "Thỏa thuận mô phỏng về dịch vụ dữ liệu", agreed),
    ]


def proposed(
    officer: Person, province: Place, kind: str, title: str, facts: Facts, replaces: SignedDocument | None = None
) -> SignedDocument:
    """Set a sheet that says of itself that it is simulated, and propose it."""
    issuer = issuing_body(actor=officer, province=province)
    how = ("Văn bản của dữ liệu mẫu, ký bằng khóa thử nghiệm; không có giá trị pháp lý.",)
    return propose_document(
        actor=officer,
        province=province,
        issuer=issuer,
        kind=kind,
        title=title,
        name="van-ban-mo-phong.pdf",
        content=cover_pdf(
            title=title,
            issuer=issuer.name,
            facts=facts,
            how=how,
            simulated=True,
            heading=SignedDocument.Kind(kind).label.upper(),
            asked="Ghi chú",
        ),
        public=True,
        simulated=True,
        replaces=replaces,
    )
