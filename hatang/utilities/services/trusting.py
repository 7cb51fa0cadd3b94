"""Whom the installation trusts: certificates and trusted lists in the folder of the setting, our trial authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from hatang.core.signatures.anchors import Anchor
from hatang.core.signatures.certificates import read_certificate
from hatang.core.signatures.faults import SignatureError
from hatang.core.vietnamese import day

if TYPE_CHECKING:
    from hatang.core.signatures.trusted_lists import TrustedList

AUTHORITY = "thu-goc.pem"
ENDINGS = (".pem", ".crt", ".cer", ".der")
LIST_ENDINGS = (".xml", ".xtsl")
ENDS_SOON = timedelta(days=14)
NO_SIGNERS = "HATANG_TRUST_SIGNERS không có chứng thư nào"
UNPINNED = "chữ ký đúng, nhưng chưa ghim đơn vị vận hành (HATANG_TRUST_SIGNERS)"


@dataclass(frozen=True)
class ListStanding:
    """A trusted list's file: what it says, or why it is not used."""

    name: str
    found: TrustedList | None
    fault: str = ""

    def warnings(self, at: datetime) -> list[str]:
        """Say what an administrator should mend."""
        if self.found is None:
            return [f"không dùng được: {self.fault}"]
        said = [] if self.found.pinned else [UNPINNED]
        if self.found.unread:
            said.append(f"{self.found.unread} chứng thư trong danh sách không đọc được")
        return said + self.end_words(at)

    def end_words(self, at: datetime) -> list[str]:
        """Say that a list has ended, or will soon."""
        ends = self.found.ends_at if self.found else None
        if ends is None:
            return ["đơn vị vận hành đã đóng danh sách này; tìm danh sách thay thế"]
        if ends < at:
            return [f"đã quá hạn cập nhật từ {day(timezone.localdate(ends))}; tải bản mới"]
        if ends < at + ENDS_SOON:
            return [f"phải cập nhật trước {day(timezone.localdate(ends))}"]
        return []


def trial_folder() -> Path:
    """Give the folder of the trial keys."""
    return Path(settings.DATA) / "signing"


def trusted_anchors() -> list[Anchor]:
    """Give whom we trust: the certificates in the folder of the setting, our trial authority, and whom lists name."""
    trial = trial_folder() / AUTHORITY
    paths = [*files_of(settings.TRUST, ENDINGS), *([trial] if trial.exists() else [])]
    always = [Anchor(der) for der in read_files(paths)[0]]
    return always + [anchor for row in trusted_lists() if row.found for anchor in row.found.anchors]


def trusted_now() -> list[bytes]:
    """Give the certificates (DER) of whom we trust at this moment, to sign with."""
    now = timezone.now()
    return list(dict.fromkeys(anchor.der for anchor in trusted_anchors() if anchor.holds(now)))


def trusted_lists() -> list[ListStanding]:
    """Read the trusted lists in the folder of the setting; one that does not hold is told and names nobody.

    Where operators were to be named but cannot be read, no list is used.
    """
    signers, faults = read_files(files_of(settings.TRUST_SIGNERS, ENDINGS))
    paths = files_of(settings.TRUST, LIST_ENDINGS)
    if settings.TRUST_SIGNERS and not signers:
        return [ListStanding(path.name, None, "; ".join(faults) or NO_SIGNERS) for path in paths]
    return [list_at(path, tuple(signers)) for path in paths]


def trust_warnings() -> list[str]:
    """Say of each file of whom to trust what an administrator should mend, and of a folder that is not there."""
    now = timezone.now()
    places = {"HATANG_TRUST": settings.TRUST, "HATANG_TRUST_SIGNERS": settings.TRUST_SIGNERS}
    lost = [f"{name}: không có {place}" for name, place in places.items() if place and not Path(place).exists()]
    faults = [fault for place in places.values() for fault in read_files(files_of(place, ENDINGS))[1]]
    return lost + faults + [f"{row.name}: {words}" for row in trusted_lists() for words in row.warnings(now)]


def read_files(paths: list[Path]) -> tuple[list[bytes], list[str]]:
    """Read certificates (DER), and say of each file that is none why: one such file must not end all verifying."""
    read, faults = [], []
    for path in paths:
        try:
            read.append(read_certificate(path.read_bytes()).der)
        except SignatureError as error:
            faults.append(f"{path.name}: {error}")
    return read, faults


def files_of(place: str, endings: tuple[str, ...]) -> list[Path]:
    """List a folder's files of some kinds, by name; a place may be one file too."""
    path = Path(place) if place else None
    if path is None or not path.exists():
        return []
    found = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in found if file.suffix.lower() in endings]


def list_at(path: Path, signers: tuple[bytes, ...]) -> ListStanding:
    """Read a list's file, anew only when it has changed: looking at a signature over megabytes takes seconds."""
    facts = path.stat()
    return _read_list(path, facts.st_mtime_ns, facts.st_size, signers)


@lru_cache(maxsize=64)
def _read_list(path: Path, _changed: int, _size: int, signers: tuple[bytes, ...]) -> ListStanding:
    from hatang.core.signatures.trusted_lists import MOST_BYTES, read_trusted_list

    try:
        with path.open("rb") as file:
            return ListStanding(path.name, read_trusted_list(file.read(MOST_BYTES + 1), signers))
    except SignatureError as error:
        return ListStanding(path.name, None, str(error))
