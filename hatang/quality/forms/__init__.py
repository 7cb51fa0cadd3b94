"""What may be typed or uploaded about measured quality."""

from hatang.quality.forms.blocks import BlockFileForm, BlockTextForm
from hatang.quality.forms.demand import DemandForm, PurposeSettingForm
from hatang.quality.forms.tests import CONNECTIONS, KeepForm, SpotForm

__all__ = [
    "CONNECTIONS",
    "BlockFileForm",
    "BlockTextForm",
    "DemandForm",
    "KeepForm",
    "PurposeSettingForm",
    "SpotForm",
]
