"""Series of observations: what is observed, by which sensor, of which feature, and the latest value of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from simple_history.models import HistoricalRecords

from hatang.accounts.models import Person
from hatang.sensors.models.things import CHANGE, CODE, VIEW, Owned, OwnedQuerySet, Thing

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


class UsedQuerySet(OwnedQuerySet):
    """Sets of rows that streams name: public with the streams that are."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Everybody sees what a public stream names; the owner and the officers of the province the rest of theirs."""
        public = Datastream.objects.filter(**{self.model.NAMED_BY: OuterRef("pk")}, thing__public=True)
        return self.filter(Q(public=True) | Exists(public) | self.model.owned(person, VIEW))


class Sensor(Owned):
    """A model or procedure of measuring: its data sheet."""

    NAMED_BY = "sensor"

    encoding_type = models.CharField("dạng của mô tả", max_length=200, default="application/pdf")
    metadata = models.JSONField("mô tả kỹ thuật", default=str, blank=True)

    history = HistoricalRecords()
    objects = UsedQuerySet.as_manager()

    class Meta:
        verbose_name = "cảm biến"


class ObservedProperty(Owned):
    """What is observed: water level, voltage, fine dust."""

    NAMED_BY = "observed_property"

    definition = models.CharField("định nghĩa (URI)", max_length=500)

    history = HistoricalRecords()
    objects = UsedQuerySet.as_manager()

    class Meta:
        verbose_name = "đại lượng đo"


class FeatureOfInterest(Owned):
    """Of what something is observed: a stretch of river, a room, mostly the place where the thing stands."""

    NAMED_BY = "features"

    encoding_type = models.CharField("dạng", max_length=200, default="application/geo+json")
    feature = models.JSONField("đối tượng")
    shape = GeometryField("hình", srid=4326, null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["shape"])
    objects = UsedQuerySet.as_manager()

    class Meta:
        verbose_name = "đối tượng được đo"


class DatastreamQuerySet(models.QuerySet["Datastream"]):
    """Sets of streams."""

    def of(self, thing: Thing) -> Self:
        """Give a thing's streams with what a page says of each, the latest value among it; one question."""
        return self.filter(thing=thing).select_related("observed_property", "sensor").order_by("code")

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Whoever sees a thing sees its streams."""
        return self.filter(Q(thing__public=True) | Q(thing__in=Thing.objects.filter(Thing.owned(person, VIEW))))

    def changeable_by(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the streams of things that the person may change."""
        return self.filter(thing__in=Thing.objects.filter(Thing.owned(person, CHANGE)))


class Datastream(models.Model):
    """One series: one observed property of one thing by one sensor, in one unit; and its latest value.

    The latest value is that of the latest moment heard of, whenever it came in. Writers set the `last_` columns by
    themselves: they have no history.
    """

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="datastreams", verbose_name="vật")
    sensor = models.ForeignKey(Sensor, models.PROTECT, related_name="datastreams", verbose_name="cảm biến")
    observed_property = models.ForeignKey(
        ObservedProperty, models.PROTECT, related_name="datastreams", verbose_name="đại lượng"
    )
    feature = models.ForeignKey(
        FeatureOfInterest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="đối tượng được đo",
        help_text="Của những lần đo không nói gì khác; để trống: nơi vật đứng.",
    )
    features = models.ManyToManyField(
        FeatureOfInterest, related_name="datastreams", blank=True, verbose_name="các đối tượng được đo"
    )
    code = models.CharField(
        "mã", max_length=40, validators=[CODE], help_text="Mỗi mã một luồng của vật; là tên trong chủ đề MQTT."
    )
    name = models.CharField("tên", max_length=255)
    description = models.TextField("mô tả", blank=True, default="")
    properties = models.JSONField("thuộc tính khác", default=dict, blank=True)
    observation_type = models.CharField("kiểu kết quả", max_length=200, default=MEASUREMENT)
    unit_name = models.CharField("đơn vị", max_length=100, blank=True, default="")
    unit_symbol = models.CharField("ký hiệu đơn vị", max_length=40, blank=True, default="")
    unit_definition = models.CharField("định nghĩa đơn vị (URI)", max_length=500, blank=True, default="")
    first_at = models.DateTimeField("lần đo sớm nhất", null=True, blank=True, editable=False)
    last_at = models.DateTimeField("lần đo gần nhất", null=True, blank=True, editable=False)
    last_result = models.FloatField("giá trị gần nhất", null=True, blank=True, editable=False)
    last_text = models.TextField("kết quả gần nhất không phải số (JSON)", default="", blank=True, editable=False)
    last_quality = models.CharField("chất lượng gần nhất", max_length=200, default="", blank=True, editable=False)
    heard_at = models.DateTimeField("nhận lần cuối", null=True, blank=True, editable=False)

    history = HistoricalRecords(
        excluded_fields=["first_at", "last_at", "last_result", "last_text", "last_quality", "heard_at"]
    )
    objects = DatastreamQuerySet.as_manager()

    class Meta:
        verbose_name = "luồng số đo"
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "code"],
                name="datastream_code",
                violation_error_message="Vật đã có luồng mang mã này.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def owners(self) -> dict[str, int | None]:
        """Say whose stream this is: the thing's."""
        return self.thing.owners()


class ObservationChange(models.Model):
    """That somebody corrected or removed an observation: what it was, and what it became."""

    stream = models.ForeignKey(Datastream, models.CASCADE, related_name="changes", verbose_name="luồng")
    observation = models.CharField("lần đo", max_length=60)
    before = models.JSONField("trước")
    after = models.JSONField("sau", null=True, help_text="Trống: đã bỏ.")
    changed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người sửa")
    changed_at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        verbose_name = "sửa, bỏ lần đo"

    def __str__(self) -> str:
        return self.observation
