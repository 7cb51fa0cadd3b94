"""What may be typed or uploaded about a row: the same form cleans a page's fields and a file's cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.cells import as_text
from hatang.pages.fields import (
    ONE_OF_LIST,
    BeginningField,
    CodeField,
    CountField,
    DayField,
    FactsForm,
    FlagField,
    NumberField,
    TextField,
    WordField,
    YesNoField,
)
from hatang.places.models import Place
from hatang.systems.models import (
    LIFE,
    Agency,
    CdnNode,
    CloudService,
    CloudUse,
    DataCentre,
    DataLink,
    Entry,
    Host,
    InformationSystem,
    InternetExchange,
    LoudspeakerStation,
    SectorSystem,
    SystemUse,
)

Row = models.Model
Find = Callable[[type[Row], str], Row]
"""Gives the row that a cell names, by its code or name; raises ValidationError where none or several are meant."""
FIRST = ["code", "name"]
LAST = [*LIFE, "remarks"]
DAYS_PAST = ("security_file_on", "backup_on", "surveyed_on")
SURVEY = ["condition", "surveyed_on", "roadmap", "roadmap_on"]
SCHEMES = ("https://", "http://")


class HostNameField(TextField):
    """A host name; the scheme and the slash of a pasted address are taken off."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).lower()
        for scheme in SCHEMES:
            text = text.removeprefix(scheme)
        return text.removesuffix("/")


def past(day: date) -> None:
    """Refuse a day to come where only what has happened is asked."""
    if day > timezone.localdate():
        raise ValidationError(f"Ngày {day:%d/%m/%Y} chưa tới: ghi ngày đã làm.", code="ahead")


class PastDayField(DayField):
    """A day that has come."""

    default_validators = [past]


