"""What addresses of the access table need: each makes the rows and gives the address's arguments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services import make_token
from hatang.indicators.models import Indicator, Value
from hatang.network.models import (
    BuildingProject,
    Cell,
    JointWork,
    Mast,
    ProblemReport,
    Proposal,
    PublicSite,
    RegisterUpload,
    SharingRequest,
    SharingRule,
    Station,
    Tenancy,
    WorkUpload,
    digest,
)
from hatang.network.services.exports.making import address_of
from hatang.plans.models import Plan, PlanReading, Statement, Task
from hatang.web.models import BoundaryUpload, RoadUpload
from hatang.work.models import CalendarDay, Job, Notice, StoredFile
from tests.conftest import World

People = dict[str, Person]
Needs = Callable[[World, People], dict[str, Any]]


def nothing(world: World, people: People) -> dict[str, Any]:
    """Need nothing: the address has no arguments."""
    return {}


def colleague(world: World, people: People) -> dict[str, Any]:
    """Address an officer of the province."""
    return {"pk": people["department_officer"].pk}


def own_grant(world: World, people: People) -> dict[str, Any]:
    """Address a role of an officer of the province."""
    officer = people["department_officer"]
    return {"pk": officer.pk, "grant": officer.grants.get().pk}


def officers_token(world: World, people: People) -> dict[str, Any]:
    """Address an access token of an officer of the province."""
    return {"pk": make_token(actor=people["department_officer"], name="máy", days=30)[0].pk}


def department(world: World, people: People) -> dict[str, Any]:
    """Address a department of the province."""
    return {"pk": world.department.pk}


def dead_link(world: World, people: People) -> dict[str, Any]:
    """Address a password link that was never given out."""
    return {"uidb36": "1", "key": "abc-def"}


def no_key(world: World, people: People) -> dict[str, Any]:
    """Address a security key that does not exist."""
    return {"pk": 999_999}


def draft_report(world: World, people: People) -> dict[str, Any]:
    """Address a report that was not sent."""
    return {"code": draft_report_template(world, people)["code"], "year": 2025}


def draft_report_template(world: World, people: People) -> dict[str, Any]:
    """Address the report template of a plan of the province."""
    plan = Plan.objects.create(
        code="lang-son",
        title="Kế hoạch",
        issuer="UBND tỉnh",
        territory=world.province,
        province=world.province,
        year_from=2025,
        year_to=2030,
        published=True,
    )
    return {"code": plan.code}


def draft_plan(world: World, people: People) -> dict[str, Any]:
    """Address a plan that was not published."""
    address = draft_report_template(world, people)
    Plan.objects.update(published=False)
    return address


def task_of_draft(world: World, people: People) -> dict[str, Any]:
    """Address a task of a plan that was not published."""
    plan = Plan.objects.get(**draft_plan(world, people))
    return {"pk": Task.objects.create(plan=plan, title="Lập quy hoạch").pk}


def draft_document(world: World, people: People) -> dict[str, Any]:
    """Address the document of a plan that was not published."""
    address = draft_plan(world, people)
    reading = PlanReading.objects.get(**plan_document(world, people))
    PlanReading.objects.filter(pk=reading.pk).update(plan=Plan.objects.get(**address), state=PlanReading.State.SAVED)
    return address


def plan_document(world: World, people: People) -> dict[str, Any]:
    """Address a plan's document that waits to be looked through, with 300 rows."""
    words = "Đạt 95 % thôn có cáp quang."
    block = {"text": words, "page": 1, "cells": [], "strong": False, "footnote": False, "section": "I", "level": 0}
    reading = PlanReading.objects.create(
        file=stored_file(world, people, "ke-hoach.txt"),
        province=world.province,
        state=PlanReading.State.READY,
        facts={"title": "Kế hoạch", "territory": world.province.pk, "code": "moi", "relation": "independent"},
        document={"blocks": [block | {"title": "", "start": 0, "part": "targets"}] * 300},
    )
    facts = {"subject": "thôn có cáp quang", "due_year": 2030, "comparator": "ge", "value": 95, "unit": "percent"}
    facts |= {"unit_written": "%", "scope": "", "condition": None, "base_year": None, "aspirational": False}
    facts |= {"indicator": None, "candidates": [], "new_indicator": None, "score": 0, "mention": False}
    place = {"kind": "target", "start": 0, "end": len(words), "quote": words, "facts": facts}
    Statement.objects.bulk_create(Statement(reading=reading, block=n, order=n, **place) for n in range(300))
    return {"pk": reading.pk}


