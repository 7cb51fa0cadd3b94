"""Who gets which answer at every address: the one table that `test_access.py` checks against the real pages.

To add an address, add a line under its URL name. `row(200)` means 200 for everybody; name those who get another answer
(`visitor`, or a name of the `people` fixture). `needs` makes what the address needs and gives the address's arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services import make_token
from hatang.core.terrain import Grid, lattice_around
from hatang.coverage.models import (
    AntennaPattern,
    Calibration,
    Challenge,
    ChallengeStep,
    CoverageRun,
    MeasurementFile,
    Terrain,
    Verification,
)
from hatang.coverage.services.terrain.storing import store_terrain
from hatang.indicators.models import Indicator, Value
from hatang.network.models import (
    BuildingProject,
    Cell,
    DuplicateCase,
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
from tests.coverage.drawn import draw_least

People = dict[str, Person]
Needs = Callable[[World, People], dict[str, Any]]

WHO = (
    "visitor",
    "commune_officer",
    "commune_leader",
    "operator",
    "rival",
    "department_officer",
    "department_head",
    "analyst",
    "auditor",
    "administrator",
    "stranger",
)


@dataclass(frozen=True)
class Row:
    """What each person is answered at one address."""

    statuses: dict[str, int]
    needs: Needs
    method: str
    data: dict[str, Any]


def nothing(world: World, people: People) -> dict[str, Any]:
    """Need nothing: the address has no arguments."""
    return {}


def row(
    everybody: int, needs: Needs = nothing, *, method: str = "get", data: dict[str, Any] | None = None, **others: int
) -> Row:
    """Say what everybody is answered, and who is answered otherwise."""
    assert set(others) <= set(WHO), f"unknown people: {set(others) - set(WHO)}"
    return Row({who: others.get(who, everybody) for who in WHO}, needs, method, data or {})


def signed_in(everybody: int, needs: Needs = nothing, **more: Any) -> Row:
    """Send visitors to the sign-in page."""
    return row(everybody, needs, visitor=302, **more)


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


def measurement_template(world: World, people: People) -> dict[str, Any]:
    """Address the template of a file of measurements."""
    return province(world, people) | {"form": "xlsx"}


def measurement_file(world: World, people: People) -> dict[str, Any]:
    """Address a file of measurements, found wrong."""
    file, state = stored_file(world, people, "do.csv"), MeasurementFile.State.WRONG
    return {"pk": MeasurementFile.objects.create(file=file, province=world.province, state=state).pk}


def photo_of_trial(world: World, people: People) -> dict[str, Any]:
    """Address the picture of a trial of the operator's service in the commune."""
    facts = {"technology": "4G", "answer": "yes", "on": date(2026, 1, 1)}
    photo = stored_file(world, people, "thu.png")
    return {"pk": Verification.objects.create(place=world.village, operator=world.operator, photo=photo, **facts).pk}


def operators_challenge(world: World, people: People) -> dict[str, Any]:
    """Address a request to the operator to verify a service."""
    parties = {"province": world.province, "place": world.village, "operator": world.operator}
    row = Challenge.objects.create(technology="4G", claims_served=False, opened_at=timezone.now(), **parties)
    return {"pk": row.pk}


def paper_of_challenge(world: World, people: People) -> dict[str, Any]:
    """Address a paper with which the operator answered."""
    address = operators_challenge(world, people)
    ChallengeStep.objects.create(
        challenge_id=address["pk"], act="denied", at=timezone.now(), file=stored_file(world, people, "do.pdf")
    )
    return address | {"number": 1}


def antenna_pattern(world: World, people: People) -> dict[str, Any]:
    """Address a pattern file of the province."""
    file = StoredFile.objects.create(name="A1.msi", sha256="0", size_bytes=0, province=world.province)
    row = AntennaPattern.objects.create(province=world.province, name="A1", file=file, gain_dbi=17, tilt_deg=0)
    return {"pk": row.pk}


def a_terrain(world: World, people: People) -> dict[str, Any]:
    """Address a terrain of the province."""
    lattice = lattice_around((106.6, 21.8, 106.8, 22.0), 0.05, 0.05)
    terrain = Terrain(province=world.province, title="Đồi", source="NASA", licence="Phạm vi công cộng")
    heights = Grid.over(lattice, np.arange(25.0).reshape(lattice.shape))
    return {"pk": store_terrain(actor=None, terrain=terrain, heights=heights, report={"sentences": []}).pk}


