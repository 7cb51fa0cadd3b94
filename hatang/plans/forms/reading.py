"""What an officer may correct of what was read out of a document: one form for each kind of statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from hatang.core.vietnamese import day
from hatang.indicators.forms import NumberField
from hatang.indicators.models import Component, Indicator
from hatang.indicators.units import UNIT_KINDS
from hatang.pages.widgets import DateInput
from hatang.places.models import Place
from hatang.plans.forms.parties import add_party_fields, bodies_to_choose, party_facts, party_initial
from hatang.plans.models import YEARS, Comparator, Duty, Plan, PlanReading, Statement

COMPARATORS = [*((c.value, c.label) for c in Comparator if c != Comparator.DONE), ("none", "không có mức (hoàn thành)")]
CONDITION_COMPARATORS = [("", "–"), *((c.value, c.label) for c in Comparator if c in ("ge", "gt", "eq", "le", "lt"))]
READ_UNITS = [
    ("percent", "%"),
    ("per_100_people", "trên 100 dân"),
    ("per_person", "trên một người"),
    ("Mbps", "Mb/s"),
    ("ratio", "lần"),
    ("count", "số lượng"),
    ("km", "km"),
    ("VND", "đồng"),
    ("none", "không có đơn vị"),
]
INDEPENDENT, SAME, AMENDS, REPLACES = "independent", "same", "amends", "replaces"
RELATIONS = [
    ("", "– chưa nói –"),
    (INDEPENDENT, "văn bản riêng, đứng bên cạnh kế hoạch khác"),
    (SAME, "chính là kế hoạch đã có, đọc lại"),
    (AMENDS, "sửa đổi, bổ sung kế hoạch"),
    (REPLACES, "thay thế kế hoạch"),
]
RHYTHMS = [("", "–"), *((r.value, r.label) for r in Duty.Rhythm if r != Duty.Rhythm.STANDING)]
Facts = dict[str, Any]


def year_field(label: str, *, required: bool = False) -> forms.IntegerField:
    """Give a field for a year of a plan."""
    return forms.IntegerField(label=label, required=required, validators=YEARS, localize=False)


def day_field(label: str) -> forms.DateField:
    """Give a field for a day."""
    return forms.DateField(label=label, required=False, widget=DateInput)


class FactsForm(forms.Form):
    """A form that is filled from a statement's facts and gives the corrected ones back."""

    parties: ClassVar[dict[str, str]] = {}

    def __init__(
        self, reading: PlanReading, facts: Facts, data: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        self.reading, self.before = reading, facts
        super().__init__(data, initial=self.initial_from(facts), **options)
        bodies = bodies_to_choose(reading.facts["territory"])
        for name, label in self.parties.items():
            add_party_fields(self.fields, name, label, bodies)

    def initial_from(self, facts: Facts) -> dict[str, Any]:
        """Spread facts over the fields."""
        initial = dict(facts)
        for name in self.parties:
            initial |= party_initial(name, facts.get(name) or [])
        return initial

    @property
    def facts(self) -> Facts:
        """The corrected facts of a valid form."""
        return self.gathered(self.cleaned_data)

    def gathered(self, cleaned: Facts) -> Facts:
        """Gather facts from the fields."""
        own = {name: plain(cleaned[name]) for name in self.base_fields}
        return own | {name: party_facts(name, cleaned, self.before.get(name) or []) for name in self.parties}


def plain(value: Any) -> Any:
    """Give a value as it can be kept: days as text."""
    return value.isoformat() if isinstance(value, date) else value


class IndicatorFactsForm(FactsForm):
    """A figure with the indicator that it speaks of: one of the catalogue, or a new one."""

    indicator = forms.ModelChoiceField(
        Indicator.objects.all(), label="Chỉ tiêu", to_field_name="code", required=False, empty_label="– chỉ tiêu mới –"
    )
    new_name = forms.CharField(label="Tên chỉ tiêu mới", max_length=300, required=False)
    new_unit = forms.ChoiceField(
        label="Đơn vị của chỉ tiêu mới", choices=[(k, u.label) for k, u in UNIT_KINDS.items()], required=False
    )
    new_component = forms.ChoiceField(label="Thành phần", choices=Component, required=False)
    subject = forms.CharField(label="Nội dung đo", max_length=500, required=False)
    value = NumberField(label="Mức", required=False)
    unit = forms.ChoiceField(label="Đơn vị", choices=READ_UNITS)

    new_required: ClassVar[bool] = True

    def initial_from(self, facts: Facts) -> dict[str, Any]:
        new = facts.get("new_indicator") or {}
        named = {f"new_{name}": new.get(name, "") for name in ("name", "unit", "component")}
        return super().initial_from(facts) | named

    def clean(self) -> dict[str, Any]:
        """Ask for one indicator: of the catalogue, or a new one with its name and unit."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("indicator") and self.new_required:
            for name, word in (("new_name", "tên"), ("new_unit", "đơn vị"), ("new_component", "thành phần")):
                if not cleaned.get(name):
                    self.add_error(name, f"Chọn chỉ tiêu ở trên, hoặc ghi {word} của chỉ tiêu mới.")
        return cleaned

    def gathered(self, cleaned: Facts) -> Facts:
        facts = super().gathered(cleaned)
        new = {name: facts.pop(f"new_{name}") for name in ("name", "unit", "component")}
        chosen = cleaned["indicator"]
        return facts | {
            "indicator": chosen.code if chosen else None,
            "new_indicator": new if not chosen and new["name"] else None,
            "score": 1,
        }


class TargetFactsForm(IndicatorFactsForm):
    """A target: the level of an indicator by a year, and what bounds it."""

    due_year = year_field("Đến hết năm")
    comparator = forms.ChoiceField(label="So sánh", choices=COMPARATORS)
    base_year = year_field("Năm gốc")
    unit_written = forms.CharField(label="Đơn vị như văn bản ghi", max_length=30, required=False)
    condition_comparator = forms.ChoiceField(label="Ngưỡng: so sánh", choices=CONDITION_COMPARATORS, required=False)
    condition_value = NumberField(label="Ngưỡng kèm theo", required=False)
    condition_unit = forms.CharField(label="Đơn vị của ngưỡng", max_length=20, required=False)
    scope = forms.CharField(label="Phạm vi", max_length=300, required=False)
    aspirational = forms.BooleanField(label="Phấn đấu", required=False)

    def initial_from(self, facts: Facts) -> dict[str, Any]:
        condition = facts.get("condition") or {}
        return super().initial_from(facts) | {f"condition_{name}": condition.get(name) for name in CONDITION}

    def clean(self) -> dict[str, Any]:
        """A level is there unless the target is only in words; a doubling has its base year."""
        cleaned = super().clean()
        comparator = cleaned.get("comparator")
        if comparator != "none" and cleaned.get("value") is None and "value" not in self.errors:
            self.add_error("value", "Ghi mức phải đạt, hoặc chọn “không có mức”.")
        if comparator == Comparator.DOUBLE and not cleaned.get("base_year"):
            self.add_error("base_year", "Gấp đôi của năm nào: ghi năm gốc.")
        if cleaned.get("condition_value") is not None and not cleaned.get("condition_comparator"):
            self.add_error("condition_comparator", "Ngưỡng là từ, trên hay không quá?")
        return cleaned

    def gathered(self, cleaned: Facts) -> Facts:
        facts = super().gathered(cleaned)
        condition = {name: facts.pop(f"condition_{name}") for name in CONDITION}
        value = None if facts["comparator"] == "none" else facts["value"]
        return facts | {"condition": condition if condition["value"] is not None else None, "value": value}


CONDITION = ("value", "unit", "comparator")


class BaselineFactsForm(IndicatorFactsForm):
    """A figure of the present state."""

    new_required = False
    new_name = None  # type: ignore[assignment]
    new_unit = None  # type: ignore[assignment]
    new_component = None  # type: ignore[assignment]
    value = NumberField(label="Mức")
    year = year_field("Năm của số liệu")
    comparator = forms.ChoiceField(label="So sánh", choices=[("eq", "đúng"), ("approx", "khoảng")])

    def gathered(self, cleaned: Facts) -> Facts:
        facts = FactsForm.gathered(self, cleaned)
        chosen = cleaned["indicator"]
        return facts | {"indicator": chosen.code if chosen else None, "score": 1}


class TaskFactsForm(FactsForm):
    """A task: its title, who leads and supports it, by when."""

    title = forms.CharField(label="Nhiệm vụ", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    component = forms.ChoiceField(label="Thành phần", choices=[("", "–"), *Component.choices], required=False)
    deadline = forms.CharField(label="Thời hạn như văn bản ghi", max_length=200, required=False)
    due = day_field("Hạn")
    parties: ClassVar[dict[str, str]] = {"lead": "Chủ trì", "support": "Phối hợp"}

    def gathered(self, cleaned: Facts) -> Facts:
        """Take who leads and supports as said: who corrects a task has looked at what the reader proposed."""
        return super().gathered(cleaned) | {"lead_proposed": False, "support_proposed": False}


class BodyFactsForm(FactsForm):
    """A body with duties, as the organisations that it is."""

    name = forms.CharField(label="Tên như văn bản ghi", max_length=1000)
    parties: ClassVar[dict[str, str]] = {"organisations": "Cơ quan trong danh bạ"}


class DutyFactsForm(FactsForm):
    """A duty to report: who, to whom, how often, by when."""

    who = forms.CharField(label="Ai báo cáo, như văn bản ghi", max_length=1000, required=False)
    to = forms.CharField(label="Nơi nhận", max_length=200, required=False)
    when = forms.CharField(label="Khi nào, như văn bản ghi", max_length=200, required=False)
    via = forms.CharField(label="Qua cơ quan", max_length=200, required=False)
    rhythm = forms.ChoiceField(label="Nhịp", choices=RHYTHMS, required=False)
    month = forms.IntegerField(label="Tháng hạn", min_value=1, max_value=12, required=False, localize=False)
    day = forms.IntegerField(label="Ngày hạn", min_value=1, max_value=31, required=False, localize=False)
    parties: ClassVar[dict[str, str]] = {"organisations": "Cơ quan trong danh bạ"}

    def clean(self) -> dict[str, Any]:
        """Day and month go together, and the day exists in a common year or 29 February."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        month, due = cleaned.get("month"), cleaned.get("day")
        if bool(month) != bool(due) and not {"month", "day"} & set(self.errors):
            self.add_error("day", "Ghi cả ngày và tháng, hoặc bỏ trống cả hai.")
        elif month and due and not exists(month, due):
            self.add_error("day", f"Tháng {month} không có ngày {due}.")
        return cleaned


def exists(month: int, day: int) -> bool:
    """Tell whether some year has the day."""
    try:
        date(2024, month, day)
    except ValueError:
        return False
    return True


class BasisFactsForm(FactsForm):
    """A document that the plan cites."""

    number = forms.CharField(label="Số ký hiệu", max_length=60)
    date = day_field("Ngày ban hành")
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=200, required=False)
    title = forms.CharField(label="Trích yếu", max_length=500, required=False)