def row_of_document(world: World, people: People) -> dict[str, Any]:
    """Address a row of a document that waits to be looked through."""
    address = plan_document(world, people)
    return address | {"row": Statement.objects.get(reading=address["pk"], order=0).pk}


def province(world: World, people: People) -> dict[str, Any]:
    """Address the province."""
    return {"code": world.province.code}


def commune(world: World, people: People) -> dict[str, Any]:
    """Address a commune of the province."""
    return {"pk": world.commune.pk}


def village(world: World, people: People) -> dict[str, Any]:
    """Address a village of the province."""
    return {"pk": world.village.pk}


def operators_mast(world: World, people: People) -> dict[str, Any]:
    """Address a mast that the operator owns and alone uses."""
    mast = Mast.objects.create(
        code="LS001",
        owner=world.operator,
        province=world.province,
        commune=world.commune,
        lon=106.7,
        lat=21.95,
        built_on=date(2020, 1, 1),
    )
    return {"pk": mast.pk}


def operators_thing(world: World, people: People) -> dict[str, Any]:
    """Address the operator's mast by its kind."""
    return {"kind": "mast"} | operators_mast(world, people)


def kind_in_province(world: World, people: People) -> dict[str, Any]:
    """Address the province's pole lines."""
    return {"kind": "pole_line", **province(world, people)}


def tile_of_operators_mast(world: World, people: People) -> dict[str, Any]:
    """Address the tile on which the operator's mast stands; who may see none in the province has no such layer."""
    operators_mast(world, people)
    return {"layer": "masts", "z": 8, "x": 203, "y": 112}


def boundary_file(world: World, people: People) -> dict[str, Any]:
    """Address a boundary file of the province, found wrong."""
    state = BoundaryUpload.State.WRONG
    file = stored_file(world, people, "xa.geojson")
    return {
        "pk": BoundaryUpload.objects.create(file=file, province=world.province, on=date(2026, 1, 1), state=state).pk
    }


def road_file(world: World, people: People) -> dict[str, Any]:
    """Address a file of roads of the province, found wrong."""
    file, state = stored_file(world, people, "duong.geojson"), RoadUpload.State.WRONG
    options = {"source": "Sở Xây dựng", "licence": "CC BY 4.0"}
    return {"pk": RoadUpload.objects.create(file=file, province=world.province, state=state, options=options).pk}


def operators_mast_with_photo(world: World, people: People) -> dict[str, Any]:
    """Address the photo of the operator's mast."""
    mast = Mast.objects.get(**operators_mast(world, people))
    mast.photo = stored_file(world, people, "cot.png")
    mast.save()
    return {"kind": "mast", "pk": mast.pk}


def operators_station(world: World, people: People) -> dict[str, Any]:
    """Address the operator's station."""
    mast = Mast.objects.get(**operators_mast(world, people))
    station = Station.objects.create(
        code="A1", mast=mast, operator=world.operator, technology="5G", on_air_on=date(2024, 1, 1)
    )
    return {"pk": station.pk}


def operators_cell(world: World, people: People) -> dict[str, Any]:
    """Address a cell of the operator's station."""
    station = Station.objects.get(**operators_station(world, people))
    return {"pk": Cell.objects.create(station=station, code="A1-1", on_air_on=date(2024, 1, 1)).pk}


def sharing_reading(world: World, people: People) -> dict[str, Any]:
    """Address the things behind a sharing rate."""
    return {"code": world.province.code, "reading": "cot-vi-tri"}


