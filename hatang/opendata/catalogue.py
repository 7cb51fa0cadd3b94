"""What is open to everybody: each dataset with its fields, licence, rhythm and rows. One file to be read whole.

Nothing leaves by files, catalogues or services that does not stand here. The rows come from `public_rows`, which asks
every register as somebody who has not signed in.

Not here, because their own pages are not open: outages and availability, runs of the radio engine, cables, ducts,
stations, masts that nobody offers, returns, drafts, tasks made of scenarios, single systems and their weaknesses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hatang.opendata import public_rows
from hatang.pages.lists import SIMULATED_LINE

if TYPE_CHECKING:
    from hatang.places.models import Place

Row = dict[str, Any]
GEOMETRY = "geometry"
MARK = "mo_phong"
KINDS = {"text": "chữ", "whole": "số nguyên", "number": "số", "day": "ngày", "yes_no": "có hoặc không"}


@dataclass(frozen=True)
class Field:
    """A column: its name in files, its title for people, its kind (see KINDS) and its unit."""

    name: str
    title: str
    kind: str = "text"
    unit: str = ""

    @property
    def heading(self) -> str:
        """The title with its unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title


@dataclass(frozen=True)
class Chart:
    """What a page draws of a dataset: bars of `value` by `label`, within rows that share the values of `of`."""

    label: str
    value: str
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """A dataset, of which each province has its own.

    `key` names the fields that tell rows apart. `shape` is the kind of its geometry, if it has any; `since` and `until`
    the fields of its time. `guarded` names the figure that a rule of secrecy can close later: once it is gone from a
    row, or the row from the dataset, earlier versions are withdrawn.
    """

    slug: str
    title: str
    description: str
    theme: str
    rhythm: str
    source: str
    fields: tuple[Field, ...]
    rows: Callable[[Place], Iterator[Row]]
    key: tuple[str, ...]
    shape: str = ""
    since: str = ""
    until: str = ""
    guarded: str = ""
    chart: Chart | None = None
    keywords: tuple[str, ...] = ()
    sdmx: bool = False

    @cached_property
    def named(self) -> Mapping[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}


THEMES = {
    "dia-ban": "Địa bàn, dân cư",
    "chi-tieu": "Chỉ tiêu, kế hoạch",
    "vien-thong": "Hạ tầng viễn thông",
    "chat-luong": "Chất lượng mạng",
    "he-thong": "Hệ thống thông tin",
}
RHYTHMS = {
    "daily": "hằng ngày",
    "monthly": "hằng tháng",
    "yearly": "hằng năm",
    "irregular": "khi có thay đổi",
}

SIMULATED = Field(MARK, f"Ghi “{SIMULATED_LINE}” khi dòng được sinh ra để dùng thử")
LON, LAT = Field("kinh_do", "Kinh độ", "number", "độ, WGS 84"), Field("vi_do", "Vĩ độ", "number", "độ, WGS 84")
NUMBER = Field("so", "Số của dòng trong hệ thống", "whole")
COMMUNE = (Field("ma_xa", "Mã xã, phường"), Field("xa", "Xã, phường"))
PLACE = (Field("ma_noi", "Mã nơi"), Field("noi", "Nơi"), Field("cap", "Cấp"))
INDICATOR = (Field("ma_chi_tieu", "Mã chỉ tiêu"), Field("chi_tieu", "Chỉ tiêu"), Field("don_vi", "Đơn vị"))
PLAN = (Field("ma_ke_hoach", "Mã kế hoạch"), Field("ke_hoach", "Kế hoạch"))
TECHNOLOGIES = ("2G", "3G", "4G", "5G")

