"""The catalogue of a province: what runs for real, and what its plan names without giving it yet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from hatang.exchange.models import DataService
from hatang.exchange.services_offered import SERVICES, Offered
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place

NAMED = "data_services.csv"
LOADED = "nạp danh mục"


def load_services(provinces: Iterable[Place]) -> int:
    """Describe the services that are not in the provinces' catalogues yet; none is offered by it. Give how many."""
    made = 0
    for province in provinces:
        known = set(DataService.objects.filter(province=province).values_list("code", flat=True))
        rows = [row for row in described(province) if row.code not in known]
        for row in rows:
            row.fill_keys()
        bulk_create_with_history(rows, DataService, default_change_reason=LOADED)
        made += len(rows)
    return made


def described(province: Place) -> list[DataService]:
    """Give the services that run for real, and those that the province's plan names."""
    running = [
        DataService(province=province, code=offered.code, title=offered.title, description=offered.description)
        for offered in SERVICES.values()
    ]
    return running + [DataService(province=province, **row) for row in named_in_plans(province.code)]


def named_in_plans(province_code: str) -> list[dict[str, str]]:
    """Read the services that a province's plan names, word for word."""
    with (settings.REFERENCE / NAMED).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["province_code"] == province_code]
    return [{name: row[name] for name in ("code", "title", "keeper", "source")} for row in rows]


def openapi_of(service: DataService, site: str) -> dict[str, Any]:
    """Describe a service that runs for real as OpenAPI 3.1, out of its typed parameters and rows."""
    offered = SERVICES[service.code]
    row = offered.row.model_json_schema()
    answer = {
        "type": "object",
        "properties": {
            "dich_vu": {"type": "string"},
            "tinh": {"type": "string"},
            "ngay": {"type": "string", "format": "date"},
            "ghi_chu": {"type": "string"},
            "so_dong": {"type": "integer", "description": "số dòng tất cả"},
            "trang": {"type": "integer"},
            "dong": {"type": "array", "items": {"type": "object", "properties": row["properties"]}},
        },
        "required": ["dich_vu", "tinh", "ngay", "so_dong", "trang", "dong"],
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": service.title, "description": service.description, "version": "1"},
        "servers": [{"url": f"{site}/dich-vu/v1"}],
        "paths": {f"/{service.code}": {"get": get_operation(offered, answer), "post": post_operation(offered, answer)}},
        "components": {"securitySchemes": {"oauth": oauth(service, site)}},
        "security": [{"oauth": [service.code]}],
    }


def oauth(service: DataService, site: str) -> dict[str, Any]:
    """Describe how to get a token."""
    flow = {"tokenUrl": f"{site}/identity/o/api/token", "scopes": {service.code: service.title}}
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def get_operation(offered: Offered, answer: dict[str, Any]) -> dict[str, Any]:
    """Describe the call with parameters in its address."""
    schema = offered.asked.model_json_schema()
    parameters = [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": known.get("description", ""),
            "schema": {key: value for key, value in known.items() if key not in ("description", "title")},
        }
        for name, known in schema["properties"].items()
    ]
    return {"summary": offered.title, "operationId": offered.code, "parameters": parameters, "responses": said(answer)}


def post_operation(offered: Offered, answer: dict[str, Any]) -> dict[str, Any]:
    """Describe the call with parameters in its body, which may bear a key against repetition."""
    schema = offered.asked.model_json_schema()
    key = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 100}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    operation = {"summary": offered.title, "operationId": f"{offered.code}-post", "parameters": [key]}
    return operation | {"requestBody": body, "responses": said(answer)}


def said(answer: dict[str, Any]) -> dict[str, Any]:
    """Describe what may be answered."""
    signature = {"X-JWS-Signature": {"schema": {"type": "string"}, "description": "JWS tách rời trên thân trả lời"}}
    content = {"application/json": {"schema": answer}}
    words = {
        "401": "mã truy cập sai hoặc đã hết hạn",
        "403": "không có thỏa thuận, ngoài phạm vi",
        "413": "thân yêu cầu quá lớn",
        "422": "tham số sai, khóa chống lặp đã dùng",
        "429": "quá mức gọi; xem Retry-After",
    }
    right = {"200": {"description": "dữ liệu", "headers": signature, "content": content}}
    return right | {status: {"description": text} for status, text in words.items()}
