"""Things that sense and what they tell.

How it is read:
- A `Thing` stands at a place, belongs to an organisation and has `datastreams`; `Thing.objects.visible_to(person)`.
- A `Datastream` is one series of one observed property of one thing. Its latest value stands in the row itself:
  `last_at` (when it was so), `last_result` (a number) or `last_text` (anything else, as JSON), `last_quality`. Nothing
  else need be asked for what a thing says now: `Datastream.objects.of(thing)`.
- Observations are no rows of the database. They lie in Parquet files by month, the table of
  `hatang.sensors.services.observations`: `series` draws a stream (least, mean, greatest in each bucket), `observations`
  gives single ones.
- A `Device` is what sends, with a key and a secret of its own; it may send for the streams of its own thing only.
- A `Threshold` is a rule on a stream; an `Alert` is one time that it was true, from raising to closing.
- What could not be taken is counted in `RefusedInput`: never lost silently.
"""

from hatang.sensors.models.alerts import Alert, AlertState, Threshold, ThresholdKind, ThresholdLevel
from hatang.sensors.models.devices import Device, RefusedInput, RefusedReason
from hatang.sensors.models.streams import (
    Datastream,
    FeatureOfInterest,
    ObservationChange,
    ObservedProperty,
    Sensor,
)
from hatang.sensors.models.things import (
    CHANGE,
    CODE,
    VIEW,
    HistoricalLocation,
    Location,
    Thing,
    ThingKind,
    ThingState,
)

__all__ = [
    "CHANGE",
    "CODE",
    "VIEW",
    "Alert",
    "AlertState",
    "Datastream",
    "Device",
    "FeatureOfInterest",
    "HistoricalLocation",
    "Location",
    "ObservationChange",
    "ObservedProperty",
    "RefusedInput",
    "RefusedReason",
    "Sensor",
    "Thing",
    "ThingKind",
    "ThingState",
    "Threshold",
    "ThresholdKind",
    "ThresholdLevel",
]
