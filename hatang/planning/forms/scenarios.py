"""What a scenario asks: one plain page; whatever the law leaves open says that its number is a default of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day, number
from hatang.coverage.models import SERVICE_CHOICES, CoverageRun
from hatang.pages.amounts import AmountField, vnd_words
from hatang.pages.choices import RowsField
from hatang.pages.fields import ONE_OF_LIST, CountField, NumberField
from hatang.pages.lists import whole_number
from hatang.places.models import Place
from hatang.planning.forms.milestones import (
    Plan,
    ShareField,
    lines_for,
    milestone_fields,
    read_milestones,
    share_name,
    year_name,
)
from hatang.planning.models import Scenario, ScenarioBudget
from hatang.planning.models.scenarios import years_words

DEFAULT_SHARE_PERCENT = 98.0
YEARS_AHEAD = 4
YEARS_SHOWN = 5
MOST_YEARS = 15
DEFAULT = "Luật không định; mặc định của hệ thống là {}."
NO_RUN = "Tỉnh chưa có lượt tính vùng phủ nào xong: chạy một lượt trước."
SERVICE_WORDS = dict(SERVICE_CHOICES)
PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Cần gì", "", ("title", "service", "measure", "area", "aim", "share_percent", "first_year", "last_year")),
    (
        "Điều phải đúng",
        "Để trống ô nào thì không đòi điều ấy.",
        ("operators", "least_operators", "least_percent_in_commune", "shared_percent", "reuse_first"),
    ),
)
HOW = ("run", "interest_percent", "lifetime_years", "gap_percent", "most_seconds")
MONEY = "capital_vnd"
ASKED = {
    "dich-vu": "service",
    "tinh-theo": "measure",
    "muc-tieu": "share_percent",
    "dung-chung": "shared_percent",
    "nam": "last_year",
    "ten": "title",
    "kinh-phi": MONEY,
}
"""Names in an address, and the fields that they fill: a goal that a plan hands down, a point of a curve."""


def group_name(group: str) -> str:
    """Name the field of a priority group's share."""
    return f"nhom-{group}"


def budget_name(year: int, source: str) -> str:
    """Name the field of what a source gives in a year."""
    return f"von-{year}-{source}"


class RunField(forms.ModelChoiceField[CoverageRun]):
    """A run of coverage; the one that counts says so."""

    def label_from_instance(self, obj: CoverageRun) -> str:
        """Name a run with its day and what it is."""
        marks = ["dự đoán của tỉnh"] if obj.adopted_at else []
        marks += ["dữ liệu mô phỏng"] if obj.simulated else []
        return f"{obj.title}, ô phát ngày {day(obj.on)}" + (f" ({'; '.join(marks)})" if marks else "")