def sharing_rule(world: World, people: People) -> dict[str, Any]:
    """Address a rule of the province."""
    facts = {"key": "share.reply_days", "value": 7, "unit": "working_days", "legal": "Quyết định 1"}
    return {"pk": SharingRule.objects.create(province=world.province, valid_from=date(2026, 1, 1), **facts).pk}


def operators_proposal(world: World, people: People) -> dict[str, Any]:
    """Address a mast that the operator plans."""
    verdict = {"verdict": "may_build", "full_verdict": "consider", "checked_on": date(2026, 1, 1)}
    found = {"findings": {"reasons": ["a"]}, "full_findings": {"reasons": ["b"]}}
    facts = {"code": "P1", "kind": "mast", "lon": 106.7, "lat": 21.9, "network": world.operator}
    row = Proposal.objects.create(province=world.province, author=world.operator, **facts, **verdict, **found)
    return {"pk": row.pk}


def stored_file(world: World, people: People, name: str) -> StoredFile:
    """Store a file of the operator's."""
    return StoredFile.objects.create(
        file=ContentFile(b"x", name),
        name=name,
        sha256="0" * 64,
        size_bytes=1,
        province=world.province,
        organisation=world.operator,
        stored_by=people["operator"],
    )


def operators_upload(world: World, people: People) -> dict[str, Any]:
    """Address the operator's upload, found wrong."""
    upload = RegisterUpload.objects.create(
        file=stored_file(world, people, "tram.xlsx"),
        province=world.province,
        operator=world.operator,
        state=RegisterUpload.State.WRONG,
    )
    return {"pk": upload.pk}


def officers_job(world: World, people: People) -> dict[str, Any]:
    """Address a job of an officer that may be cancelled."""
    return {"pk": Job.objects.create(title="Tính", asked_by=people["department_officer"], may_cancel=True).pk}


def operators_job(world: World, people: People) -> dict[str, Any]:
    """Address a job that the operator asked for."""
    return {"pk": Job.objects.create(title="Kiểm tra tệp trạm", asked_by=people["operator"]).pk}


def export_of_masts(world: World, people: People) -> dict[str, Any]:
    """Address a file of the province's masts."""
    operators_mast(world, people)
    return {"code": world.province.code, "slug": "cot", "form": "geojson"}


def operators_export(world: World, people: People) -> dict[str, Any]:
    """Address a file that was made for the operator."""
    file = stored_file(world, people, "cot.gpkg")
    return {"key": address_of(file, people["operator"]).rpartition("/")[2]}


def provinces_day(world: World, people: People) -> dict[str, Any]:
    """Address a day off of the province."""
    day = CalendarDay.objects.create(province=world.province, on=date(2026, 11, 20), name="Ngày hội")
    return {"pk": day.pk}


def operators_notice(world: World, people: People) -> dict[str, Any]:
    """Address what the operator was told."""
    return {"pk": Notice.objects.create(to=people["operator"], subject="Sắp đến hạn").pk}


def rivals_request(world: World, people: People) -> SharingRequest:
    """Make a request of the rival for the operator's mast, which the owner holds for valid."""
    mast = operators_mast(world, people)["pk"]
    return SharingRequest.objects.create(
        mast_id=mast,
        requester=world.rival,
        owner=world.operator,
        province=world.province,
        need="antenna",
        start_on=date(2026, 1, 1),
        term_months=12,
        purpose="Phủ sóng",
        state=SharingRequest.State.VALID,
        received_at=timezone.now(),
    )


def a_request(world: World, people: People) -> dict[str, Any]:
    """Address the rival's request for the operator's mast."""
    return {"pk": rivals_request(world, people).pk}


def answer_to_request(world: World, people: People) -> dict[str, Any]:
    """Address the owner's answer to the rival's request."""
    return a_request(world, people) | {"act": "dong-y"}


