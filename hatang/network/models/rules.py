"""What a province's decision asks of masts, routes and sharing: numbers with the days on which they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from hatang.accounts.access import scopes
from hatang.core.vietnamese import number
from hatang.places.models import OfProvince, Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class RuleUnit(models.TextChoices):
    """Units of rules; those of terms are named as the clocks of `work` name them."""

    METRES = "m", "m"
    WORKING_DAYS = "working_days", "ngày làm việc"
    DAYS = "days", "ngày"
    HOURS = "hours", "giờ"
    PERCENT = "percent", "%"
    COUNT = "count", "doanh nghiệp"
    SWITCH = "switch", "1 = có, 0 = không"


@dataclass(frozen=True)
class RuleKey:
    """One thing that can be ruled: its key, name, unit, and what holds where no province ruled it.

    With a `default` it is a setting that the law leaves open and this system needs; without, nothing holds until a
    province's officer adopts a rule.
    """

    key: str
    label: str
    unit: RuleUnit
    default: float | None = None
    note: str = ""


M, WD, SWITCH = RuleUnit.METRES, RuleUnit.WORKING_DAYS, RuleUnit.SWITCH
KEYS: dict[str, RuleKey] = {
    row.key: row
    for row in (
        RuleKey("distance.other_network.urban", "Khoảng cách tới cột khác mạng, đô thị, ít nhất", M),
        RuleKey("distance.other_network.non_urban", "Khoảng cách tới cột khác mạng, ngoài đô thị, ít nhất", M),
        RuleKey("distance.same_network.urban", "Khoảng cách tới cột cùng mạng, đô thị, ít nhất", M),
        RuleKey("distance.same_network.non_urban", "Khoảng cách tới cột cùng mạng, ngoài đô thị, ít nhất", M),
        RuleKey("distance.small_mast_height", "Cột thấp không cần khoảng cách khác mạng: cao không quá", M),
        RuleKey("distance.small_mast_same_network", "Cột thấp cũng không cần khoảng cách cùng mạng", SWITCH),
        RuleKey("distance.small_mast_urban_keeps", "Cột thấp ở đô thị vẫn phải giữ khoảng cách", SWITCH),
        RuleKey("share.min_operators", "Công trình mới phải đủ chỗ cho ít nhất", RuleUnit.COUNT),
        RuleKey("share.reply_days", "Trả lời đề nghị dùng chung trong", WD),
        RuleKey("share.reply_days_survey", "Trả lời khi phải khảo sát trong", RuleUnit.DAYS),
        RuleKey("share.reply_force_majeure", "Gia hạn khi bất khả kháng, nhiều nhất", WD),
        RuleKey("share.authority_days", "Sở xem xét, chấp thuận trong", WD),
        RuleKey("publish.update_days", "Cập nhật thông tin khi khả năng cho thuê thay đổi trong", WD),
        RuleKey("works.notice_days", "Báo trước khi sửa chữa ảnh hưởng hạ tầng, ít nhất", WD),
        RuleKey("restore.bts_equipment", "Khôi phục thiết bị trạm trong", RuleUnit.HOURS),
        RuleKey("restore.mast_collapse", "Cột đổ: có dịch vụ dự phòng trong", RuleUnit.HOURS),
        RuleKey("restore.transmission", "Khôi phục tuyến truyền dẫn trong", RuleUnit.HOURS),
        RuleKey("restore.cable_pole", "Dựng lại hoặc chống tạm cột treo cáp trong", RuleUnit.HOURS),
        RuleKey(
            "urban.wards",
            "Coi phường là đô thị",
            SWITCH,
            1,
            "Văn bản không định nghĩa đô thị; mặc định phường là đô thị, xã và đặc khu thì không.",
        ),
        RuleKey(
            "candidate.mast_distance",
            "Cột có thể thay cho cột đề xuất khi cách không quá",
            M,
            150,
            "Văn bản không nêu. Gần hơn thì vùng phủ gần như nhau; tỉnh đặt theo thực tế.",
        ),
        RuleKey(
            "candidate.route_distance",
            "Tuyến có thể thay cho tuyến đề xuất khi cách không quá",
            M,
            20,
            "Văn bản nói “cùng tuyến, cùng hướng” mà không nêu số mét; mặc định là bề rộng một con đường.",
        ),
        RuleKey(
            "candidate.route_share",
            "Phải dùng chung khi tuyến sẵn có theo được ít nhất bấy nhiêu phần tuyến đề xuất",
            RuleUnit.PERCENT,
            50,
            "Không có trong văn bản; ít hơn thế thì xem xét từng trường hợp.",
        ),
        RuleKey(
            "route.overlap_distance",
            "Hai tuyến coi là chồng nhau khi cách không quá",
            M,
            5,
            "Không có trong văn bản; mặc định là sai số thường gặp của bản vẽ tuyến.",
        ),
        RuleKey(
            "duplicate.distance",
            "Hai cột của hai doanh nghiệp nghi là một khi cách không quá",
            M,
            30,
            "Không có trong văn bản; mặc định là sai số thường gặp của tọa độ khai báo.",
        ),
        RuleKey(
            "duplicate.height",
            "… và chiều cao chênh không quá",
            M,
            5,
            "Không có trong văn bản; cột thiếu chiều cao chỉ so khoảng cách.",
        ),
        RuleKey(
            "report.owner_distance",
            "Báo cáo sự cố chuyển tới chủ công trình gần nhất khi cách không quá",
            M,
            50,
            "Không có trong văn bản; mặc định cho sai số định vị của điện thoại.",
        ),
        RuleKey(
            "report.contact_days",
            "Xóa số điện thoại, thư điện tử của người báo sau khi xong",
            RuleUnit.DAYS,
            180,
            "Không có trong văn bản; Luật Bảo vệ dữ liệu cá nhân chỉ đòi không giữ lâu hơn mục đích cần.",
        ),
        RuleKey(
            "joint.distance",
            "Công trình viễn thông cùng chỗ với công trình khác khi cách không quá",
            M,
            20,
            "Không có trong văn bản; mặc định là bề rộng một con đường.",
        ),
        RuleKey(
            "joint.days",
            "… và thời gian thi công lệch nhau không quá",
            RuleUnit.DAYS,
            90,
            "Không có trong văn bản; mặc định là một quý.",
        ),
    )
}


def known_key(key: str) -> None:
    """Refuse a key that nothing reads."""
    if key not in KEYS:
        raise ValidationError(f"Không có quy định “{key}”.", code="unknown_key")


class SharingRuleQuerySet(models.QuerySet["SharingRule"]):
    """Sets of rules."""

    def in_force(self, on: date) -> Self:
        """Keep the rules that hold on that day."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Rules are acts of the province: whoever sees things of the register there sees them."""
        provinces = {scope.province_id for scope in scopes(person, "network.view_thing")}
        return self if None in provinces else self.filter(province__in=provinces)