class PlanField(forms.ModelChoiceField):
    """A choice of a plan that tells its number, day and state."""

    def label_from_instance(self, obj: Any) -> str:
        return plan_label(obj)


def plan_label(plan: Plan) -> str:
    """Name a plan to choose: number, day, period, title, and whether it is published."""
    number = plan.number or "không số"
    signed = f"ngày {day(plan.date)}" if plan.date else "không ghi ngày"
    state = "đã công bố" if plan.published else "bản nháp"
    return f"{number}, {signed}, {plan.year_from}–{plan.year_to}, {state}: {plan.title}"


class HeadFactsForm(FactsForm):
    """The plan's own facts."""

    title = forms.CharField(label="Tên kế hoạch", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    plan_kind = forms.ChoiceField(label="Loại", choices=Plan.Kind)
    number = forms.CharField(label="Số ký hiệu", max_length=60, required=False)
    date = day_field("Ngày ban hành")
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=200)
    territory = forms.ModelChoiceField(Place.objects.none(), label="Địa bàn")
    year_from = year_field("Từ năm", required=True)
    year_to = year_field("Đến năm", required=True)
    code = forms.SlugField(label="Mã, dùng trong địa chỉ trang", max_length=40)
    relation = forms.ChoiceField(label="Quan hệ với kế hoạch đã có", choices=RELATIONS, required=False)
    against = PlanField(
        Plan.objects.none(), label="Kế hoạch đã có", required=False, empty_label="– không kế hoạch nào –"
    )
    funding = forms.CharField(
        label="Kinh phí", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(
        self, reading: PlanReading, facts: Facts, data: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        super().__init__(reading, facts, data, **options)
        field: Any = self.fields["territory"]
        field.queryset = Place.objects.now_in(reading.province_id).order_by("sort_key", "valid_to")
        field.label_from_instance = territory_label
        known: Any = self.fields["against"]
        known.queryset = Plan.objects.filter(province=reading.province_id, published=True)

    def initial_from(self, facts: Facts) -> dict[str, Any]:
        return super().initial_from(facts) | {"against": self.reading.against_id}

    def clean_code(self) -> str:
        """A code that is typed names one plan; a proposed one gives way by itself."""
        code: str = self.cleaned_data["code"]
        if self.typed(code) and Plan.objects.filter(code=code).exists():
            raise ValidationError("Mã này đã có kế hoạch khác dùng.")
        return code

    def clean(self) -> dict[str, Any]:
        """The period runs forward, and a relation needs the plan that it speaks of."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("year_from"), cleaned.get("year_to")
        if first and last and first > last:
            self.add_error("year_to", "Năm cuối phải không trước năm đầu.")
        against = cleaned.get("against") if "against" in self.data else self.reading.against_id
        if cleaned.get("relation") in (SAME, AMENDS, REPLACES) and not against:
            self.add_error("against", "Chọn kế hoạch mà văn bản này đọc lại, sửa hay thay.")
        return cleaned

    def typed(self, code: str) -> bool:
        """Tell whether the code is an officer's own, not the proposed one."""
        return bool(self.before.get("code_typed")) or code != self.before.get("code")

    def gathered(self, cleaned: Facts) -> Facts:
        facts = super().gathered(cleaned)
        against = facts.pop("against")
        chosen = against.pk if against else None
        if "against" in self.data and chosen != self.reading.against_id:
            facts["against"] = chosen
        if self.typed(cleaned["code"]):
            facts["code_typed"] = True
        return facts | {"territory": cleaned["territory"].pk}


def territory_label(place: Place) -> str:
    """Name a territory; a former one says so."""
    return f"{place.full_name} (đến hết {place.valid_to:%d/%m/%Y})" if place.valid_to else place.full_name


class UploadForm(forms.Form):
    """A plan's document to be read, and the plan that it may change."""

    file = forms.FileField(label="Văn bản kế hoạch", help_text="DOCX, PDF có chữ, HTML hoặc TXT.")
    against = PlanField(Plan.objects.none(), label="So với kế hoạch đã có", required=False, empty_label="– không so –")

    def __init__(self, *args: Any, province: Place, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["against"]
        field.queryset = Plan.objects.filter(province=province, published=True)


FORMS: dict[str, type[FactsForm]] = {
    Statement.Kind.TARGET: TargetFactsForm,
    Statement.Kind.BASELINE: BaselineFactsForm,
    Statement.Kind.TASK: TaskFactsForm,
    Statement.Kind.BODY: BodyFactsForm,
    Statement.Kind.DUTY: DutyFactsForm,
    Statement.Kind.BASIS: BasisFactsForm,
}