class ScenarioForm(forms.ModelForm[Scenario]):
    """A scenario, sensible as it stands; money by year and source in a table."""

    share_percent = ShareField(
        label="Mục tiêu, %",
        required=False,
        help_text="Phần được phục vụ vào cuối năm đạt, kể cả phần hiện đã có. Cần khi chọn chi phí thấp nhất.",
    )
    least_percent_in_commune = ShareField(
        label="Không xã nào dưới, %", required=False, help_text="Trong chừng mực có công trình với tới."
    )
    shared_percent = ShareField(
        label="Vị trí mới đặt trên hạ tầng có sẵn, ít nhất %",
        required=False,
        help_text="Vị trí mới: thiết bị của một doanh nghiệp trên một kết cấu mà họ chưa có mặt.",
    )
    interest_percent = ShareField(label="Lãi suất chiết khấu, %/năm", help_text=DEFAULT.format("7 %"))
    gap_percent = ShareField(
        label="Dừng khi chứng minh được sai số không quá, %",
        help_text="Sai số: phương án tìm được đắt hơn phương án rẻ nhất nhiều nhất bao nhiêu; với kinh phí có thì kém "
        "phương án được nhiều nhất bao nhiêu phần của những nơi chưa có dịch vụ. " + DEFAULT.format("0,5 %"),
    )
    first_year = CountField(label="Xây dựng từ năm")
    last_year = CountField(label="Đạt vào cuối năm")
    least_operators = CountField(
        label="Số doanh nghiệp phục vụ mỗi nơi, ít nhất", help_text=DEFAULT.format("1, như cách đếm của các chỉ tiêu")
    )
    operators = RowsField(
        Organisation.objects.none(),
        label="Doanh nghiệp được xây dựng",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn là tất cả.",
        error_messages={"invalid_choice": "Chọn trong danh sách."},
    )

    class Meta:
        model = Scenario
        fields = (*(name for _, _, names in PARTS for name in names), *HOW)
        widgets: ClassVar = {"aim": forms.RadioSelect}
        help_texts: ClassVar = {
            "reuse_first": "Ít kết cấu mới nhất có thể, rồi mới đến rẻ nhất.",
            "most_seconds": "Hết giờ thì lấy phương án tốt nhất tìm được, kèm sai số. " + DEFAULT.format("30 giây"),
            "run": "Hiện nay ai được phục vụ, trên địa hình nào, ngưỡng nào.",
        }

    def __init__(
        self,
        data: QueryDict | None,
        *,
        scenario: Scenario,
        runs: QuerySet[CoverageRun],
        group_labels: Mapping[str, str],
        asked: Mapping[str, str] | None = None,
        like: Scenario | None = None,
        money: Mapping[tuple[int, str], int] | None = None,
    ) -> None:
        super().__init__(data, instance=scenario)
        self.province, self.group_labels = scenario.province, group_labels
        self.like = like or scenario
        self.given = {(b.year, b.source): b.amount_vnd for b in self.like.budgets.all()} if self.like.pk else {}
        self.given |= money or {}
        self.choices_of_province(runs)
        self.way = self.like.milestones
        if not scenario.pk:
            self.begin(told_by(asked or {}))
        self.add_groups()
        self.add_milestones()
        self.years = self.years_shown(data)
        self.add_budgets()

    def begin(self, asked: dict[str, Any]) -> None:
        """Fill a new scenario: by what an address says, else as the scenario that it is like, else by the defaults."""
        like = model_to_dict(self.like, fields=[*self.Meta.fields]) if self.like.pk else {}
        like = {name: value for name, value in like.items() if value is not None and name != "title"}
        self.initial.update(begun(self.defaults() | like | asked))
        if (amount := asked.get(MONEY)) is not None:
            self.given = shared_out(amount, self.given, self.initial["last_year"])
            self.initial["share_percent"] = None
            self.way = []

    def choices_of_province(self, runs: QuerySet[CoverageRun]) -> None:
        """Offer the province's runs, operators and communes."""
        today = timezone.localdate()
        done = runs.done().filter(province=self.province).defer("cells", "summary")  # type: ignore[attr-defined]
        counting = CoverageRun.objects.counting(self.province, today)
        self.fields["run"] = RunField(
            done,
            label="Lượt tính vùng phủ",
            help_text=self.fields["run"].help_text,
            empty_label=None,
            error_messages=ONE_OF_LIST | {"required": NO_RUN},
        )
        self.initial.setdefault("run", counting or done.first())
        operators = Organisation.objects.operators().filter(stations__mast__province=self.province)
        self.fields["operators"].queryset = operators.distinct().order_by("sort_key")  # type: ignore[attr-defined]
        communes = Place.objects.filter(province=self.province, kind=Place.Kind.COMMUNE, valid_to__isnull=True)
        self.fields["area"].queryset = communes.order_by("sort_key").defer("point")  # type: ignore[attr-defined]
        self.fields["area"].empty_label = "toàn tỉnh"  # type: ignore[attr-defined]

    def defaults(self) -> dict[str, Any]:
        """Give what a new scenario begins with."""
        year = timezone.localdate().year
        return {
            "service": "3G+",
            "measure": Scenario.Measure.VILLAGES,
            "share_percent": DEFAULT_SHARE_PERCENT,
            "first_year": year + 1,
            "last_year": year + YEARS_AHEAD,
        }

    def add_groups(self) -> None:
        """Add a field for each group of priority places."""
        for group, label in self.group_labels.items():
            field = ShareField(label=f"{label}, ít nhất %", required=False)
            self.fields[group_name(group)] = field
            self.initial[group_name(group)] = self.like.least_percent_of_group.get(group)

    def add_milestones(self) -> None:
        """Add the lines of shares asked on the way; a new scenario takes over those before its own last year."""
        last = self.initial.get("last_year")
        given = [one for one in self.way if self.instance.pk or last is None or one[0] < last]
        self.lines = lines_for(given)
        for name, field, value in milestone_fields(given):
            self.fields[name], self.initial[name] = field, value

    def years_shown(self, data: QueryDict | None) -> range:
        """Give the years of the table of money: those that are asked for, as far as they can be read."""
        said = [
            data.get(name, "") if data is not None else self.initial.get(name) for name in ("first_year", "last_year")
        ]
        first, last = (whole_number(str(year), 4) or 0 for year in said)
        if not 2020 <= first <= 2060:
            first = timezone.localdate().year + 1
        return range(first, min(max(last, first), first + MOST_YEARS - 1) + 1)

    def add_budgets(self) -> None:
        """Add a field for each year and source."""
        for year in self.years:
            for source, label in ScenarioBudget.Source.choices:
                field = AmountField(label=f"{label.capitalize()} năm {year}, đồng", required=False)
                field.widget.attrs["aria-label"] = field.label
                self.fields[budget_name(year, source)] = field
                self.initial[budget_name(year, source)] = self.given.get((year, source))

    @property
    def parts(self) -> Iterable[tuple[str, str, list[forms.BoundField]]]:
        """Give the groups of the page with their fields."""
        for heading, words, names in PARTS:
            yield heading, words, [self[name] for name in names]

    @property
    def groups(self) -> list[forms.BoundField]:
        """Give the fields of priority groups."""
        return [self[group_name(group)] for group in self.group_labels]

    @property
    def milestones(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """Give the lines of shares asked on the way: number, year, share."""
        return [(line, self[year_name(line)], self[share_name(line)]) for line in self.lines]

    @property
    def any_milestone(self) -> bool:
        """Whether a line was filled, or is wrong."""
        fields = (field for _, *both in self.milestones for field in both)
        return any(field.value() not in (None, "") or field.errors for field in fields)

    @property
    def any_group(self) -> bool:
        """Whether a group's share was said, or is wrong."""
        return any(field.value() not in (None, "") or field.errors for field in self.groups)

    @property
    def how(self) -> list[forms.BoundField]:
        """Give the fields of how it is computed."""
        return [self[name] for name in HOW]

    @property
    def sources(self) -> list[str]:
        """Give the headings of the table of money."""
        return [str(label) for label in ScenarioBudget.Source.labels]

    @property
    def money(self) -> list[tuple[int, list[forms.BoundField]]]:
        """Give the rows of the table of money."""
        return [(year, [self[budget_name(year, s)] for s in ScenarioBudget.Source.values]) for year in self.years]

    def clean_least_operators(self) -> int:
        """Keep within what the model takes."""
        return within(self.cleaned_data["least_operators"], 1, 5)

    def clean(self) -> dict[str, Any]:
        """Gather the shares of groups and the money, and ask for what each aim needs."""
        cleaned = super().clean() or self.cleaned_data
        shares = {group: cleaned.get(group_name(group)) for group in self.group_labels}
        for group, share in shares.items():
            if share is not None and not 0 <= share <= 100:
                self.add_error(group_name(group), "Từ 0 đến 100 %.")
        self.instance.least_percent_of_group = {group: share for group, share in shares.items() if share is not None}
        self.check_years(cleaned)
        self.check_milestones(cleaned)
        aim = cleaned.get("aim")
        if aim == Scenario.Aim.LEAST_COST and cleaned.get("share_percent") is None and "share_percent" in cleaned:
            self.add_error("share_percent", "Ghi mục tiêu: phương án chi phí thấp nhất cần biết phải đạt bao nhiêu %.")
        if aim == Scenario.Aim.MOST_SERVED and not self.budgets:
            self.add_error(
                budget_name(self.years[0], ScenarioBudget.Source.STATE),
                "Ghi ít nhất một khoản: phương án được nhiều nhất cần biết có bao nhiêu tiền.",
            )
        return cleaned

    def check_milestones(self, cleaned: Mapping[str, Any]) -> None:
        """Keep the shares asked on the way, or say at each field what would be right."""
        goal = cleaned.get("share_percent") if cleaned.get("aim") == Scenario.Aim.LEAST_COST else None
        plan = Plan(cleaned.get("first_year"), cleaned.get("last_year"), goal)
        read = read_milestones(cleaned, self.lines, plan)
        for name, words in read.wrong:
            self.add_error(name, words)
        self.instance.interim_percent = read.by_year

    def check_years(self, cleaned: Mapping[str, Any]) -> None:
        """Refuse years that are upside down or too many."""
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first is None or last is None:
            return
        if last < first:
            self.add_error("last_year", f"Năm đạt phải từ năm bắt đầu xây dựng, {first}, trở đi.")
        elif last - first >= MOST_YEARS:
            self.add_error("last_year", f"Nhiều nhất {MOST_YEARS} năm, tức đến {first + MOST_YEARS - 1}.")

    def unchecked(self) -> None:
        """Show what was typed without finding fault: only the table of money is to be laid out anew."""
        self._errors = ErrorDict()

    @property
    def budgets(self) -> dict[tuple[int, str], int]:
        """Give the money that was said, by year and source."""
        said = {
            (year, source): self.cleaned_data.get(budget_name(year, source))
            for year in self.years
            for source in ScenarioBudget.Source.values
        }
        return {key: amount for key, amount in said.items() if amount is not None}


def within(value: int, least: int, most: int) -> int:
    """Refuse a whole number outside its bounds."""
    if not least <= value <= most:
        raise forms.ValidationError(f"Từ {least} đến {most}.")
    return value


def begun(given: dict[str, Any]) -> dict[str, Any]:
    """Let a new scenario begin no later than it ends, with a name that says what it asks unless it has one."""
    given = given | {"first_year": min(given["first_year"], given["last_year"])}
    service = SERVICE_WORDS[given["service"]].split(" (")[0]
    measure, years = Scenario.Measure(given["measure"]).label, years_words(given["first_year"], given["last_year"])
    title = f"{service} cho {number(given['share_percent'], 1)} % {measure}, {years}"
    if MONEY in given:
        title = f"{service} cho nhiều {measure} nhất với {vnd_words(given[MONEY])}, {years}"
    return {"title": f"{title[0].upper()}{title[1:]}"} | given


def shared_out(amount_vnd: int, given: Mapping[tuple[int, str], int], last_year: int) -> dict[tuple[int, str], int]:
    """Share an amount out over years and sources as other money is; where none is given, all of it in the last year.

    >>> shared_out(90, {(2027, "state"): 10, (2028, "fund"): 20}, 2030)
    {(2027, 'state'): 30, (2028, 'fund'): 60}
    >>> shared_out(90, {}, 2030)
    {(2030, 'operator'): 90}
    """
    whole = sum(given.values())
    if not whole:
        return {(last_year, ScenarioBudget.Source.OPERATOR.value): amount_vnd}
    return {key: ceil(amount_vnd * part / whole) for key, part in given.items()}


def told_by(asked: Mapping[str, str]) -> dict[str, Any]:
    """Read what an address says of a new scenario; what cannot be is left to the defaults."""
    said = {field: asked.get(name, "").strip() for name, field in ASKED.items()}
    given: dict[str, Any] = {}
    if said["service"] in SERVICE_WORDS:
        given["service"] = said["service"]
    if said["measure"] in Scenario.Measure.values:
        given["measure"] = said["measure"]
    for name in ("share_percent", "shared_percent"):
        given |= cleanly(name, NumberField(required=False, min_value=0, max_value=100), said[name])
    given |= cleanly("last_year", CountField(required=False, min_value=2020, max_value=2060), said["last_year"])
    given |= cleanly(MONEY, AmountField(required=False), said[MONEY])
    if MONEY in given or "share_percent" in given:
        given["aim"] = Scenario.Aim.MOST_SERVED if MONEY in given else Scenario.Aim.LEAST_COST
    if said["title"]:
        given["title"] = said["title"][:200]
    return given


def cleanly(name: str, field: forms.Field, text: str) -> dict[str, Any]:
    """Read a number as its field does; nothing where it is none."""
    try:
        value = field.clean(text)
    except forms.ValidationError:
        return {}
    return {} if value is None else {name: value}