class RowField(forms.Field):
    """A cell that names another row by its code or its name, which may stand in the same file."""

    def __init__(self, *, model: type[Row], find: Find, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model, self.find = model, find

    def to_python(self, value: Any) -> Row | None:
        text = as_text(value)
        return self.find(self.model, text) if text else None


CLASSES: dict[type[models.Field[Any, Any]], type[forms.Field]] = {
    models.DateField: DayField,
    models.FloatField: NumberField,
    models.PositiveIntegerField: CountField,
    models.PositiveSmallIntegerField: CountField,
    models.CharField: TextField,
}
NAMED: dict[str, type[forms.Field]] = {
    "code": CodeField,
    "host_name": HostNameField,
    "since_on": BeginningField,
    **dict.fromkeys(DAYS_PAST, PastDayField),
}


def cleaned_by(field: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
    """Make a model field's form field: words for choices, and numbers, days and answers as people here write them."""
    if field.choices:
        return field.formfield(choices_form_class=WordField, **kwargs)
    if isinstance(field, models.BooleanField):
        kwargs["form_class"] = YesNoField if field.null else FlagField
    elif made := NAMED.get(field.name) or CLASSES.get(type(field)):
        kwargs["form_class"] = made
        kwargs["localize"] = made is NumberField
        if isinstance(field, models.CharField):
            kwargs["widget"] = forms.TextInput
        else:
            kwargs.pop("widget", None)
    return field.formfield(**kwargs)


class EntryForm(FactsForm):
    """What every row's form does: what it names is chosen within its province, and in a file found by code or name."""

    ORDERED: ClassVar = (("since_on", "until_on"),)

    def __init__(self, *args: Any, province: Place, today: date, find: Find | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        self.from_file = find is not None
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                field.error_messages |= ONE_OF_LIST
                if find:
                    self.fields[name] = found_field(field, find)
                else:
                    field.queryset = offered(model_of(field), province, today, self.instance)
            if find:
                self.fields[name].widget = forms.TextInput()
                self.fields[name].required &= not self.has_default(name)

    def has_default(self, name: str) -> bool:
        """Tell whether an empty cell means what the table holds when nothing is said."""
        return bool(self._meta.model._meta.get_field(name).has_default())

    def _get_validation_exclusions(self) -> set[str]:
        """Let a page's code be unique in its province; leave out rows that a file itself adds: they have no number."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        if not self.from_file:
            return excluded - {"province"}
        rows = {name: value for name, value in self.cleaned_data.items() if isinstance(value, Row)}
        return excluded | {name for name, row in rows.items() if row.pk is None}

    def validate_constraints(self) -> None:
        """Ask the database of a page's row; a file's rows are compared all together, and by the form."""
        if not self.from_file:
            super().validate_constraints()

    def validate_unique(self) -> None:
        """Ask the database of a page's row alone."""
        if not self.from_file:
            super().validate_unique()


def model_of(field: forms.ModelChoiceField[Any]) -> type[Row]:
    """Give the model of the rows that a field offers."""
    assert field.queryset is not None
    model: type[Row] = field.queryset.model
    return model


def found_field(field: forms.ModelChoiceField[Any], find: Find) -> RowField:
    """Make the field of a file's cell in place of a list of choices."""
    return RowField(
        model=model_of(field), find=find, required=field.required, label=field.label, help_text=field.help_text
    )


def offered(model: type[Row], province: Place, today: date, instance: Entry) -> Any:
    """Give the rows that a page offers: of the province, at work today, and never the row itself."""
    if model is Place:
        return Place.objects.communes().filter(province=province).in_force(today).order_by("sort_key")
    if model is Organisation:
        return Organisation.objects.in_force(today).at_work_in(province).order_by("sort_key")
    rows = model._default_manager.filter(province=province).order_by("name", "code")
    return rows.exclude(pk=instance.pk) if isinstance(instance, model) else rows


class HostForm(EntryForm):
    """A machine: in a centre or in a cloud."""

    @staticmethod
    def faults_between(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Ask for exactly one home."""
        if bool(said.get("centre")) == bool(said.get("cloud")):
            yield "centre", "Chọn trung tâm dữ liệu hoặc đám mây, đúng một nơi."


class InformationSystemForm(EntryForm):
    """A system: its centre or cloud as it is hosted, its file with number and day together."""

    @staticmethod
    def faults_between(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Say what does not go together."""
        hosting = said.get("hosting")
        if said.get("centre") and hosting != InformationSystem.Hosting.CENTRE:
            yield "centre", "Chỉ chọn trung tâm dữ liệu khi hệ thống đặt ở trung tâm dữ liệu."
        if said.get("cloud") and hosting != InformationSystem.Hosting.CLOUD:
            yield "cloud", "Chỉ chọn đám mây khi hệ thống đặt trên đám mây."
        if said.get("security_file_on") and not said.get("security_file"):
            yield "security_file", "Có ngày phê duyệt thì ghi số, cơ quan của hồ sơ."
        if said.get("security_file") and not said.get("security_file_on"):
            yield "security_file_on", "Có hồ sơ thì ghi ngày phê duyệt."
        part_of = said.get("part_of")
        if part_of and part_of.code == said.get("code"):
            yield "part_of", "Một trang không là thành phần của chính nó: để trống, hoặc chọn cổng chính."
        elif part_of and (part_of.part_of_id or part_of.part_of):
            yield "part_of", f"“{part_of}” chính nó là trang thành phần: chọn cổng chính."


class LoudspeakerForm(EntryForm):
    """A loudspeaker station."""

    @staticmethod
    def faults_between(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Refuse more clusters that work than there are."""
        whole, working = said.get("clusters"), said.get("clusters_working")
        if whole is not None and working is not None and working > whole:
            yield "clusters_working", f"Số cụm loa hoạt động, {working}, nhiều hơn số cụm loa, {whole}."


def form_of(model: type[Entry], *fields: str, form: type[EntryForm] = EntryForm) -> type[EntryForm]:
    """Make a kind's form."""
    named = FIRST if model._meta.get_field("name").editable else ["code"]
    made: Any = forms.modelform_factory(
        model, form=form, fields=[*named, *fields, *LAST], formfield_callback=cleaned_by
    )
    kept: type[EntryForm] = made
    return kept


WHERE_RUN = ("hosting", "centre", "cloud")
SAFETY = ("security_level", "security_file", "security_file_on", "backup", "backup_on")
NEW_TECHNOLOGY = ("uses_ai", "uses_blockchain", "uses_iot")
FORMS: dict[type[Entry], type[EntryForm]] = {
    Agency: form_of(Agency, "sort", "commune", "organisation"),
    DataCentre: form_of(
        DataCentre, "owner", "commune", "address", "purpose", "area_m2", "power_mw", "tier", "tier_certificate", "pue"
    ),
    CloudService: form_of(CloudService, "provider", "origin", "model", "government", "centre"),
    Host: form_of(Host, "kind", "centre", "cloud", "cores", "memory_gb", "storage_gb", form=HostForm),
    CloudUse: form_of(CloudUse, "cloud", "agency", "accounts", "contract"),
    InformationSystem: form_of(
        InformationSystem,
        *("kind", "part_of", "owner", "operator", "shared_provincial", "platform", "government_platform"),
        *("users_count", "host_name", *WHERE_RUN, *SAFETY, *NEW_TECHNOLOGY),
        form=InformationSystemForm,
    ),
    SystemUse: form_of(SystemUse, "system", "agency", "accounts"),
    SectorSystem: form_of(SectorSystem, "sector", "owner", "points", *SURVEY),
    LoudspeakerStation: form_of(
        LoudspeakerStation,
        *("commune", "owner", "technology", "clusters", "clusters_working", *SURVEY),
        form=LoudspeakerForm,
    ),
    DataLink: form_of(
        DataLink,
        *("agency", "operator", "commune", "address", "level", "medium", "capacity_mbps", "physical_paths"),
        *("centre", "serves_level"),
    ),
    InternetExchange: form_of(InternetExchange, "operator", "commune", "capacity_gbps", "members"),
    CdnNode: form_of(CdnNode, "provider", "operator", "commune", "capacity_gbps"),
}
