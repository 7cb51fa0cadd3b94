"""Every variable that an installation may set, in one table; the handbook's page is checked against it."""

import ipaddress
import math
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, its default, and what it does in the words of the handbook."""

    name: str
    default: str
    meaning: str


VARIABLES = {
    v.name: v
    for v in (
        Variable("HATANG_DATA", "var", "Thư mục chứa cơ sở dữ liệu nhúng, tệp tải lên, khóa bí mật và nhật ký."),
        Variable("HATANG_DATABASE_URL", "", "Địa chỉ PostgreSQL; để trống thì dùng SQLite trong thư mục dữ liệu."),
        Variable("HATANG_HOSTS", "localhost,127.0.0.1,[::1]", "Các tên máy được phép, cách nhau bằng dấu phẩy."),
        Variable("HATANG_ORIGIN", "http://localhost:8000", "Địa chỉ người dùng gõ; https bật cookie an toàn."),
        Variable("HATANG_PROXIES", "0", "Số máy chủ web đứng trước (nginx …); để biết địa chỉ thật của người dùng."),
        Variable("HATANG_SMTP_URL", "", "Máy chủ thư, ví dụ smtp://ten:matkhau@may:587; để trống: không gửi thư."),
        Variable("HATANG_MAIL_FROM", "hatang@localhost", "Địa chỉ người gửi của thư hệ thống."),
        Variable("HATANG_LOG_FORMAT", "text", "text để người đọc, json để chuyển đi."),
        Variable("HATANG_UPLOAD_MB", "20", "Dung lượng lớn nhất của một tệp tải lên, tính bằng MB."),
        Variable(
            "HATANG_TERRAIN_MB",
            "300",
            "Dung lượng lớn nhất của một tệp địa hình, lớp phủ tải lên, tính bằng MB; lớn hơn: lệnh load_terrain.",
        ),
        Variable("HATANG_MEASUREMENT_MB", "500", "Dung lượng lớn nhất của một tệp kết quả đo tốc độ, tính bằng MB."),
        Variable("HATANG_QUOTA_MB", "2000", "Tổng dung lượng tệp lưu cho mỗi tổ chức, tính bằng MB."),
        Variable(
            "HATANG_FEWEST_OWNERS",
            "3",
            "Số chủ sở hữu ít nhất để công bố một con số cấp xã; ít hơn thì lộ số liệu của một bên. Pháp luật chưa quy "
            "định; 3 là mức các cơ quan thống kê thường dùng.",
        ),
        Variable(
            "HATANG_DOMINANCE_PERCENT",
            "85",
            "Một chủ sở hữu chiếm quá bao nhiêu phần trăm thì con số không công bố; pháp luật chưa quy định.",
        ),
        Variable(
            "HATANG_PROTECTION_PERCENT",
            "10",
            "Con số giữ lại không được suy ra gần hơn bao nhiêu phần trăm từ tổng và các ô đã công bố; pháp luật chưa "
            "quy định.",
        ),
        Variable(
            "HATANG_STATED_TOLERANCE_PERCENT",
            "2",
            "Số cấp tỉnh ghi tay khác số gộp từ các xã đã duyệt quá bao nhiêu phần trăm thì phải nói vì sao; pháp luật "
            "chưa quy định, để bù số làm tròn.",
        ),
        Variable(
            "HATANG_VERIFIED_MONTHS",
            "12",
            "Lần xã xác minh phủ sóng được tính trong bao nhiêu tháng; pháp luật chưa quy định.",
        ),
        Variable(
            "HATANG_MEASUREMENT_MONTHS",
            "12",
            "Phép đo sóng di động được tính trong bao nhiêu tháng; pháp luật chưa quy định, FCC (Hoa Kỳ) tính một năm.",
        ),
        Variable(
            "HATANG_MEASUREMENT_KEPT_YEARS",
            "0",
            "Giữ từng lượt đo tốc độ của bao nhiêu năm trước năm nay; quá hạn thì xóa từng lượt, giữ thống kê. 0 là "
            "giữ mãi; pháp luật chưa quy định.",
        ),
        Variable(
            "HATANG_MAST_REACH_M",
            "2000",
            "Dự báo coi một cột dự kiến phục vụ các thôn trong bao nhiêu mét; giả định, chờ lượt tính vùng phủ.",
        ),
        Variable(
            "HATANG_FORESEEN_MET_PERCENT",
            "80",
            "Xác suất từ bao nhiêu thì nói mục tiêu được dự báo là đạt; pháp luật không quy định.",
        ),
        Variable(
            "HATANG_FORESEEN_MISSED_PERCENT",
            "20",
            "Xác suất dưới bao nhiêu thì nói mục tiêu được dự báo là trượt; pháp luật không quy định.",
        ),
        Variable(
            "HATANG_MEASUREMENTS_LEAST",
            "3",
            "Số phép đo ít nhất tại một nơi để mức bằng chứng “đo” được tính; pháp luật chưa quy định.",
        ),
        Variable(
            "HATANG_MEASURED_PERCENT",
            "95",
            "Tỷ lệ phép đo đạt để coi là có dịch vụ, %; lấy theo 95 % số mẫu của QCVN 81:2019/BTTTT và "
            "QCVN 126:2021/BTTTT.",
        ),
        Variable(
            "HATANG_LEAST_DOWNLOAD_MBPS",
            "0",
            "Phép đo không ghi mức thu đạt khi tốc độ tải xuống lớn hơn mức này, Mbit/s; 0: có tải được là đạt.",
        ),
        Variable(
            "HATANG_MEASURED_WITHIN_M",
            "1000",
            "Phép đo ngoài ranh giới mọi thôn thuộc thôn gần nhất trong khoảng này, m; xa hơn thì không thuộc thôn.",
        ),
        Variable(
            "HATANG_CHALLENGE_ANSWER_DAYS",
            "42",
            "Hạn doanh nghiệp trả lời yêu cầu xác minh phủ sóng, ngày làm việc; pháp luật chưa quy định, 42 ngày làm "
            "việc gần bằng 60 ngày của FCC (47 CFR 1.7006).",
        ),
        Variable(
            "HATANG_CHALLENGE_DECIDE_DAYS",
            "20",
            "Hạn Sở quyết định sau khi doanh nghiệp trả lời, ngày làm việc; pháp luật chưa quy định.",
        ),
        Variable(
            "HATANG_CHALLENGE_UNANSWERED",
            "upheld",
            "Doanh nghiệp không trả lời đúng hạn: upheld là coi như chấp nhận (như FCC), decide là chuyển Sở "
            "quyết định.",
        ),
        Variable(
            "HATANG_OPEN_LICENCE_URL",
            "https://creativecommons.org/licenses/by/4.0/",
            "Địa chỉ của giấy phép cho dữ liệu mở; pháp luật chưa định giấy phép nào, mặc định: ghi công.",
        ),
        Variable(
            "HATANG_OPEN_LICENCE_TITLE",
            "Creative Commons Ghi công 4.0 Quốc tế (CC BY 4.0)",
            "Tên của giấy phép cho dữ liệu mở, như ghi trên trang và trong danh mục.",
        ),
        Variable(
            "HATANG_NDT7_ORIGIN",
            "",
            "Máy chủ đo tốc độ mà trình duyệt nối tới, ví dụ wss://do.tinh.gov.vn; để trống: cùng máy với "
            "HATANG_ORIGIN, cổng kế tiếp.",
        ),
        Variable(
            "HATANG_NDT7_PORT",
            "",
            "Cổng của máy chủ đo tốc độ; để trống: cổng kế tiếp cổng web, nếu bận thì cổng rỗi gần nhất sau đó.",
        ),
        Variable(
            "HATANG_NDT7_HOSTS",
            "127.0.0.1,::1",
            "Địa chỉ mà máy chủ đo tốc độ lắng nghe, cách nhau bằng dấu phẩy; 0.0.0.0,:: là mọi địa chỉ IPv4 và IPv6.",
        ),
        Variable(
            "HATANG_NDT7_PAGES",
            "",
            "Các trang khác được dùng máy chủ đo tốc độ (Origin), cách nhau bằng dấu phẩy; * là mọi trang.",
        ),
        Variable("HATANG_NDT7_MOST", "20", "Số phép đo tốc độ nhiều nhất cùng lúc; thêm thì bị từ chối (503)."),
        Variable("HATANG_NDT7_MOST_PER_ADDRESS", "6", "Số phép đo tốc độ nhiều nhất cùng lúc từ một địa chỉ."),
        Variable(
            "HATANG_NDT7_CAP_MB",
            "125",
            "Dung lượng nhiều nhất của một phép đo tốc độ, mỗi chiều, tính bằng MB; trang đo nói trước hai chiều cộng "
            "lại. 0: chỉ dừng theo thời gian.",
        ),
        Variable(
            "HATANG_NDT7_PROXIES",
            "0",
            "Số máy chủ web đứng trước máy chủ đo tốc độ; khác 0 thì không có độ trễ và tỷ lệ gửi lại.",
        ),
        Variable("HATANG_NDT7_CERTIFICATE", "", "Tệp chứng thư (PEM, cả chuỗi) để máy chủ đo tốc độ dùng wss://."),
        Variable("HATANG_NDT7_KEY", "", "Tệp khóa của chứng thư ấy."),
        Variable(
            "HATANG_XROAD_IDENTITY",
            "",
            "Mã của tỉnh trong mạng X-Road, ví dụ VN/GOV/20/hatang; để trống: không nhận lời gọi dạng X-Road.",
        ),
        Variable(
            "HATANG_XROAD_TRUSTED",
            "",
            "Địa chỉ IP của máy chủ an ninh X-Road đã xác thực thành viên, cách nhau bằng dấu phẩy; lời gọi từ đó "
            "không cần mã truy cập. Để trống: mọi lời gọi cần mã truy cập.",
        ),
        Variable(
            "HATANG_PLAIN_HTTP_HOSTS",
            "",
            "Tên máy của dịch vụ bên ngoài được gọi bằng http, hoặc nằm trên chính máy này, cách nhau bằng dấu phẩy; "
            "mọi nơi khác phải là https.",
        ),
        Variable(
            "HATANG_WALL_SECONDS",
            "20",
            "Màn hình treo tường dừng ở mỗi mặt bao nhiêu giây, từ 5 đến 3600; một màn hình muốn khác thì thêm "
            "?giay=30 vào địa chỉ.",
        ),
        Variable(
            "HATANG_SENSOR_CLOCK_HOURS",
            "24",
            "Số đo của thiết bị mang giờ lệch giờ máy chủ quá bao nhiêu giờ thì bị từ chối và đếm lại; tăng lên khi "
            "thiết bị mất sóng lâu rồi gửi bù.",
        ),
        Variable(
            "HATANG_MQTT_DOOR",
            "",
            "Địa chỉ mà cửa MQTT cho thiết bị lắng nghe, ví dụ 0.0.0.0:1883; để trống: 127.0.0.1, cổng rỗi đầu tiên từ "
            "1883; none: không mở.",
        ),
        Variable("HATANG_MQTT_BROKER", "", "Máy:cổng của Mosquitto mà tiến trình ghi đọc số đo; để trống: không đọc."),
        Variable("HATANG_WEEKEND", "7,CN", "Các ngày nghỉ hằng tuần, cách nhau bằng dấu phẩy: 2 … 7, CN."),
        Variable(
            "HATANG_SIGN_KEY",
            "",
            "Tệp khóa ký số (PKCS#12: .p12, .pfx); {tinh} trong đường dẫn được thay bằng mã tỉnh. Để trống: khóa thử "
            "nghiệm, nếu đã tạo bằng lệnh make_trial_key.",
        ),
        Variable("HATANG_SIGN_PASSPHRASE", "", "Mật khẩu của tệp khóa ấy."),
        Variable(
            "HATANG_SIGN_PKCS11",
            "",
            "Thư viện PKCS#11 của thiết bị giữ khóa (USB token, HSM), thay cho tệp khóa: đường dẫn đầy đủ tới tệp .so "
            "của hãng.",
        ),
        Variable("HATANG_SIGN_TOKEN", "", "Nhãn của thiết bị giữ khóa; {tinh} được thay bằng mã tỉnh."),
        Variable("HATANG_SIGN_PIN", "", "Mã PIN của thiết bị giữ khóa."),
        Variable(
            "HATANG_SIGN_LABEL", "", "Nhãn chung của khóa và chứng thư trong thiết bị; {tinh} được thay bằng mã tỉnh."
        ),
        Variable("HATANG_TSA_URL", "", "Máy chủ dấu thời gian (RFC 3161); bắt buộc khi ký bằng khóa thật."),
        Variable(
            "HATANG_TRUST",
            "",
            "Thư mục chứng thư gốc và trung gian (.pem, .crt, .cer) và danh sách tin cậy ETSI TS 119 612 (.xml) được "
            "tin cậy khi ký và khi kiểm tra văn bản.",
        ),
        Variable(
            "HATANG_TRUST_SIGNERS",
            "",
            "Tệp hoặc thư mục chứng thư của đơn vị vận hành danh sách tin cậy: danh sách do người khác ký thì không "
            "dùng. Để trống: chỉ kiểm chữ ký của danh sách còn đúng.",
        ),
        Variable(
            "HATANG_OIDC_ISSUER",
            "",
            "Nơi cấp danh tính ngoài (OpenID Connect), ví dụ https://dangnhap.tinh.gov.vn; để trống: không có nút này.",
        ),
        Variable("HATANG_OIDC_NAME", "Cổng đăng nhập của tỉnh", "Tên nơi cấp ấy trên nút đăng nhập."),
        Variable("HATANG_OIDC_CLIENT", "", "Mã ứng dụng (client id) mà nơi cấp ấy cho Hatang."),
        Variable("HATANG_OIDC_SECRET", "", "Mật khẩu ứng dụng (client secret) ấy."),
        Variable("HATANG_DEBUG", "", "Đặt 1 khi phát triển: trang lỗi chi tiết. Không bao giờ dùng khi vận hành."),
    )
}


def read(name: str) -> str:
    """Give the variable's value, or its default; an unlisted name is a programming error."""
    return os.environ.get(name) or VARIABLES[name].default


