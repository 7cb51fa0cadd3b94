"""Values of indicators: how each came, from what, approved and published by whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, OuterRef, Q, When
from django.db.models.functions import Coalesce

from hatang.accounts.access import filter_for
from hatang.accounts.models import Person
from hatang.coverage.models import CoverageRun
from hatang.indicators.models.definitions import Indicator
from hatang.indicators.models.publications import Publication
from hatang.indicators.models.returns import Period
from hatang.places.models import Place
from hatang.work.models import StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class ValueQuerySet(models.QuerySet["Value"]):
    """Sets of values."""

    def known(self, at: datetime | None = None) -> Self:
        """Keep what the system holds now, or held at that instant."""
        if at is None:
            return self.filter(known_to__isnull=True)
        return self.filter(known_from__lte=at).filter(Q(known_to__isnull=True) | Q(known_to__gt=at))

    def published(self) -> Self:
        """Keep what was published."""
        return self.filter(state=Value.State.PUBLISHED)

    def inside(self, province: Place) -> Self:
        """Keep the figures of a province, the provinces that it came from, and the communes of them."""
        of_province = Place.objects.now_in(province).values("pk")
        return self.filter(Q(place__in=of_province) | Q(place__province__in=of_province))

    def waiting_in(self, province: Place) -> Self:
        """Keep what is not yet published of a province, the provinces that it came from, and the communes of them."""
        return self.inside(province).known().exclude(state=Value.State.PUBLISHED)

    def went_out(self) -> Self:
        """Tell when each published figure went out, as `out_at`: with its publication, or before there were any."""
        return self.published().annotate(out_at=Coalesce("publication__published_at", "approved_at", "known_from"))

    def as_published(self, at: datetime) -> Self:
        """Keep what the public was told at that instant: of each figure the newest version that had gone out."""
        same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
        until = Q(out_at__lte=at)
        newer = Value.objects.went_out().filter(until, **same, known_from__gt=OuterRef("known_from"))
        return self.went_out().filter(until, ~Exists(newer))

    def held_back(self) -> Self:
        """Tell, as `held`, which published figures are not for the public: of too few owners, or of a trade secret."""
        same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
        withheld_now = Exists(Value.objects.known().filter(**same, withheld=True))
        secret = Q(indicator__commercial=True) & ~Q(place__kind=Place.Kind.PROVINCE)
        rule = Case(When(Q(withheld=True) | secret | withheld_now, then=True), default=False)
        return self.annotate(held=ExpressionWrapper(rule, output_field=models.BooleanField()))

    def last_published(self) -> Self:
        """Keep the newest published version of each figure, though a newer draft may stand."""
        same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
        newer = Value.objects.published().filter(**same, known_from__gt=OuterRef("known_from"))
        return self.published().filter(~Exists(newer))

    def last_approved(self) -> Self:
        """Keep the newest approved or published version of each figure, though a newer draft may stand."""
        done = Value.objects.exclude(state=Value.State.DRAFT)
        same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
        newer = done.filter(**same, known_from__gt=OuterRef("known_from"))
        return self.exclude(state=Value.State.DRAFT).filter(~Exists(newer))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Everybody sees published figures, but commercial ones below the province and those of too few owners.

        What is withheld now is not to be read off an older version either. Officers see their scope's all.
        """
        same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
        now = Value.objects.known().filter(**same, withheld=True)
        public = Q(state=Value.State.PUBLISHED, withheld=False) & ~Q(Exists(now))
        public &= Q(indicator__commercial=False) | Q(place__kind=Place.Kind.PROVINCE)
        officers = filter_for(person, "indicators.view_draft", province="place__province_id")
        of_province = filter_for(person, "indicators.view_draft", province="place_id")
        of_commune = filter_for(person, "indicators.record_value", province="place__province_id", place="place_id")
        inherited = filter_for(person, "indicators.view_draft", province="successions__successor_id")
        dissolved = Place.objects.provinces().filter(inherited)
        of_former = Q(place__in=dissolved) | Q(place__province__in=dissolved)
        return self.filter(public | officers | of_province | of_commune | of_former)

    def latest_for(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the newest figure the person may see: a published one stays in view while a newer one is a draft."""
        same = {field: OuterRef(field) for field in ("indicator", "formula", "place", "year")}
        newer = Value.objects.visible_to(person).filter(**same, known_from__gt=OuterRef("known_from"))
        return self.visible_to(person).filter(Q(known_to__isnull=True) | ~Exists(newer))


class Value(models.Model):
    """An indicator's figure at a place for a year. Never overwritten: a newer one ends the older one's `known_to`."""

    class How(models.TextChoices):
        COUNTED = "counted", "đếm"
        MEASURED = "measured", "đo"
        PREDICTED = "predicted", "dự đoán"
        REPORTED = "reported", "báo cáo"

    class State(models.TextChoices):
        DRAFT = "draft", "dự thảo"
        APPROVED = "approved", "đã duyệt"
        PUBLISHED = "published", "đã công bố"

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name="chỉ tiêu")
    formula = models.CharField("công thức", max_length=60, default="reported")
    place = models.ForeignKey(Place, models.PROTECT, related_name="values", verbose_name="nơi")
    year = models.PositiveSmallIntegerField("năm")
    on = models.DateField("tính đến ngày")
    numerator = models.FloatField("tử số", null=True, blank=True)
    denominator = models.FloatField("mẫu số", null=True, blank=True)
    value = models.FloatField("giá trị", null=True, blank=True)
    sample_size = models.PositiveIntegerField("cỡ mẫu", null=True, blank=True)
    missing_children = models.PositiveIntegerField("số nơi cấp dưới chưa có số liệu", default=0)
    how = models.CharField("cách có số liệu", max_length=9, choices=How)
    withheld = models.BooleanField(
        "không công bố ở cấp xã",
        default=False,
        help_text="Ít chủ sở hữu quá, hoặc suy ra được xã như thế: con số nói lên điều của một doanh nghiệp.",
    )
    restated = models.BooleanField("tính lại theo địa giới hiện nay", default=False)
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    source = models.CharField("nguồn", max_length=300, blank=True)
    run = models.ForeignKey(
        CoverageRun,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lượt tính vùng phủ",
        help_text="Số liệu dự đoán đọc từ lượt nào.",
    )
    period = models.ForeignKey(
        Period,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="values",
        verbose_name="kỳ thu thập",
        help_text="Số liệu báo cáo đến từ phiếu của kỳ nào.",
    )
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tệp minh chứng"
    )
    reason = models.CharField(
        "lý do sửa", max_length=500, blank=True, help_text="Vì sao bản này thay bản đã công bố trước."
    )
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="values", verbose_name="lần công bố"
    )
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.DRAFT)
    recorded_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người ghi"
    )
    approved_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    approved_at = models.DateTimeField("lúc duyệt", null=True, blank=True)
    known_from = models.DateTimeField("hệ thống biết từ")
    known_to = models.DateTimeField("đến", null=True, blank=True)

    objects = ValueQuerySet.as_manager()

    class Meta:
        verbose_name = "giá trị"
        indexes = [
            models.Index(fields=["place", "year", "indicator", "known_from"], name="value_versions"),
            models.Index(fields=["place", "year"], condition=Q(known_to__isnull=True), name="value_now_place"),
            models.Index(fields=["indicator", "year"], condition=Q(known_to__isnull=True), name="value_now_indicator"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "formula", "place", "year"],
                condition=Q(known_to__isnull=True),
                name="value_unique_now",
                violation_error_message="Chỉ tiêu này đã có giá trị tại nơi và năm ấy.",
            )
        ]

    def __str__(self) -> str:
        return self.indicator.unit.write(self.value)

    def owners(self) -> dict[str, int | None]:
        """Say whose row this is, for permissions."""
        return self.place.owners()
