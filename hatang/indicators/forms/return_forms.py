"""What may be typed about a form of returns, its items and its checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from hatang.core.vietnamese import search_key
from hatang.indicators.forms.figures import NumberField
from hatang.indicators.models import FormCheck, FormItem, Indicator, ReturnForm
from hatang.indicators.models.return_forms import REPORTED

Choices = Sequence[tuple[str, str]]
MOST_OPTIONS = 40
MOST_ORDERED = 6
OF_KIND = {
    "indicator": (FormItem.Kind.INDICATOR,),
    "unit_code": (FormItem.Kind.NUMBER,),
    "denominator_from": (FormItem.Kind.INDICATOR,),
    "options": (FormItem.Kind.CHOICE,),
    "extract": (FormItem.Kind.EXTRACT,),
}
"""Which fields mean something for which kinds of items only."""


class FactsForm(forms.ModelForm[ReturnForm]):
    """Who files a form, how often, by when. What its periods rest on stays once there are periods."""

    class Meta:
        model = ReturnForm
        fields = ("name", "code", "filer", "by_commune", "rhythm", "due_offset_days", "open_days", "legal", "help")
        widgets = {"help": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].help_text = "Chữ không dấu, số và gạch nối, ví dụ xa-nam. Không đổi được về sau."
        if self.instance.pk:
            self.fields["code"].disabled = True
        if self.instance.pk and self.instance.periods.exists():
            for name in ("filer", "by_commune", "rhythm"):
                self.fields[name].disabled = True
                self.fields[name].help_text = "Đã có kỳ thu theo biểu này nên không đổi được; lập biểu khác."

    def clean_code(self) -> str:
        """Refuse a code that another form of the province has."""
        code = str(self.cleaned_data["code"])
        others = ReturnForm.objects.filter(province=self.instance.province_id).exclude(pk=self.instance.pk)
        if others.filter(code=code).exists():
            raise ValidationError("Tỉnh đã có biểu mang mã này.")
        return code


class LinesField(forms.CharField):
    """Texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 5})

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Part the lines; two that read alike cannot be told apart."""
        lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        if len({search_key(line) for line in lines}) < len(lines):
            raise ValidationError("Hai lựa chọn giống nhau.")
        if len(lines) > MOST_OPTIONS:
            raise ValidationError(f"Nhiều nhất {MOST_OPTIONS} lựa chọn.")
        return lines

    def prepare_value(self, value: Any) -> Any:
        """Write the texts back one a line."""
        return "\n".join(value) if isinstance(value, list) else value


class AskedIndicatorField(forms.ModelChoiceField):
    """An indicator, said with whether people are asked for it."""

    def label_from_instance(self, obj: Any) -> str:
        """Name the indicator and how its figure comes."""
        return f"{obj.number}. {obj.name}" + ("" if obj.formula == REPORTED else " (hệ thống đã đếm, chỉ hỏi xác nhận)")


class ItemForm(forms.ModelForm[FormItem]):
    """One question of a draft."""

    options = LinesField(label="các lựa chọn", required=False, help_text="Mỗi dòng một lựa chọn.")
    extract = forms.ChoiceField(label="trích từ sổ", required=False)

    class Meta:
        model = FormItem
        fields = (
            *("section", "kind", "indicator", "denominator_from", "unit_code", "extract", "options"),
            *("label", "code", "help", "required"),
        )
        field_classes = {"indicator": AskedIndicatorField}

    def __init__(self, *args: Any, extracts: Choices, sections: Sequence[str], frozen: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ChoiceField, self.fields["extract"]).choices = [("", "Chọn…"), *extracts]
        cast(forms.ModelChoiceField[Indicator], self.fields["indicator"]).queryset = Indicator.objects.order_by(
            "number"
        )
        self.sections = sections
        self.fields["section"].widget.attrs["list"] = "cac-phan"
        self.fields["label"].required = self.fields["code"].required = False
        self.fields["label"].help_text = "Để trống thì lấy tên chỉ tiêu hoặc tên số trích."
        self.fields["code"].help_text = "Để trống thì hệ thống tự đặt. Giữ nguyên từ bản này sang bản khác để so được."
        if frozen:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = "Đã có trong bản ban hành trước nên giữ nguyên, để số các kỳ so được."
        for name, kinds in OF_KIND.items():
            self.fields[name].widget.attrs["data-kinds"] = " ".join(kinds)

    def clean(self) -> dict[str, Any]:
        """Ask for what the kind needs, and leave away what belongs to other kinds."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        for name, kinds in OF_KIND.items():
            if kind not in kinds:
                cleaned[name] = {"indicator": None, "options": []}.get(name, "")
        for name, needs in {"indicator": FormItem.Kind.INDICATOR, "extract": FormItem.Kind.EXTRACT}.items():
            if kind == needs and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, "Loại dòng này cần chọn ở đây.")
        if kind == FormItem.Kind.CHOICE and len(cleaned.get("options") or []) < 2 and "options" not in self.errors:
            self.add_error("options", "Cần ít nhất 2 lựa chọn, mỗi dòng một lựa chọn.")
        self._name(cleaned)
        return cleaned

    def _name(self, cleaned: dict[str, Any]) -> None:
        """Give label and code where they were left to the system."""
        indicator, extract = cleaned.get("indicator"), str(cleaned.get("extract") or "")
        extracts = dict(cast(forms.ChoiceField, self.fields["extract"]).choices)  # type: ignore[arg-type]
        cleaned["label"] = cleaned.get("label") or (
            indicator.name if indicator else extracts.get(extract, "") if extract else ""
        )
        if not cleaned["label"] and not self.errors:
            self.add_error("label", "Ghi câu hỏi.")
        wished = indicator.code if indicator else extract or slugify(search_key(cleaned["label"]))[:50]
        cleaned["code"] = cleaned.get("code") or (self.free(wished) if wished else "")

    def free(self, wished: str) -> str:
        """Give a code that no other item of the version has."""
        taken = set(self.instance.version.items.exclude(pk=self.instance.pk).values_list("code", flat=True))
        codes = (wished if n == 1 else f"{wished}-{n}" for n in range(1, len(taken) + 2))
        return next(code for code in codes if code not in taken)

    def clean_code(self) -> str:
        """Refuse a code that another item of the version has."""
        code = str(self.cleaned_data["code"] or "")
        others = self.instance.version.items.exclude(pk=self.instance.pk)
        if code and others.filter(code=code).exists():
            raise ValidationError("Biểu đã có dòng mang mã này.")
        return code