def heights_of_terrain(world: World, people: People) -> dict[str, Any]:
    """Address the heights of a terrain of the province."""
    return a_terrain(world, people) | {"layer": "do-cao"}


def doubted_pair(world: World, people: People) -> dict[str, Any]:
    """Address two masts that may be one."""
    mast = Mast.objects.get(**operators_mast(world, people))
    facts = {"province": world.province, "commune": world.commune, "lon": 106.7, "lat": 21.95}
    other = Mast.objects.create(code="B1", owner=world.rival, built_on=date(2020, 1, 1), **facts)
    names = {"other_owner": world.rival, "other_code": "B1", "distance_m": 3}
    return {"pk": DuplicateCase.objects.create(province=world.province, kept=mast, other=other, **names).pk}


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


def a_run(world: World, people: People, *, on: date = date(2026, 1, 1), **more: Any) -> CoverageRun:
    """Make a run that found nothing, taken as the province's prediction."""
    facts = {"state": Terrain.State.READY, "west_deg": 106.0, "south_deg": 21.0, "east_deg": 107.0, "north_deg": 22.0}
    terrain = Terrain.objects.create(province=world.province, title="Đồi", source="Bịa", licence="Không", **facts)
    services = {"4G": {"quantity": "RSRP", "threshold_dbm": -111.8}}
    known = {"services": services, "terrain": {"version": "", "report": {}}, "conditions": {}, "antennas": []}
    state = {"state": CoverageRun.State.DONE, "adopted_at": timezone.now(), "summary": known} | more
    return CoverageRun.objects.create(province=world.province, title="Lượt", on=on, terrain=terrain, **state)


def adopted_run(world: World, people: People) -> dict[str, Any]:
    """Address a run that was taken as the province's prediction."""
    return {"pk": a_run(world, people).pk}


def compared_run(world: World, people: People) -> dict[str, Any]:
    """Address a run's comparison with measurements."""
    run = a_run(world, people)
    days = {"since_on": date(2025, 1, 1), "until_on": date(2026, 1, 1)}
    return {"pk": run.pk, "calibration": Calibration.objects.create(run=run, points=0, **days).pk}


def running_run(world: World, people: People) -> dict[str, Any]:
    """Address a run that is being computed."""
    job = Job.objects.create(title="Tính", asked_by=people["department_officer"], may_cancel=True)
    return {"pk": a_run(world, people, state=CoverageRun.State.RUNNING, adopted_at=None, job=job).pk}


def two_runs(world: World, people: People) -> dict[str, Any]:
    """Address two runs that were taken."""
    return {"pk": a_run(world, people).pk, "other": a_run(world, people, on=date(2025, 1, 1)).pk}


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


def drawn_run(world: World, people: People) -> dict[str, Any]:
    """Address an adopted run with results of the operator's."""
    return {"pk": draw_least(world).run_id}


def drawn_place(world: World, people: People) -> dict[str, Any]:
    """Address a village in such a run."""
    return drawn_run(world, people) | {"place": world.village.pk}


def drawn_tile(world: World, people: People) -> dict[str, Any]:
    """Address a tile of the operator's level in such a run."""
    raster = {"layer": "muc-thu", "operator": world.operator.pk, "technology": "4G"}
    return {"pk": draw_least(world).run_id, "z": 13, "x": 6524, "y": 3584} | raster


def drawn_best_tile(world: World, people: People) -> dict[str, Any]:
    """Address a tile of all operators' best level in such a run."""
    return {"pk": draw_least(world).run_id, "technology": "4G", "z": 13, "x": 6524, "y": 3584}


def failing_mast(world: World, people: People) -> dict[str, Any]:
    """Ask of a mast, where a run counts."""
    adopted_run(world, people)
    return {"code": world.province.code, "kind": "cot", "pk": 1}