def paper_of_request(world: World, people: People) -> dict[str, Any]:
    """Address a paper of the rival's request."""
    request = rivals_request(world, people)
    step = request.steps.create(act="gui", state="sent", at=timezone.now(), party="requester")
    paper = request.documents.create(step=step, file=stored_file(world, people, "de-nghi.pdf"), title="Đề nghị")
    return {"pk": request.pk, "document": paper.pk}


def offered_mast(world: World, people: People) -> dict[str, Any]:
    """Address a mast that the operator offers."""
    mast = operators_mast(world, people)
    Mast.objects.filter(**mast).update(offered=True)
    return {"link": "mast"} | mast


def rivals_tenancy(world: World, people: People) -> dict[str, Any]:
    """Address the rival's tenancy of the operator's mast."""
    mast = operators_mast(world, people)["pk"]
    return {"pk": Tenancy.objects.create(mast_id=mast, tenant=world.rival, since_on=date(2024, 1, 1)).pk}


def routed_report(world: World, people: People) -> dict[str, Any]:
    """Address a report in the commune that was sent to the operator."""
    report = ProblemReport.objects.create(
        kind="cable_pole",
        words="Cáp sà xuống đường",
        province=world.province,
        commune=world.commune,
        owner=world.operator,
        received_at=timezone.now(),
        secret_sha256=digest("bi-mat"),
        photo=stored_file(world, people, "cap.jpg"),
        phone="0912345678",
    )
    return {"pk": report.pk}


def routed_receipt(world: World, people: People) -> dict[str, Any]:
    """Address the receipt of such a report."""
    return {"receipt": ProblemReport.objects.get(**routed_report(world, people)).code}


def road_work(world: World, people: People) -> dict[str, Any]:
    """Address works on a road of the province."""
    row = JointWork.objects.create(
        title="Nâng cấp đường",
        kind="road",
        investor="Ban quản lý dự án",
        province=world.province,
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 6, 30),
        shape="SRID=4326;LINESTRING(106.7 21.95, 106.71 21.95)",
    )
    return {"pk": row.pk}


def file_of_works(world: World, people: People) -> dict[str, Any]:
    """Address a file of works that was found wrong."""
    file = stored_file(world, people, "cong-trinh.geojson")
    return {"pk": WorkUpload.objects.create(file=file, province=world.province, state=WorkUpload.State.WRONG).pk}


def building_project(world: World, people: People) -> dict[str, Any]:
    """Address a building project in the commune."""
    facts = {"title": "Chung cư A", "kind": "building", "investor": "Công ty X", "commune": world.commune}
    return {"pk": BuildingProject.objects.create(province=world.province, **facts).pk}


def public_site(world: World, people: People) -> dict[str, Any]:
    """Address a public site on offer in the commune."""
    facts = {"title": "Trụ sở cũ", "kind": "office", "body": "UBND xã", "from_on": date(2026, 1, 1)}
    place = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95}
    return {"pk": PublicSite.objects.create(**facts, **place).pk}


def draft_value(world: World, people: People) -> dict[str, Any]:
    """Address a figure of the commune that was not published."""
    return {"pk": commune_value(world, Value.State.DRAFT).pk}


def published_value(world: World, people: People) -> dict[str, Any]:
    """Address a published figure of the commune that reveals an operator's business."""
    return {"pk": commune_value(world, Value.State.PUBLISHED).pk}


def commune_value(world: World, state: str) -> Value:
    """Make a commercial figure of the commune."""
    indicator = Indicator.objects.create(
        code="subscriptions",
        number=1,
        name="Thuê bao trên 100 dân",
        unit_code="per_100_people",
        rollup="ratio_of_sums",
        source="reported",
        component="telecom",
        commercial=True,
    )
    return Value.objects.create(
        indicator=indicator,
        place=world.commune,
        year=2025,
        on=date(2025, 12, 31),
        value=74.8,
        how="reported",
        state=state,
        known_from=timezone.now(),
    )


def indicator_here(world: World, people: People) -> dict[str, Any]:
    """Address an indicator in the province."""
    return {"code": world.province.code, "indicator": commune_value(world, Value.State.DRAFT).indicator.code}