class SharingRule(OfProvince, models.Model):
    """One number of a province's decision, from a day to a day."""

    province = models.ForeignKey(Place, models.PROTECT, related_name="sharing_rules", verbose_name="tỉnh")
    key = models.CharField("quy định", max_length=60, validators=[known_key])
    value = models.FloatField("giá trị")
    unit = models.CharField("đơn vị", max_length=12, choices=RuleUnit)
    valid_from = models.DateField("có hiệu lực từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    legal = models.CharField("theo văn bản", max_length=300)
    article = models.CharField("điều, khoản", max_length=80, blank=True)
    note = models.CharField("ghi chú", max_length=400, blank=True)

    history = HistoricalRecords()
    objects = SharingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "quy định dùng chung của tỉnh"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "key", "valid_from"],
                name="sharingrule_unique",
                violation_error_message="Tỉnh đã có quy định này từ ngày ấy.",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0) & Q(value__lte=100_000),
                name="sharingrule_value",
                violation_error_message="Giá trị từ 0 đến 100.000.",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="sharingrule_dates",
                violation_error_message="Ngày kết thúc phải từ ngày bắt đầu trở đi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.words}"

    @property
    def label(self) -> str:
        """What the rule is about, in words."""
        return KEYS[self.key].label

    @property
    def words(self) -> str:
        """The value with its unit, in words."""
        if self.unit == RuleUnit.SWITCH:
            return "có" if self.value else "không"
        return f"{number(self.value, 2)} {self.get_unit_display()}"

    @property
    def basis(self) -> str:
        """The legal text with its article, or that it is a setting of this system."""
        return f"{self.article} {self.legal}".strip()
