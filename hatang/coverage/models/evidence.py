"""Evidence of services besides what is declared and predicted: what was measured, what communes verified.

And what counts of all of it: one row for a place, an operator and a technology, from one day to another.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from hatang.accounts.access import filter_for
from hatang.accounts.models import Organisation, Person
from hatang.network.models import Technology
from hatang.places.models import OfProvince, Place
from hatang.work.in_force import between, ends_after, in_force
from hatang.work.models import StoredFile, Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SEE_EVIDENCE = "coverage.view_evidence"
VERIFY = "coverage.verify_service"
MEASURE = "coverage.bring_measurement"


class Level(models.TextChoices):
    """The levels of evidence, strongest first: the order in which they count."""

    DECIDED = "decided", "quyết định"
    VERIFIED = "verified", "xã xác minh"
    MEASURED = "measured", "đo"
    PREDICTED = "predicted", "dự đoán"
    DECLARED = "declared", "khai báo"


MARKS = {"decided": "■", "verified": "●", "measured": "◆", "predicted": "◇", "declared": "○"}
"""How each level is drawn, wherever it is shown."""


def of_service_seen(person: AbstractBaseUser | AnonymousUser) -> Q:
    """Keep what is about a service whose evidence the person sees: by province, commune or operator."""
    sides = {"province": "place__province_id", "place": "place__parent_id", "organisation": "operator_id"}
    return filter_for(person, SEE_EVIDENCE, **sides)


class MeasurementFileQuerySet(models.QuerySet["MeasurementFile"]):
    """Sets of files of measurements."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """A file is seen by the department."""
        return self.filter(filter_for(person, MEASURE, province="province_id"))

    def whole(self) -> Self:
        """Read with each its file and province."""
        return self.select_related("file__stored_by", "province")


class MeasurementFile(OfProvince, Upload):
    """A file of speed tests or drive tests on its way in."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    undone_at = models.DateTimeField("lúc hoàn tác", null=True, blank=True)

    objects = MeasurementFileQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp kết quả đo"


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    """Sets of measurements."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all of its province, an operator those of its own network, a commune its villages'."""
        return self.filter(
            filter_for(
                person, SEE_EVIDENCE, province="province_id", place="place__parent_id", organisation="operator_id"
            )
        )


class Measurement(models.Model):
    """What a phone measured at a point for one operator and technology. Evidence level: measured."""

    class Kind(models.TextChoices):
        SPEED_TEST = "speed_test", "đo tốc độ"
        DRIVE_TEST = "drive_test", "đo lưu động"

    province = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name="tỉnh")
    place = models.ForeignKey(
        Place,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="measurements",
        verbose_name="thôn",
        help_text="Thôn mà phép đo thuộc về; trống: xa mọi thôn.",
    )
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    kind = models.CharField("loại đo", max_length=10, choices=Kind)
    lon = models.FloatField("kinh độ", validators=between(102, 118, "Kinh độ của Việt Nam từ 102 đến 118."))
    lat = models.FloatField("vĩ độ", validators=between(6, 24, "Vĩ độ của Việt Nam từ 6 đến 24."))
    at = models.DateTimeField("thời điểm")
    level_dbm = models.FloatField("mức thu, dBm", null=True, blank=True)
    download_mbps = models.FloatField("tải xuống, Mbit/s", null=True, blank=True, validators=[MinValueValidator(0)])
    upload_mbps = models.FloatField("tải lên, Mbit/s", null=True, blank=True, validators=[MinValueValidator(0)])
    latency_ms = models.FloatField("độ trễ, ms", null=True, blank=True, validators=[MinValueValidator(0)])
    file = models.ForeignKey(MeasurementFile, models.CASCADE, related_name="measurements", verbose_name="tệp")
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = "phép đo sóng"
        indexes = [
            models.Index(fields=["place", "operator", "technology"], name="measurement_at_place"),
            models.Index(fields=["province", "at"], name="measurement_in_province"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(level_dbm__isnull=False) | Q(download_mbps__isnull=False),
                name="measurement_of_something",
                violation_error_message="Ghi mức thu hoặc tốc độ tải xuống.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.technology} {self.at:%d/%m/%Y}"


class VerificationQuerySet(models.QuerySet["Verification"]):
    """Sets of verifications."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """As for measurements."""
        return self.filter(of_service_seen(person))


class Verification(models.Model):
    """A commune officer's word whether a service is there, tried on a day; the newest counts. Level: verified."""

    class Answer(models.TextChoices):
        YES = "yes", "Có"
        NO = "no", "Không"
        UNSTEADY = "unsteady", "Chập chờn"

    class Means(models.TextChoices):
        TRIED = "tried", "gọi và lên mạng thử tại chỗ"
        SPEED = "speed", "đo tốc độ tại chỗ"
        ASKED = "asked", "hỏi người dân, trưởng thôn"
        OTHER = "other", "cách khác (ghi ở ghi chú)"

    place = models.ForeignKey(Place, models.CASCADE, related_name="verifications", verbose_name="nơi")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    answer = models.CharField("kết quả", max_length=8, choices=Answer)
    on = models.DateField("thử ngày")
    means = models.CharField("cách thử", max_length=5, choices=Means, default=Means.TRIED)
    note = models.CharField("ghi chú", max_length=500, blank=True)
    photo = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name="ảnh"
    )
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name="người xác minh")
    at = models.DateTimeField("ghi lúc", auto_now_add=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = "xác minh phủ sóng"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["place", "operator", "technology"], name="verification_at_place")]

    def __str__(self) -> str:
        return f"{self.technology}: {self.get_answer_display()}"