class CheckForm(forms.ModelForm[FormCheck]):
    """One check of a draft: on which items, with which settings, blocking or not."""

    class Meta:
        model = FormCheck
        fields = ("hard", "message")

    def __init__(self, *args: Any, rule: Any, items: Sequence[FormItem], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rule = rule
        self.able = [(item.code, item.label) for item in items if rule.applies_to(item)]
        self.ordered = rule.least_items > 0
        self.setting_names = [f"set-{setting.name}" for setting in rule.settings]
        asked = self._ordered_fields() if self.ordered else {"items": self._items_field()}
        settings = {f"set-{s.name}": self._setting_field(s) for s in rule.settings}
        self.fields = asked | settings | self.fields
        self.fields["message"].help_text = f"Để trống thì nói: “{rule.look}”"

    def _items_field(self) -> forms.Field:
        return forms.MultipleChoiceField(
            label="các dòng",
            choices=self.able,
            required=False,
            initial=self.instance.items,
            widget=forms.CheckboxSelectMultiple,
            help_text="Không chọn dòng nào: mọi dòng mà luật áp dụng được.",
        )

    def _ordered_fields(self) -> dict[str, forms.Field]:
        """Make a choice for each place in the order."""
        chosen = list(self.instance.items)
        return {
            f"item-{n}": forms.ChoiceField(
                label=f"dòng thứ {n + 1}",
                choices=[("", "–"), *self.able],
                required=n < self.rule.least_items,
                error_messages={"required": "Chọn một dòng."},
                initial=chosen[n] if n < len(chosen) else "",
            )
            for n in range(max(self.rule.least_items, MOST_ORDERED if self.rule.name == "adds_up" else 0))
        }

    def _setting_field(self, setting: Any) -> forms.Field:
        more = {"label": setting.label, "help_text": setting.note, "required": setting.must_be_chosen}
        initial = self.instance.settings.get(setting.name, setting.default)
        if setting.choices is None:
            return NumberField(initial=initial, **more)
        choices: Callable[[], Choices] = setting.choices
        blank = [] if setting.default else [("", dict(choices()).get("", "Chọn…"))]
        more["error_messages"] = {"required": "Chọn một trong danh sách."}
        return forms.ChoiceField(choices=[*blank, *[c for c in choices() if c[0]]], initial=initial, **more)

    def clean(self) -> dict[str, Any]:
        """Let the rule itself judge its items and settings."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.rule = self.rule.name
        self.instance.items = self.chosen(cleaned)
        told = {name.removeprefix("set-"): cleaned.get(name) for name in self.setting_names}
        for setting in self.rule.settings:
            try:
                if f"set-{setting.name}" not in self.errors:
                    setting.read(told[setting.name])
            except ValidationError as error:
                self.add_error(f"set-{setting.name}", error)
        self.instance.settings = {name: value for name, value in told.items() if value not in (None, "")}
        if self.setting_names and not self.errors:
            fault = self.rule.settings_fault(self.rule.read_settings(self.instance.settings))
            if fault:
                self.add_error(self.setting_names[0], f"{fault[:1].upper()}{fault[1:]}")
        return cleaned

    def chosen(self, cleaned: Mapping[str, Any]) -> list[str]:
        """Give the codes that were chosen, in their order."""
        if not self.ordered:
            return list(cleaned.get("items") or [])
        codes = [cleaned.get(name) for name in self.fields if name.startswith("item-")]
        return list(dict.fromkeys(code for code in codes if code))


class PublishForm(forms.Form):
    """What is said when a version is published."""

    note = forms.CharField(label="khác gì bản trước", max_length=300, required=False)