OFFICES = dict.fromkeys(("operator", "rival", "department_officer", "department_head", "analyst", "auditor"), 200)
SEE_RUNS = dict.fromkeys(("department_officer", "department_head", "analyst", "auditor"), 200)
CHANGERS = dict.fromkeys(("operator", "rival", "department_officer", "department_head"), 200)
NO_COVERAGE = dict.fromkeys(("commune_officer", "commune_leader", "administrator", "stranger"), 404)
ACCESS: dict[str, Row] = {
    "account_login": row(302, visitor=200),
    "account_logout": row(200, visitor=302),
    "account_inactive": row(200),
    "account_signup": row(302, visitor=200),
    "account_reauthenticate": signed_in(200),
    "account_email": signed_in(200),
    "account_email_verification_sent": row(200),
    "account_confirm_email": row(200, lambda world, people: {"key": "abc"}),
    "account_change_password": signed_in(200),
    "account_set_password": signed_in(302),
    "account_reset_password": row(200),
    "account_reset_password_done": row(200),
    "account_reset_password_from_key": row(200, dead_link),
    "account_reset_password_from_key_done": row(200),
    "account_confirm_login_code": row(302),
    "mfa_index": signed_in(200),
    "mfa_authenticate": row(302),
    "mfa_reauthenticate": signed_in(302),
    "mfa_activate_totp": signed_in(302),
    "mfa_deactivate_totp": signed_in(404),
    "mfa_view_recovery_codes": signed_in(404),
    "mfa_generate_recovery_codes": signed_in(302),
    "mfa_download_recovery_codes": signed_in(404),
    "mfa_list_webauthn": signed_in(200),
    "mfa_add_webauthn": signed_in(302),
    "mfa_edit_webauthn": signed_in(302, no_key),
    "mfa_remove_webauthn": signed_in(302, no_key),
    "mfa_reauthenticate_webauthn": signed_in(302),
    "mfa_login_webauthn": row(302),
    "api:api-root": row(404),
    "api:openapi-json": row(200),
    "api:upload_file": row(401, province, method="post"),
    "api:job_state": row(401, operators_job),
    "api:verdict": row(401, operators_upload),
    "api:lines": row(401, operators_upload),
    "api:save_file": row(401, operators_upload, method="post"),
    "api:discard_file": row(401, operators_upload, method="delete"),
    "api:undo_file": row(401, operators_upload, method="post"),
    "accounts:me": signed_in(200),
    "accounts:tokens": signed_in(200),
    "accounts:token_revoke": signed_in(404, officers_token, method="post", department_officer=302),
    "accounts:people": signed_in(403, administrator=200, auditor=200),
    "accounts:person_new": signed_in(403, administrator=200),
    "accounts:person": signed_in(404, colleague, administrator=200, auditor=200, department_officer=200),
    "accounts:person_edit": signed_in(404, colleague, administrator=200, auditor=403, department_officer=403),
    "accounts:grant": signed_in(404, colleague, method="post", administrator=422, auditor=403, department_officer=403),
    "accounts:revoke": signed_in(404, own_grant, method="post", administrator=302, auditor=403, department_officer=403),
    "accounts:link": signed_in(404, colleague, method="post", administrator=200, auditor=403, department_officer=403),
    "accounts:close": signed_in(404, colleague, method="post", administrator=302, auditor=403, department_officer=403),
    "accounts:reopen": signed_in(404, colleague, method="post", administrator=302, auditor=403, department_officer=403),
    "accounts:remove_second_factor": signed_in(
        404, colleague, method="post", administrator=302, auditor=403, department_officer=403
    ),
    "accounts:organisations": signed_in(200),
    "accounts:organisation": signed_in(200, department),
    "accounts:organisation_new": signed_in(
        403, department_officer=200, department_head=200, administrator=200, stranger=200
    ),
    "accounts:organisation_edit": signed_in(
        403, department, department_officer=200, department_head=200, administrator=200
    ),
    "accounts:succession_new": signed_in(
        403, department, method="post", department_officer=422, department_head=422, administrator=422
    ),
    "plans:plan": row(404, draft_plan, department_officer=200, department_head=200),
    "plans:task": row(404, task_of_draft, department_officer=200, department_head=200),
    "plans:report": row(404, draft_report, department_officer=200, department_head=200),
    "plans:report_tools": row(404, draft_report, department_officer=200, department_head=200),
    "plans:report_docx": row(404, draft_report, department_officer=200, department_head=200),
    "plans:report_pdf": row(404, draft_report, department_officer=200, department_head=200),
    "plans:report_template": row(404, draft_report_template, department_officer=200, department_head=200),
    "plans:document": row(404, draft_document, department_officer=200, department_head=200),
    "plans:legal_forms": signed_in(
        200, province, commune_officer=404, commune_leader=404, administrator=404, stranger=404
    ),
    "plans:legal_forms_file": signed_in(
        200,
        lambda world, people: province(world, people) | {"kind": "xlsx"},
        commune_officer=404,
        commune_leader=404,
        administrator=404,
        stranger=404,
    ),
    "plans:reading_new": signed_in(404, province, department_officer=200, department_head=200),
    "plans:reading": signed_in(404, plan_document, department_officer=200, department_head=200),
    "plans:reading_file": signed_in(404, plan_document, department_officer=200, department_head=200),
    "plans:reading_compare": signed_in(404, plan_document, department_officer=200, department_head=200),
    "plans:reading_publish": signed_in(404, plan_document, department_officer=200, department_head=200),
    "plans:reading_row": signed_in(404, row_of_document, department_officer=302, department_head=302),
    "plans:reading_row_act": signed_in(
        404,
        lambda world, people: row_of_document(world, people) | {"act": "nhan"},
        method="post",
        department_officer=302,
        department_head=302,
    ),
    "plans:reading_act": signed_in(
        404,
        lambda world, people: plan_document(world, people) | {"act": "nhan-chac"},
        method="post",
        department_officer=302,
        department_head=302,
    ),
    "plans:reading_discard": signed_in(404, plan_document, method="post", department_officer=302, department_head=302),
    "plans:reading_withdraw": signed_in(404, plan_document, method="post", department_officer=302, department_head=302),
    "places:communes": row(200, province),
    "places:edit": signed_in(404, commune, department_officer=200, department_head=200, administrator=200),
    "places:boundary": signed_in(404, village, department_officer=200, department_head=200, administrator=200),
    "places:succession": row(200, commune),
    "web:home": row(302, visitor=200, administrator=302),
    "web:about": row(200),
    "web:search": row(200),
    "web:suggest": row(200),
    "web:place": row(200, commune),
    "web:tile": row(
        200, tile_of_operators_mast, data={"tinh": "20"}, visitor=404, rival=204, administrator=404, stranger=404
    ),
    "web:province": row(200, province),
    "web:indicator": row(200, indicator_here),
    "web:map": row(200, province),
    "web:choropleth": row(200, province),
    "web:map_sheet": row(200, province),
    "web:country_map": row(200),
    "web:country_choropleth": row(200),
    "web:country_sheet": row(200),
    "pages:ground": row(200),
    "web:whereabouts": row(200, data={"lon": "106.7", "lat": "21.95"}),
    "web:boundaries": signed_in(404, department_officer=200, department_head=200, administrator=200, stranger=200),
    "web:boundary_upload": signed_in(
        404, boundary_file, department_officer=200, department_head=200, administrator=200
    ),
    "web:boundary_lists": signed_in(404, boundary_file, department_officer=200, department_head=200, administrator=200),
    "web:boundary_file": signed_in(404, boundary_file, department_officer=200, department_head=200, administrator=200),
    "web:boundary_reread": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:boundary_save": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:boundary_discard": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:boundary_undo": signed_in(
        404, boundary_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:roads": signed_in(404, department_officer=200, department_head=200, administrator=200, stranger=200),
    "web:road_upload": signed_in(404, road_file, department_officer=200, department_head=200, administrator=200),
    "web:road_file": signed_in(404, road_file, department_officer=200, department_head=200, administrator=200),
    "web:road_save": signed_in(
        404, road_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "web:road_discard": signed_in(
        404, road_file, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "work:job_cancel": signed_in(404, officers_job, method="post", department_officer=302),
    "work:job": signed_in(404, operators_job, operator=200),
    "work:calendar": signed_in(200),
    "work:calendar_day_new": signed_in(
        403, department_officer=200, department_head=200, administrator=200, stranger=200
    ),
    "work:calendar_day_edit": signed_in(
        403, provinces_day, department_officer=200, department_head=200, administrator=200
    ),
    "work:calendar_day_remove": signed_in(
        403, provinces_day, method="post", department_officer=302, department_head=302, administrator=302
    ),
    "work:calendar_adopt": signed_in(
        403, method="post", department_officer=302, department_head=302, administrator=302, stranger=302
    ),
    "work:calendar_undo": signed_in(
        403, method="post", department_officer=302, department_head=302, administrator=302, stranger=302
    ),
    "work:notices": signed_in(200),
    "work:notices_read": signed_in(302, method="post"),
    "work:notice": signed_in(404, operators_notice, operator=200),
    "indicators:list": row(200),
    "indicators:value": row(
        404,
        draft_value,
        commune_officer=200,
        department_officer=200,
        department_head=200,
        analyst=200,
        auditor=200,
    ),
    "indicators:rows": row(404, draft_value),
    "indicators:choose": signed_in(404, draft_value, method="post", department_head=302),
    "indicators:record": signed_in(404, province, commune_officer=200, department_officer=200, department_head=200),
    "indicators:recount": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "indicators:approve": signed_in(404, province, department_head=200),
    "network:report": row(200, province),
    "network:report_receipt": row(200, routed_receipt, data={"khoa": "bi-mat"}),
    "network:receipt_photo": row(200, routed_receipt, data={"khoa": "bi-mat"}),
    "network:report_figures": row(200, province),
    "network:problems": signed_in(200, province, analyst=404, administrator=404, stranger=404),
    "network:problem": signed_in(200, routed_report, rival=404, analyst=404, administrator=404, stranger=404),
    "network:problem_photo": signed_in(200, routed_report, rival=404, analyst=404, administrator=404, stranger=404),
    "network:publish_problem": signed_in(
        404, routed_report, method="post", commune_officer=302, department_officer=302, department_head=302
    ),
    "network:forget_reporter": signed_in(
        404,
        routed_report,
        method="post",
        commune_officer=302,
        operator=302,
        department_officer=302,
        department_head=302,
    ),
    "network:works": row(200, province),
    "network:joint_work": row(200, road_work),
    "network:work_answer": signed_in(
        404, road_work, method="post", data={"state": "interested"}, operator=302, rival=302
    ),
    "network:work_new": signed_in(404, province, department_officer=200, department_head=200),
    "network:work_edit": signed_in(404, road_work, department_officer=200, department_head=200),
    "network:work_file_new": signed_in(404, province, department_officer=200, department_head=200),
    "network:work_file": signed_in(404, file_of_works, department_officer=200, department_head=200),
    "network:work_file_save": signed_in(404, file_of_works, method="post", department_officer=302, department_head=302),
    "network:work_file_discard": signed_in(
        404, file_of_works, method="post", department_officer=302, department_head=302
    ),
    "network:buildings": signed_in(200, province, administrator=404, stranger=404),
    "network:building": signed_in(
        404,
        building_project,
        commune_officer=200,
        commune_leader=200,
        operator=200,
        rival=200,
        department_officer=200,
        department_head=200,
        analyst=200,
        auditor=200,
    ),
    "network:building_new": signed_in(404, province, department_officer=200, department_head=200),
    "network:building_edit": signed_in(404, building_project, department_officer=200, department_head=200),
    "network:sites": row(200, province),
    "network:site": row(200, public_site),
    "network:site_new": signed_in(404, province, department_officer=200, department_head=200),
    "network:site_edit": signed_in(404, public_site, department_officer=200, department_head=200),
    "network:register": signed_in(200, province, administrator=404, stranger=404),
    "network:things": signed_in(200, kind_in_province, administrator=404, stranger=404),
    "network:add_thing": signed_in(
        404, kind_in_province, operator=200, rival=200, department_officer=200, department_head=200
    ),
    "network:stations": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "network:cells": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "network:thing": signed_in(200, operators_thing, rival=404, administrator=404, stranger=404),
    "network:photo": signed_in(200, operators_mast_with_photo, rival=404, administrator=404, stranger=404),
    "network:edit_thing": signed_in(404, operators_thing, operator=200, department_officer=200, department_head=200),
    "network:undo_thing": signed_in(
        404, operators_thing, operator=302, department_officer=302, department_head=302, method="post"
    ),
    "network:add_station": signed_in(404, operators_mast, operator=200, department_officer=200, department_head=200),
    "network:edit_station": signed_in(
        404, operators_station, operator=200, department_officer=200, department_head=200
    ),
    "network:undo_station": signed_in(
        404, operators_station, operator=302, department_officer=302, department_head=302, method="post"
    ),
    "network:add_cell": signed_in(404, operators_station, operator=200, department_officer=200, department_head=200),
    "network:edit_cell": signed_in(404, operators_cell, operator=200, department_officer=200, department_head=200),
    "network:undo_cell": signed_in(
        404, operators_cell, operator=302, department_officer=302, department_head=302, method="post"
    ),
    "network:export": signed_in(200, province, administrator=404, stranger=404),
    "network:export_file": signed_in(200, export_of_masts, administrator=404, stranger=404),
    "network:export_result": signed_in(404, operators_export, operator=200),
    "network:requests": signed_in(404, province, operator=200, rival=200, department_officer=200, department_head=200),
    "network:request": signed_in(404, a_request, operator=200, rival=200, department_officer=200, department_head=200),
    "network:request_document": signed_in(
        404, paper_of_request, operator=200, rival=200, department_officer=200, department_head=200
    ),
    "network:request_new": signed_in(404, offered_mast, rival=200),
    "network:request_act": signed_in(404, answer_to_request, operator=200),
    "network:tenancies": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "network:tenancy": signed_in(
        404,
        rivals_tenancy,
        operator=200,
        rival=200,
        department_officer=200,
        department_head=200,
        analyst=200,
        auditor=200,
    ),
    "network:tenancy_new": signed_in(404, offered_mast, operator=200, department_officer=200, department_head=200),
    "network:tenancy_edit": signed_in(404, rivals_tenancy, operator=200, department_officer=200, department_head=200),
    "network:tenancy_end": signed_in(404, rivals_tenancy, operator=200, department_officer=200, department_head=200),
    "network:upload": signed_in(404, province, operator=200, rival=200, department_officer=200, department_head=200),
    "network:upload_template": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200
    ),
    "network:upload_detail": signed_in(
        404, operators_upload, operator=200, department_officer=200, department_head=200
    ),
    "network:upload_errors": signed_in(
        404, operators_upload, operator=200, department_officer=200, department_head=200
    ),
    "network:upload_file": signed_in(404, operators_upload, operator=200, department_officer=200, department_head=200),
    "network:upload_save": signed_in(
        404, operators_upload, method="post", operator=302, department_officer=302, department_head=302
    ),
    "network:upload_reread": signed_in(
        404, operators_upload, method="post", operator=302, department_officer=302, department_head=302
    ),
    "network:upload_undo": signed_in(
        404, operators_upload, method="post", operator=302, department_officer=302, department_head=302
    ),
    "network:upload_forget": signed_in(
        404, province, method="post", operator=302, rival=302, department_officer=302, department_head=302
    ),
    "network:upload_discard": signed_in(
        404, operators_upload, method="post", operator=302, department_officer=302, department_head=302
    ),
    "network:sharing": signed_in(404, province, **OFFICES),
    "network:sharing_things": signed_in(404, sharing_reading, **OFFICES),
    "network:proposals": signed_in(404, province, **OFFICES),
    "network:proposal": signed_in(404, operators_proposal, **OFFICES | {"rival": 404}),
    "network:proposal_new": signed_in(404, province, **CHANGERS),
    "network:proposal_template": signed_in(404, province, **CHANGERS),
    "network:proposal_upload": signed_in(404, province, method="post", **dict.fromkeys(CHANGERS, 422)),
    "network:rules": signed_in(200, province, administrator=404, stranger=404),
    "network:rules_adopt": signed_in(404, province, department_officer=200, department_head=200),
    "network:rule_edit": signed_in(404, sharing_rule, department_officer=200, department_head=200),
    "network:rules_end": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "coverage:terrains": signed_in(404, province, **SEE_RUNS),
    "coverage:new_terrain": signed_in(404, province, department_officer=200, department_head=200),
    "coverage:terrain": signed_in(404, a_terrain, **SEE_RUNS),
    "coverage:terrain_picture": signed_in(404, heights_of_terrain, **SEE_RUNS),
    "coverage:terrain_file": signed_in(404, heights_of_terrain, **SEE_RUNS),
    "coverage:discard_terrain": signed_in(404, a_terrain, method="post", department_officer=302, department_head=302),
    "coverage:runs": signed_in(200, province, **NO_COVERAGE),
    "coverage:run_new": signed_in(404, province, department_officer=200, department_head=200),
    "coverage:run": signed_in(200, adopted_run, **NO_COVERAGE),
    "coverage:run_progress": signed_in(404, running_run, department_officer=200, department_head=200),
    "coverage:run_cancel": signed_in(404, running_run, method="post", department_officer=302, department_head=302),
    "coverage:run_without_faulty": signed_in(
        404, adopted_run, method="post", department_officer=302, department_head=302
    ),
    "coverage:run_adopt": signed_in(404, adopted_run, method="post", department_head=302),
    "coverage:run_give_back": signed_in(404, adopted_run, method="post", department_head=302),
    "coverage:run_faults": signed_in(
        404, adopted_run, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:run_places": signed_in(200, adopted_run, **NO_COVERAGE),
    "coverage:run_compare": signed_in(200, two_runs, **NO_COVERAGE),
    "coverage:run_map": signed_in(404, drawn_run, **OFFICES),
    "coverage:run_villages": signed_in(404, drawn_run, **OFFICES),
    "coverage:run_place": signed_in(404, drawn_place, **OFFICES | {"rival": 404}),
    "coverage:run_tile": signed_in(404, drawn_tile, **OFFICES | {"rival": 404}),
    "coverage:run_best_tile": signed_in(404, drawn_best_tile, **OFFICES | {"operator": 404, "rival": 404}),
    "coverage:calibration": signed_in(200, adopted_run, **NO_COVERAGE),
    "coverage:calibrate": signed_in(404, adopted_run, method="post", department_officer=302, department_head=302),
    "coverage:accept_offsets": signed_in(404, compared_run, method="post", department_head=422),
    "coverage:antennas": signed_in(
        404, province, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:rule": row(200),
    "coverage:disagreements": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:count_again": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "coverage:verify_commune": signed_in(
        404,
        commune,
        commune_officer=200,
        commune_leader=200,
        department_officer=200,
        department_head=200,
        analyst=200,
        auditor=200,
    ),
    "coverage:verify_village": signed_in(
        404, village, commune_officer=200, department_officer=200, department_head=200
    ),
    "coverage:verification_photo": signed_in(200, photo_of_trial, rival=404, administrator=404, stranger=404),
    "coverage:challenges": signed_in(
        404, province, operator=200, rival=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:challenge": signed_in(
        404, operators_challenge, operator=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:challenge_file": signed_in(
        404, paper_of_challenge, operator=200, department_officer=200, department_head=200, analyst=200, auditor=200
    ),
    "coverage:challenge_open": signed_in(404, province, department_officer=302, department_head=302),
    "coverage:challenge_answer": signed_in(404, province, operator=302, rival=302),
    "coverage:challenge_decide": signed_in(404, province, department_officer=302, department_head=302),
    "coverage:challenge_withdraw": signed_in(
        404, operators_challenge, method="post", department_officer=302, department_head=302
    ),
    "coverage:measurements": signed_in(404, province, department_officer=200, department_head=200),
    "coverage:measurement_template": signed_in(404, measurement_template, department_officer=200, department_head=200),
    "coverage:measurement_file": signed_in(404, measurement_file, department_officer=200, department_head=200),
    "coverage:measurement_errors": signed_in(404, measurement_file, department_officer=200, department_head=200),
    "coverage:measurement_original": signed_in(404, measurement_file, department_officer=200, department_head=200),
    "coverage:measurement_save": signed_in(
        404, measurement_file, method="post", department_officer=302, department_head=302
    ),
    "coverage:measurement_undo": signed_in(
        404, measurement_file, method="post", department_officer=302, department_head=302
    ),
    "coverage:measurement_discard": signed_in(
        404, measurement_file, method="post", department_officer=302, department_head=302
    ),
    "coverage:what_if": signed_in(404, adopted_run, **OFFICES),
    "coverage:switch_off": signed_in(404, adopted_run, **OFFICES),
    "coverage:if_off": signed_in(404, failing_mast, **dict.fromkeys(OFFICES, 302)),
    "coverage:withdraw_antenna": signed_in(
        404, antenna_pattern, method="post", department_officer=302, department_head=302
    ),
    "network:duplicates": signed_in(404, province, department_officer=200, department_head=200),
    "network:duplicates_find": signed_in(404, province, method="post", department_officer=302, department_head=302),
    "network:duplicate": signed_in(404, doubted_pair, department_officer=200, department_head=200),
    "network:duplicate_act": signed_in(
        404,
        lambda world, people: doubted_pair(world, people) | {"act": "gop"},
        method="post",
        department_officer=302,
        department_head=302,
    ),
}