DATASETS: tuple[Dataset, ...] = (
    Dataset(
        "xa-phuong",
        "Xã, phường, đặc khu",
        "Đơn vị hành chính cấp xã đang có của tỉnh, dân số, số hộ và ranh giới; chưa có ranh giới thì là một điểm, "
        "chưa có bản vẽ thật thì ghi là minh hoạ.",
        theme="dia-ban",
        rhythm="irregular",
        source="Sổ địa bàn của hệ thống; mã của Tổng cục Thống kê",
        fields=(
            NUMBER,
            Field("ma", "Mã"),
            Field("ten", "Tên"),
            Field("dan_so", "Dân số", "whole", "người"),
            Field("so_ho", "Số hộ", "whole", "hộ"),
            Field("dien_tich_km2", "Diện tích", "number", "km²"),
            Field("tu_ngay", "Có từ ngày", "day"),
            Field("ranh_gioi_minh_hoa", "Ranh giới chỉ để minh hoạ", "yes_no"),
            LON,
            LAT,
            SIMULATED,
        ),
        rows=public_rows.communes,
        key=("so",),
        shape="Polygon",
        since="tu_ngay",
        chart=Chart("ten", "dan_so"),
        keywords=("đơn vị hành chính", "ranh giới", "dân số"),
    ),
    Dataset(
        "thon",
        "Thôn, bản, tổ dân phố",
        "Thôn, bản, tổ dân phố của tỉnh: thuộc xã nào, bao nhiêu người, bao nhiêu hộ, có điện lưới chưa.",
        theme="dia-ban",
        rhythm="irregular",
        source="Sổ địa bàn của hệ thống; mã của tỉnh",
        fields=(
            NUMBER,
            Field("ma", "Mã của tỉnh"),
            Field("ten", "Tên"),
            *COMMUNE,
            Field("dan_so", "Dân số", "whole", "người"),
            Field("so_ho", "Số hộ", "whole", "hộ"),
            Field("co_dien_luoi", "Có điện lưới", "yes_no"),
            LON,
            LAT,
            SIMULATED,
        ),
        rows=public_rows.villages,
        key=("so",),
        shape="Point",
        keywords=("thôn", "bản", "tổ dân phố", "điện lưới"),
    ),
    Dataset(
        "khu-dia-diem",
        "Khu, cụm, địa điểm",
        "Khu công nghiệp, khu du lịch, cửa khẩu, trường học, cơ sở y tế và địa điểm khác trong sổ của tỉnh.",
        theme="dia-ban",
        rhythm="irregular",
        source="Sổ địa bàn của hệ thống",
        fields=(NUMBER, Field("ma", "Mã"), Field("ten", "Tên"), Field("loai", "Loại"), *COMMUNE, LON, LAT, SIMULATED),
        rows=public_rows.sites,
        key=("so",),
        shape="Point",
        keywords=("khu công nghiệp", "trường học", "địa điểm"),
    ),
    Dataset(
        "so-lieu-chi-tieu",
        "Số liệu chỉ tiêu đã công bố",
        "Giá trị của các chỉ tiêu hạ tầng số theo nơi và năm, bản mới nhất đã công bố. Không có số liệu chưa công bố, "
        "số cấp xã là bí mật kinh doanh, và số nói lên điều của một doanh nghiệp.",
        theme="chi-tieu",
        rhythm="yearly",
        source="Số liệu do Sở công bố, có trong Sổ minh bạch",
        fields=(
            *INDICATOR,
            Field("nam", "Năm", "whole"),
            *PLACE,
            Field("ma_cach_tinh", "Mã cách tính"),
            Field("cach_tinh", "Cách tính"),
            Field("gia_tri", "Giá trị", "number", "theo đơn vị của chỉ tiêu"),
            Field("tu_so", "Tử số", "number"),
            Field("mau_so", "Mẫu số", "number"),
            Field("cach_co", "Cách có số liệu"),
            Field("tinh_den", "Tính đến ngày", "day"),
            SIMULATED,
        ),
        rows=public_rows.values,
        key=("ma_chi_tieu", "ma_cach_tinh", "nam", "cap", "ma_noi"),
        since="tinh_den",
        guarded="gia_tri",
        chart=Chart("noi", "gia_tri", of=("chi_tieu", "nam")),
        keywords=("chỉ tiêu", "thống kê", "hạ tầng số"),
        sdmx=True,
    ),
    Dataset(
        "muc-tieu",
        "Mục tiêu của các kế hoạch",
        "Mức mà mỗi chỉ tiêu phải đạt đến hết từng năm, theo các kế hoạch đã công bố, trên địa bàn được giao.",
        theme="chi-tieu",
        rhythm="irregular",
        source="Kế hoạch do Ủy ban nhân dân tỉnh ban hành",
        fields=(
            NUMBER,
            *PLAN,
            *INDICATOR,
            Field("den_het_nam", "Đến hết năm", "whole"),
            Field("so_sanh", "So sánh"),
            Field("muc", "Mức", "number", "theo đơn vị của chỉ tiêu"),
            Field("bang_loi", "Mục tiêu bằng lời"),
            Field("dia_ban", "Địa bàn"),
            Field("muc_van_ban", "Mục trong văn bản"),
            Field("nguyen_van", "Nguyên văn"),
        ),
        rows=public_rows.targets,
        key=("so",),
        chart=None,
        keywords=("mục tiêu", "kế hoạch"),
    ),
    Dataset(
        "ke-hoach",
        "Kế hoạch đã công bố",
        "Chiến lược, kế hoạch phát triển hạ tầng số đã công bố: số ký hiệu, cơ quan, ngày ban hành, địa bàn, thời kỳ.",
        theme="chi-tieu",
        rhythm="irregular",
        source="Kế hoạch do Ủy ban nhân dân tỉnh ban hành",
        fields=(
            Field("ma", "Mã"),
            Field("loai", "Loại"),
            Field("ten", "Tên"),
            Field("so_ky_hieu", "Số ký hiệu"),
            Field("co_quan", "Cơ quan ban hành"),
            Field("ngay", "Ngày ban hành", "day"),
            Field("dia_ban", "Địa bàn"),
            Field("tu_nam", "Từ năm", "whole"),
            Field("den_nam", "Đến năm", "whole"),
        ),
        rows=public_rows.plans,
        key=("ma",),
        since="ngay",
        keywords=("kế hoạch", "văn bản"),
    ),
    Dataset(
        "nhiem-vu",
        "Nhiệm vụ trong các kế hoạch",
        "Việc mà các kế hoạch đã công bố giao: ai chủ trì, hạn nào, đã tới đâu.",
        theme="chi-tieu",
        rhythm="irregular",
        source="Kế hoạch do Ủy ban nhân dân tỉnh ban hành; tiến độ do cơ quan chủ trì báo cáo",
        fields=(
            NUMBER,
            *PLAN,
            Field("nhiem_vu", "Nhiệm vụ"),
            Field("thanh_phan", "Thành phần"),
            Field("chu_tri", "Chủ trì"),
            Field("han", "Hạn", "day"),
            Field("trang_thai", "Trạng thái"),
            Field("muc_van_ban", "Mục trong văn bản"),
            SIMULATED,
        ),
        rows=public_rows.tasks,
        key=("so",),
        since="han",
        keywords=("nhiệm vụ", "tiến độ"),
    ),
    Dataset(
        "cot-chao-dung-chung",
        "Cột ăng ten chào dùng chung",
        "Cột đang dùng mà chủ sở hữu chào cho doanh nghiệp khác dùng chung (hạ tầng thụ động, Luật Viễn thông "
        "24/2023/QH15): chủ, loại, số chỗ còn trống, vị trí đến khoảng một ki-lô-mét. Không có cột không chào; không "
        "có mã, độ cao, ai đang thuê.",
        theme="vien-thong",
        rhythm="daily",
        source="Sổ hạ tầng do doanh nghiệp khai",
        fields=(
            NUMBER,
            Field("loai", "Loại cột"),
            Field("chu_so_huu", "Chủ sở hữu"),
            Field("con_trong", "Số chỗ còn trống", "whole"),
            *COMMUNE,
            LON,
            LAT,
            SIMULATED,
        ),
        rows=public_rows.offered_masts,
        key=("so",),
        shape="Point",
        guarded="chu_so_huu",
        keywords=("cột ăng ten", "BTS", "dùng chung"),
    ),
    Dataset(
        "dia-diem-cong",
        "Địa điểm công cho đặt thiết bị",
        "Đất công, trụ sở, tài sản công đang chào cho đặt thiết bị viễn thông: ở đâu, điện, diện tích, điều kiện, giá.",
        theme="vien-thong",
        rhythm="daily",
        source="Sổ địa điểm công của Sở",
        fields=(
            NUMBER,
            Field("ten", "Địa điểm"),
            Field("loai", "Loại"),
            *COMMUNE,
            Field("dia_chi", "Địa chỉ"),
            Field("dien_tich_m2", "Diện tích", "number", "m²"),
            Field("dien", "Điện"),
            Field("dieu_kien", "Điều kiện"),
            Field("gia", "Giá như văn bản ghi"),
            Field("co_quan", "Cơ quan liên hệ"),
            Field("tu_ngay", "Từ ngày", "day"),
            Field("den_ngay", "Đến hết ngày", "day"),
            LON,
            LAT,
            SIMULATED,
        ),
        rows=public_rows.public_sites,
        key=("so",),
        shape="Point",
        since="tu_ngay",
        until="den_ngay",
        keywords=("tài sản công", "cho thuê"),
    ),
    Dataset(
        "dich-vu-tai-thon",
        "Sóng di động và cáp quang tại thôn",
        "Mỗi thôn có sóng 2G đến 5G và cáp quang chưa, theo mức bằng chứng được tính (khai báo, dự đoán, đo, xã xác "
        "minh, quyết định). Có nhà mạng nào phục vụ là công khai; nhà mạng nào thì không.",
        theme="vien-thong",
        rhythm="daily",
        source="Khai báo của doanh nghiệp, lượt tính vùng phủ, phép đo, xác minh của xã",
        fields=(
            NUMBER,
            Field("ma", "Mã của tỉnh"),
            Field("ten", "Tên"),
            *COMMUNE,
            Field("so_ho", "Số hộ", "whole", "hộ"),
            *(Field(f"co_{t.lower()}", f"Có {t}", "yes_no") for t in TECHNOLOGIES),
            *(Field(f"bang_chung_{t.lower()}", f"Bằng chứng về {t}") for t in TECHNOLOGIES),
            Field("co_cap_quang", "Có cáp quang mà hộ dân có thể lắp", "yes_no"),
            LON,
            LAT,
            SIMULATED,
        ),
        rows=public_rows.services_at_villages,
        key=("so",),
        shape="Point",
        keywords=("vùng phủ", "4G", "5G", "cáp quang", "vùng lõm"),
    ),
    Dataset(
        "toc-do",
        "Tốc độ Internet theo nơi, năm và loại mạng",
        "Thống kê từ các lượt đo: số lượt, số máy, trung vị với khoảng tin cậy 95 %, p10, p90. Xã chưa đủ lượt đo thì "
        "chỉ ghi số lượt; tên nhà mạng chỉ có khi tỉnh cho công khai.",
        theme="chat-luong",
        rhythm="daily",
        source="Lượt đo của người dân và đo lưu động, tính theo quy tắc công khai",
        fields=(
            *PLACE,
            Field("nam", "Năm", "whole"),
            Field("thang", "Tháng, 0 là cả năm", "whole"),
            Field("nha_mang", "Nhà mạng, trống là tất cả"),
            Field("loai_mang", "Loại mạng"),
            Field("dai_luong", "Đại lượng và đơn vị"),
            Field("luot_do", "Số lượt đo", "whole"),
            Field("so_may", "Số máy", "whole"),
            Field("du_luot", "Đủ lượt đo", "yes_no"),
            Field("trung_vi", "Trung vị", "number", "Mbit/s hoặc ms"),
            Field("trung_vi_tu", "Trung vị, cận dưới 95 %", "number", "Mbit/s hoặc ms"),
            Field("trung_vi_den", "Trung vị, cận trên 95 %", "number", "Mbit/s hoặc ms"),
            Field("p10", "Phân vị 10", "number", "Mbit/s hoặc ms"),
            Field("p90", "Phân vị 90", "number", "Mbit/s hoặc ms"),
            SIMULATED,
        ),
        rows=public_rows.speeds,
        key=("cap", "ma_noi", "nam", "thang", "nha_mang", "loai_mang", "dai_luong"),
        guarded="trung_vi",
        chart=Chart("noi", "trung_vi", of=("dai_luong", "loai_mang", "nha_mang", "thang", "nam")),
        keywords=("tốc độ", "đo kiểm", "Internet"),
    ),
    Dataset(
        "toc-do-i-speed",
        "Tốc độ do i-Speed công bố",
        "Trung vị theo tháng mà i-Speed (VNNIC) công bố cho tỉnh và cả nước, như đã nạp vào hệ thống.",
        theme="chat-luong",
        rhythm="monthly",
        source="i-Speed, Trung tâm Internet Việt Nam",
        fields=(
            NUMBER,
            Field("thang", "Tháng", "day"),
            Field("dia_ban", "Địa bàn"),
            Field("nha_mang", "Nhà mạng, trống là tất cả"),
            Field("loai_mang", "Loại mạng"),
            Field("tai_xuong", "Tải xuống", "number", "Mbit/s"),
            Field("tai_len", "Tải lên", "number", "Mbit/s"),
            Field("do_tre", "Độ trễ", "number", "ms"),
            Field("nguon", "Nguồn"),
            SIMULATED,
        ),
        rows=public_rows.published_speeds,
        key=("so",),
        since="thang",
        keywords=("i-Speed", "VNNIC"),
    ),
    Dataset(
        "he-thong-thong-tin",
        "Hệ thống thông tin: các số tổng",
        "Đếm từ sổ hệ thống của tỉnh: hệ thống, đám mây, trung tâm dữ liệu, máy chủ, cơ quan nối mạng chuyên dùng. Chỉ "
        "có số tổng; tên, địa chỉ, cấp độ an toàn không công khai.",
        theme="he-thong",
        rhythm="daily",
        source="Sổ hệ thống của tỉnh",
        fields=(Field("ma", "Mã"), Field("noi_dung", "Nội dung"), Field("so_luong", "Số lượng", "number"), SIMULATED),
        rows=public_rows.system_sums,
        key=("ma",),
        chart=Chart("noi_dung", "so_luong"),
        keywords=("hệ thống thông tin", "đám mây", "TSLCD"),
    ),
)
BY_SLUG: Mapping[str, Dataset] = {dataset.slug: dataset for dataset in DATASETS}


def datasets_of(slugs: Iterable[str]) -> list[Dataset]:
    """Give datasets by their names, in the order of the catalogue."""
    asked = set(slugs)
    return [dataset for dataset in DATASETS if dataset.slug in asked]