def one_of(name: str, *words: str) -> str:
    """Give a variable's value, which must be one of a few words."""
    if read(name) not in words:
        raise ValueError(f"{name}={read(name)}: ghi một trong {', '.join(words)}.")
    return read(name)


def number_within(name: str, least: float, most: float) -> float:
    """Give a variable's value, which must be a number within bounds."""
    try:
        found = float(read(name))
    except ValueError:
        found = math.nan
    if not least <= found <= most:
        raise ValueError(f"{name}={read(name)}: ghi một số từ {least:g} đến {most:g}.")
    return found


def words(name: str) -> tuple[str, ...]:
    """Give a variable's words, written with commas between."""
    return tuple(word.strip() for word in read(name).split(",") if word.strip())


def addresses(name: str) -> tuple[str, ...]:
    """Give a variable's IP addresses, each in its shortest form; no name of a machine stands for one."""
    try:
        return tuple(str(ipaddress.ip_address(word)) for word in words(name))
    except ValueError as error:
        raise ValueError(f"{name}={read(name)}: ghi các địa chỉ IP, cách nhau bằng dấu phẩy.") from error


def weekend(text: str) -> frozenset[int]:
    """Read weekly days off by their Vietnamese numbers (thứ 2 … 7, CN) as 0 for Monday … 6 for Sunday.

    >>> sorted(weekend("7,CN"))
    [5, 6]
    """
    names = ("2", "3", "4", "5", "6", "7", "CN")
    days = [part.strip().upper() for part in text.split(",")]
    unknown = [day for day in days if day not in names]
    if unknown or len(set(days)) == len(names):
        raise ValueError(
            f"HATANG_WEEKEND={text}: ghi các ngày nghỉ trong số 2, 3, 4, 5, 6, 7, CN; ít nhất một ngày làm."
        )
    return frozenset(names.index(day) for day in days)


