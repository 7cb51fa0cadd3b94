"""What is asked for: who may ask in a province, which extent and forms, and what is typed into their heads."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, QueryDict

from hatang.accounts.access import Scope, scopes_in
from hatang.accounts.models import Organisation
from hatang.pages.widgets import DateInput
from hatang.places.models import Place
from hatang.plans.legal_forms.areas import AreaLevel
from hatang.plans.legal_forms.extent import Day, Extent, Years
from hatang.plans.legal_forms.filling import Head, numbers_for

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

PERIOD, YEAR, DAY = "thoi-ky", "nam", "hien-trang"
KINDS = {
    YEAR: "Kế hoạch năm (Mẫu 39–44)",
    PERIOD: "Phương án thời kỳ (Mẫu 35–38)",
    DAY: "Hiện trạng vào một ngày",
}
LEAST_YEAR, MOST_YEAR = 2015, 2060
LONGEST_PERIOD = 10
YEARS_OF_A_PLAN = 5
PERMISSION = "network.view_thing"


def own_only(person: Someone, province: Place) -> set[int] | None:
    """Give the operators whose things alone the person gets forms of; None for everybody's; 404 for who gets none.

    Forms tell everything of a thing, so they are for those who see the whole register of the province, and for an
    operator of its own.
    """
    held = _scopes_in(person, province)
    if any(scope.organisation_id is None for scope in held):
        return None
    if not held:
        raise Http404
    return {scope.organisation_id for scope in held if scope.organisation_id is not None}


def may_open(person: Someone, province: Place) -> bool:
    """Tell whether the person gets any forms in the province."""
    return bool(_scopes_in(person, province))


def _scopes_in(person: Someone, province: Place) -> list[Scope]:
    """Give the scopes that open the province's register, to all of it or to an operator's part; a commune's do not."""
    return [scope for scope in scopes_in(person, PERMISSION, province.pk) if scope.place_id is None]


def date_field(label: str, *, required: bool) -> forms.DateField:
    """Give a field of a day."""
    wrong = {"invalid": "Viết ngày theo dạng 31/12/2026."}
    return forms.DateField(
        label=label, required=required, widget=DateInput, error_messages=wrong, input_formats=["%Y-%m-%d", "%d/%m/%Y"]
    )


def year_field(label: str) -> forms.IntegerField:
    """Give a field of a year."""
    message = f"Năm từ {LEAST_YEAR} đến {MOST_YEAR}."
    bounds = [MinValueValidator(LEAST_YEAR, message), MaxValueValidator(MOST_YEAR, message)]
    widget = forms.NumberInput(attrs={"min": LEAST_YEAR, "max": MOST_YEAR})
    return forms.IntegerField(label=label, validators=bounds, error_messages={"invalid": message}, widget=widget)


class ChoiceForm(forms.Form):
    """Which forms, filled with what; read from the address, so that a choice can be sent on and kept."""

    loai = forms.CharField(widget=forms.HiddenInput)
    tu = year_field("Từ năm")
    den = year_field("Đến năm")
    nam = year_field("Năm")
    ngay = date_field("Ngày", required=True)
    dn = forms.ModelChoiceField(Organisation.objects.none(), label="Doanh nghiệp", required=False)
    cap = forms.ChoiceField(label="Nhóm theo", choices=AreaLevel.choices)
    mau = forms.TypedMultipleChoiceField(
        label="Biểu mẫu", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    so = forms.CharField(label="Quyết định số", max_length=60, required=False)
    ngay_qd = date_field("Ngày quyết định", required=False)
    co_quan = forms.CharField(label="Cơ quan ban hành", max_length=200, required=False)

    def __init__(self, asked: QueryDict, *, owners: set[int] | None, today: date) -> None:
        super().__init__(with_defaults(asked, today))
        self.today = today
        self.kind = self.data["loai"]
        for name in {"tu", "den", "nam", "ngay"} - set(FIELDS[self.kind]):
            del self.fields[name]
        operators = Organisation.objects.operators().order_by("sort_key")
        field: Any = self.fields["dn"]
        field.queryset = operators if owners is None else operators.filter(pk__in=owners)
        field.empty_label = "mọi doanh nghiệp" if owners is None else None
        numbers = numbers_for(Day(today) if self.kind == DAY else Years(0, 0), plan=self.kind == PERIOD)
        self.fields["mau"].choices = [(number, f"Mẫu {number}") for number in numbers]  # type: ignore[attr-defined]
        self.numbers = numbers
        self.owners = owners

    @property
    def bounds(self) -> list[Any]:
        """The fields that bound the extent."""
        return [self[name] for name in FIELDS[self.kind]]

    @property
    def head_fields(self) -> list[Any]:
        """The fields that may be typed for the file."""
        return [self[name] for name in ("so", "ngay_qd", "co_quan")]

    def clean_ngay(self) -> date:
        """Ask for no day to come: what will be in use then is not known."""
        on: date = self.cleaned_data["ngay"]
        if on > self.today:
            raise forms.ValidationError("Hiện trạng chỉ có đến hôm nay.")
        return on

    def clean(self) -> dict[str, Any]:
        """Ask for a period that runs forward and is no longer than the direction of a plan."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("tu"), found.get("den")
        if first and last and not 0 <= last - first < LONGEST_PERIOD:
            self.add_error("den", f"Năm cuối không trước năm đầu, thời kỳ không dài quá {LONGEST_PERIOD} năm.")
        return found

    @property
    def extent(self) -> Extent:
        """The extent that a valid choice asks for."""
        found = self.cleaned_data
        if self.kind == DAY:
            return Day(found["ngay"])
        return Years(found["nam"], found["nam"]) if self.kind == YEAR else Years(found["tu"], found["den"])

    @property
    def owner(self) -> Organisation | None:
        """Whose things alone: an operator, where it asks itself, always its own."""
        chosen: Organisation | None = self.cleaned_data["dn"]
        field: Any = self.fields["dn"]
        return chosen if chosen or self.owners is None else field.queryset.first()

    @property
    def chosen(self) -> tuple[int, ...]:
        """The numbers of the forms that are asked for; all that fit where none is ticked."""
        ticked = self.cleaned_data["mau"]
        return tuple(number for number in self.numbers if number in ticked) or self.numbers

    @property
    def level(self) -> AreaLevel:
        """The unit that forms group by."""
        return AreaLevel(self.cleaned_data["cap"])

    @property
    def head(self) -> Head:
        """What was typed for the file."""
        found = self.cleaned_data
        return Head(found["so"], found["ngay_qd"], found["co_quan"])


FIELDS = {PERIOD: ("tu", "den"), YEAR: ("nam",), DAY: ("ngay",)}


def with_defaults(asked: QueryDict, today: date) -> QueryDict:
    """Fill in what was not asked: next year's plan in the year's second half, else this year's."""
    data = asked.copy()
    first = (today.year - 1) // YEARS_OF_A_PLAN * YEARS_OF_A_PLAN + 1
    usual = {
        "tu": first,
        "den": first + YEARS_OF_A_PLAN - 1,
        "nam": today.year + (today.month > 6),
        "ngay": today.isoformat(),
        "cap": AreaLevel.COMMUNE.value,
    }
    for name, value in usual.items():
        data.setdefault(name, str(value))
    if data.get("loai") not in KINDS:
        data["loai"] = YEAR
    return data
