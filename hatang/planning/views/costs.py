"""Unit costs of a province: which are assumed, which it knows, correct one, take it back, what changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services import province_for
from hatang.core.vietnamese import number
from hatang.pages.lists import EXPORTS
from hatang.places.models import Place
from hatang.planning.forms.costs import UnitCostForm
from hatang.planning.models import CHANGE, SEE, UnitCost
from hatang.planning.services.prices import (
    COLUMNS,
    Price,
    by_group,
    changes_of_prices,
    keep_price,
    line_of,
    prices_of,
    take_back_price,
)
from hatang.planning.views.ways import in_planning

TITLE = "Đơn giá"


@login_required
def costs(request: HttpRequest, code: str) -> HttpResponse:
    """Show the prices; `khoan` names the one that is being corrected."""
    province = province_for(request, code, SEE, whole=True)
    prices = prices_of(province)
    may = request.user.has_perm(CHANGE, province)
    price = prices.get(request.GET.get("khoan", "")) if may else None
    form = form_for(request, province, price) if price else None
    if form and price and form.is_bound and acted(request, form, price):
        return redirect("planning:costs", code)
    if (export := request.GET.get("xuat", "")) in EXPORTS:
        table = [list(COLUMNS), *map(line_of, prices.values())]
        return EXPORTS[export](f"Đơn giá {province}", table)
    context = {
        "province": province,
        "title": TITLE,
        "finding": finding_of(list(prices.values())),
        "groups": by_group(prices),
        "may": may,
        "price": price,
        "form": form,
        "changes": changes_of_prices(province),
        "crumbs": in_planning(province, (TITLE, "")),
    }
    return render(request, "planning/costs.html", context, status=422 if form and form.errors else 200)


def finding_of(prices: list[Price]) -> str:
    """Say how many prices nobody in the province has said."""
    assumed = sum(price.assumed for price in prices)
    if not assumed:
        return f"Cả {number(len(prices))} đơn giá đã có nguồn của tỉnh."
    known = f"{number(len(prices) - assumed)} đơn giá có nguồn của tỉnh; " if assumed < len(prices) else ""
    return f"{known}{number(assumed)} trong {number(len(prices))} đơn giá còn là giả định của hệ thống."


def form_for(request: HttpRequest, province: Place, price: Price) -> UnitCostForm:
    """Give the form of a price, filled with the province's own, or with the default's figures."""
    own = UnitCost.objects.of(province).filter(item=price.code).first()
    figures = {"amount_vnd": price.amount_vnd, "low_vnd": price.low_vnd, "high_vnd": price.high_vnd}
    cost = own or UnitCost(province=province, item=price.code, on=timezone.localdate(), **figures)
    return UnitCostForm(request.POST if request.method == "POST" else None, instance=cost)


def acted(request: HttpRequest, form: UnitCostForm, price: Price) -> bool:
    """Keep the price that was typed, or take back the province's; tell whether either was done."""
    actor: Person = request.user  # type: ignore[assignment]
    cost: Any = form.instance
    if "bo" in request.POST:
        take_back_price(actor=actor, province=cost.province, code=price.code)
        messages.success(request, f"Đã bỏ giá của tỉnh, dùng lại giả định của hệ thống: {price.label}.")
        return True
    if form.is_valid():
        keep_price(actor=actor, cost=cost)
        messages.success(request, f"Đã lưu đơn giá: {price.label}. Phương án đã tính thì tính lại mới theo giá này.")
        return True
    return False