def oidc_issuer(address: str) -> str:
    """Give the outer issuer's address; without TLS only one on this machine, since its answers are believed.

    >>> oidc_issuer("https://dangnhap.tinh.gov.vn/")
    'https://dangnhap.tinh.gov.vn'
    """
    parts = urlsplit(address)
    if address and parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise ValueError(f"HATANG_OIDC_ISSUER={address}: phải là địa chỉ https://.")
    return address.rstrip("/")


def origin_of(address: str) -> str:
    """Give the scheme, host and port of an address.

    >>> origin_of("https://dangnhap.tinh.gov.vn/realms/tinh")
    'https://dangnhap.tinh.gov.vn'
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def data_directory() -> Path:
    """Give the data directory, made if missing and closed to other users of the machine."""
    path = Path(read("HATANG_DATA")).resolve()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def ndt7_origin(given: str, origin: str) -> str:
    """Give where browsers reach the test server: what was set, else the next port of the same machine.

    >>> ndt7_origin("", "http://localhost:8000")
    'ws://localhost:8001'
    >>> ndt7_origin("wss://do.tinh.gov.vn", "https://hatang.tinh.gov.vn")
    'wss://do.tinh.gov.vn'
    """
    if given:
        return given.rstrip("/")
    parts = urlsplit(origin)
    scheme, usual = ("wss", 443) if parts.scheme == "https" else ("ws", 80)
    return f"{scheme}://{parts.hostname}:{(parts.port or usual) + 1}"


def pages_that_measure() -> list[str]:
    """Give the pages that may use the speed-test server: our own under each of its names, and those named besides."""
    own = urlsplit(read("HATANG_ORIGIN"))
    port = f":{own.port}" if own.port else ""
    hosts = [
        host.strip() for host in read("HATANG_HOSTS").split(",") if host.strip() and not host.startswith((".", "*"))
    ]
    named = [page.strip() for page in read("HATANG_NDT7_PAGES").split(",") if page.strip()]
    return [read("HATANG_ORIGIN").rstrip("/"), *(f"{own.scheme}://{host}{port}" for host in hosts), *named]


@dataclass(frozen=True)
class Smtp:
    """Where mail goes out: `smtps` (or port 587) means an encrypted connection."""

    host: str
    port: int
    user: str
    password: str
    tls: bool


def smtp(url: str) -> Smtp:
    """Read `smtp://user:password@host:port`."""
    parts = urlsplit(url)
    port = parts.port or 25
    return Smtp(
        host=parts.hostname or "localhost",
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps" or port == 587,
    )
