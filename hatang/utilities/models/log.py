"""The transparency log: what was published, one row each, and the hashes above the rows. Rows are only ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from hatang.core.vietnamese import number, search_key
from hatang.places.models import Place
from hatang.work.models import StoredFile

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


def refuse(model: Any) -> NoReturn:
    raise ValidationError(model.ONLY_GROWS)


class OnlyAdded(models.Model):
    """A row that is written once. The database's triggers refuse what goes around this class."""

    ONLY_GROWS: ClassVar[str] = (
        "Sổ minh bạch chỉ thêm mục, không sửa, không xóa; số liệu sai thì công bố bản mới kèm lý do."
    )
    """What is said to who would change a row: which log it is."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row. Raises ValidationError for one that stands already."""
        if not self._state.adding:
            refuse(type(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        refuse(type(self))


class OnlyAddedQuerySet(models.QuerySet[Any]):
    """Sets of rows that are written once."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        refuse(self.model)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        refuse(self.model)

    def delete(self) -> NoReturn:
        """Refuse."""
        refuse(self.model)


class LogEntryQuerySet(OnlyAddedQuerySet):
    """Sets of entries."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The log is public."""
        return self.all()

    def in_force(self) -> Self:
        """Keep the entries that no later one replaces."""
        return self.filter(replaced_by=None)


class LogEntry(OnlyAdded):
    """One published file: its hash is a leaf of the log's tree, `root_hash` the tree's head right after it."""

    class Kind(models.TextChoices):
        VALUES = "values", "bảng số liệu"

    index = models.PositiveBigIntegerField("vị trí trong cây, từ 0", unique=True)
    leaf_hash = models.CharField("mã băm của lá", max_length=64, db_index=True)
    root_hash = models.CharField("gốc sau mục này", max_length=64, db_index=True)
    kind = models.CharField("loại", max_length=10, choices=Kind, default=Kind.VALUES)
    title = models.CharField("tên", max_length=300)
    province = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", verbose_name="tỉnh")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="tệp")
    size_bytes = models.PositiveBigIntegerField("dung lượng, byte")
    simulated = models.BooleanField("dữ liệu mô phỏng", default=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="thay cho mục"
    )
    reason = models.CharField("lý do", max_length=500, blank=True)
    at = models.DateTimeField("ghi lúc")
    search_key = models.CharField(max_length=700, editable=False)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "mục của sổ minh bạch"
        constraints = [
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""),
                name="logentry_replaces_reason",
                violation_error_message="Bản thay bản trước phải nêu lý do.",
            )
        ]

    def __str__(self) -> str:
        return f"Mục {number(self.number)}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("utilities:entry", args=[self.number])

    @property
    def number(self) -> int:
        """The entry's number for people, from 1: also the log's size right after it."""
        return self.index + 1

    @property
    def replaced_by_or_none(self) -> LogEntry | None:
        """The entry that replaces this one, if any."""
        return getattr(self, "replaced_by", None)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry with its key for search."""
        place = self.province.full_name if self.province else ""
        self.search_key = search_key(f"{self.number} {self.title} {place}")[:700]
        super().save(*args, **kwargs)


class TreeNode(OnlyAdded):
    """The hash of a whole subtree above a log's leaves: level 1 over two of them, level 2 over four."""

    level = models.PositiveSmallIntegerField("tầng")
    position = models.PositiveBigIntegerField("vị trí trong tầng, từ 0")
    node_hash = models.CharField("mã băm", max_length=64)

    objects = OnlyAddedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["level", "position"], name="%(class)s_unique")]

    def __str__(self) -> str:
        return f"tầng {self.level}, nút {self.position}"


class LogNode(TreeNode):
    """The hash of a whole subtree above the entries."""

    class Meta(TreeNode.Meta):
        verbose_name = "nút của sổ minh bạch"
