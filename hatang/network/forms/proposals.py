"""What may be typed or uploaded about planned masts and routes."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import shapely
from django import forms
from django.core.exceptions import ValidationError

from hatang.accounts.models import Organisation
from hatang.core.lengths import length_km
from hatang.core.vietnamese import number
from hatang.network.forms.things import position_fault
from hatang.network.models import Proposal
from hatang.pages.fields import ONE_OF_LIST, CodeField, DayField, NumberField, choose
from hatang.pages.widgets import GeometryWidget, PointWidget, ShapeField
from hatang.places.models import Place

MOST_VERTICES, MOST_KM = 2_000, 300
ROUTES = [choice for choice in Proposal.Kind.choices if choice[0] != Proposal.Kind.MAST]


class ProposalForm(forms.ModelForm[Proposal]):
    """What planned masts and routes have in common: whose network, a code, a day."""

    class Meta:
        model = Proposal
        fields: ClassVar = ["network", "code", "commune", "planned_on", "note"]
        field_classes: ClassVar = {
            "code": CodeField,
            "planned_on": DayField,
            "lon": NumberField,
            "lat": NumberField,
            "height_m": NumberField,
            "path": ShapeField,
        }
        localized_fields: ClassVar = ["lon", "lat", "height_m"]
        widgets: ClassVar = {"lat": PointWidget(partner="lon"), "path": GeometryWidget()}
        help_texts: ClassVar = {"commune": "Để trống thì lấy theo điểm trên bản đồ."}
        error_messages: ClassVar = dict.fromkeys(("network", "commune", "kind"), ONE_OF_LIST)

    def __init__(self, *args: Any, province: Place, today: date, networks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        for name in {"lat", "path"} & self.fields.keys():
            self.fields[name].widget.near = (province.lon, province.lat)  # type: ignore[attr-defined]
        inside = Place.objects.communes().filter(province=province).in_force(today).order_by("sort_key")
        choose(self, "commune", inside)
        choose(self, "network", Organisation.objects.filter(pk__in=networks).order_by("sort_key"))
        if len(networks) == 1:
            self.fields["network"].initial = networks[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        commune = cleaned.get("commune")
        if commune and (fault := position_fault(commune, cleaned.get("lon"), cleaned.get("lat"))):
            self.add_error("lon", fault)
        return cleaned


class MastProposalForm(ProposalForm):
    """A planned mast."""

    class Meta(ProposalForm.Meta):
        fields: ClassVar = ["network", "code", "lon", "lat", "height_m", "commune", "planned_on", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = Proposal.Kind.MAST
        for name in ("lon", "lat"):
            self.fields[name].required = True


class RouteProposalForm(ProposalForm):
    """A planned route."""

    class Meta(ProposalForm.Meta):
        fields: ClassVar = ["network", "kind", "code", "path", "commune", "planned_on", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["path"].required = True
        self.fields["kind"].choices = ROUTES  # type: ignore[attr-defined]

    def clean_path(self) -> Any:
        """Refuse what nobody builds at once: each piece is measured against the register while the person waits."""
        path = self.cleaned_data["path"]
        if path.num_coords > MOST_VERTICES:
            told = f"Tuyến có {number(path.num_coords)} đỉnh; tối đa {number(MOST_VERTICES)}: vẽ thưa hơn."
            raise ValidationError(told)
        if (km := length_km(shapely.from_wkb(bytes(path.wkb)))) > MOST_KM:
            raise ValidationError(f"Tuyến dài {number(km)} km; tối đa {number(MOST_KM)} km: chia thành nhiều tuyến.")
        return path


class ProposalFileForm(forms.Form):
    """A small list of planned masts and routes."""

    file = forms.FileField(
        label="Danh sách Excel (.xlsx) hoặc CSV",
        help_text="Tối đa 500 dòng, theo tệp mẫu. Tuyến: mỗi đỉnh “kinh độ; vĩ độ” một dòng trong ô, hoặc GeoJSON.",
    )
