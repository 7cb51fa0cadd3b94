"""The forms by which the sample's province collects: the shipped ones, taken over and published."""

from __future__ import annotations

from hatang.indicators.services.return_forms import adopt_shipped, publish_version, shipped_forms
from hatang.places.models import Place


def make_forms(province: Place) -> None:
    """Take over and publish every shipped form in a province, marked as simulated."""
    for code in shipped_forms():
        version = adopt_shipped(actor=None, province=province, code=code, simulated=True)
        publish_version(actor=None, version=version, note="Bản đầu, theo mẫu của hệ thống")