class CountedQuerySet(models.QuerySet["CountedService"]):
    """Sets of counted services."""

    def on(self, on: date) -> Self:
        """Keep what stands on a day."""
        return self.filter(in_force(on, begin="since_on", end="until_on"))

    def covering(self, *technologies: str, on: date) -> Self:
        """Keep the services that count as there on a day, of any of these technologies."""
        return self.on(on).filter(technology__in=technologies, served=True)

    def disagreeing(self) -> Self:
        """Keep those whose levels say different things.

        What is declared is always known, so among levels that differ one differs from it.
        """
        others = [Level.PREDICTED.value, Level.MEASURED.value, Level.VERIFIED.value]
        denied = Q(*((name, False) for name in others), _connector=Q.OR)
        affirmed = Q(*((name, True) for name in others), _connector=Q.OR)
        return self.filter((Q(declared=True) & denied) | (Q(declared=False) & affirmed))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The department sees all of its province, an operator its own, a commune its villages, zones and sites."""
        return self.filter(of_service_seen(person))


class CountedService(models.Model):
    """What counts of an operator's technology at a place from one day to another, and what each level says.

    Worked out from the evidence by `services/counting.py` and nothing else: made anew whenever evidence changes. Days
    to come are there too, as when a verification will be too old.
    """

    place = models.ForeignKey(Place, models.CASCADE, related_name="counted_services", verbose_name="nơi")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="doanh nghiệp")
    technology = models.CharField("công nghệ", max_length=2, choices=Technology)
    served = models.BooleanField("có dịch vụ")
    level = models.CharField("mức bằng chứng được tính", max_length=9, choices=Level)
    declared = models.BooleanField("doanh nghiệp khai báo")
    predicted = models.BooleanField("dự đoán", null=True)
    measured = models.BooleanField("đo", null=True)
    verified = models.BooleanField("xã xác minh", null=True)
    decided = models.BooleanField("quyết định", null=True)
    since_on = models.DateField("từ ngày")
    until_on = models.DateField("đến ngày", null=True, blank=True)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)

    objects = CountedQuerySet.as_manager()

    LEVELS: ClassVar = tuple(level.value for level in Level)

    class Meta:
        verbose_name = "dịch vụ được tính"
        indexes = [models.Index(fields=["technology", "served", "place"], name="counted_of_technology")]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "operator", "technology", "since_on"], name="countedservice_unique"
            ),
            ends_after("since_on", "until_on", "countedservice_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.technology} tại {self.place_id}"

    @property
    def said(self) -> list[tuple[str, str, bool | None]]:
        """What each level says: its mark, its word, and yes, no or nothing."""
        return [(MARKS[name], str(Level(name).label), getattr(self, name)) for name in self.LEVELS]

    @property
    def mark(self) -> str:
        """The mark of the level that counts."""
        return MARKS[self.level]


class CountingState(models.Model):
    """As of which evidence a province's services were last counted."""

    province = models.OneToOneField(Place, models.CASCADE, related_name="+", verbose_name="tỉnh")
    evidence = models.CharField("dấu của bằng chứng", max_length=64)
    counted_at = models.DateTimeField("tính lúc")

    class Meta:
        verbose_name = "lần tính dịch vụ"

    def __str__(self) -> str:
        return f"{self.province_id}: {self.counted_at:%d/%m/%Y}"


def people_first(place: str) -> models.Expression | models.F:
    """Write how many people live at a place, for ordering; none where that is not known."""
    return models.functions.Coalesce(F(f"{place}__population"), 0)
