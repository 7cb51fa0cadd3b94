"""What may be typed about figures."""

from hatang.indicators.forms.figures import (
    LARGEST_FIGURE,
    ChooseForm,
    NumberField,
    PickForm,
    RecordForm,
    SampleSizeField,
    WholeNumberField,
)

__all__ = [
    "LARGEST_FIGURE",
    "ChooseForm",
    "NumberField",
    "PickForm",
    "RecordForm",
    "SampleSizeField",
    "WholeNumberField",
]
