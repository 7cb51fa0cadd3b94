"""Words of organisations' names: a wording more is one row here and one row in a test."""

from __future__ import annotations

from hatang.core.vietnamese import UPPER

CAPITAL = rf"(?-i:[{UPPER}])\w*"

SUBJECTS = (
    "Thông tin và Truyền thông", "Khoa học và Công nghệ", "Khoa học, Công nghệ và Môi trường", "Kế hoạch và Đầu tư",
    "Nông nghiệp và Môi trường", "Nông nghiệp và Phát triển nông thôn", "Tài nguyên và Môi trường",
    "Giao thông vận tải", "Giao thông công chánh", "Lao động - Thương binh và Xã hội",
    "Lao động, Thương binh và Xã hội", "Lao động Thương binh và Xã hội", "Lao động – Thương binh và Xã hội",
    "Văn hóa, Thể thao và Du lịch", "Văn hoá, Thể thao và Du lịch", "Văn hóa và Thể thao", "Văn hóa, Thể thao",
    "Giáo dục và Đào tạo", "Dân tộc và Tôn giáo", "Quy hoạch - Kiến trúc", "Quy hoạch và Kiến trúc", "Công Thương",
    "Tài chính", "Xây dựng", "Nội vụ", "Tư pháp", "Y tế", "Ngoại vụ", "Ngoại giao", "Du lịch", "Công an", "Quốc phòng",
    "An toàn thực phẩm", "Công nghiệp", "Bưu chính, Viễn thông", "TT&TT", "TTTT", "KH&CN", "KHCN", "KH&ĐT", "KHĐT",
    "NN&MT", "NNMT", "NN&PTNT", "NNPTNT", "TN&MT", "TNMT", "GTVT", "LĐTB&XH", "LĐ-TB&XH", "LĐTBXH", "LĐ-TBXH",
    "VHTT&DL", "VHTTDL", "VH,TT&DL", "VH-TT-DL", "GD&ĐT", "GDĐT", "GD-ĐT", "DT&TG",
)  # fmt: skip

ABBREVIATIONS = {
    "ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "ubmttq": "uy ban mat tran to quoc",
    "mttq": "mat tran to quoc", "tt tt": "thong tin va truyen thong", "tttt": "thong tin va truyen thong",
    "kh cn": "khoa hoc va cong nghe", "khcn": "khoa hoc va cong nghe", "kh dt": "ke hoach va dau tu",
    "khdt": "ke hoach va dau tu", "nn mt": "nong nghiep va moi truong", "nnmt": "nong nghiep va moi truong",
    "tn mt": "tai nguyen va moi truong", "tnmt": "tai nguyen va moi truong",
    "nn ptnt": "nong nghiep va phat trien nong thon", "nnptnt": "nong nghiep va phat trien nong thon",
    "gtvt": "giao thong van tai", "ldtbxh": "lao dong thuong binh va xa hoi",
    "ld tbxh": "lao dong thuong binh va xa hoi", "ldtb xh": "lao dong thuong binh va xa hoi",
    "ld tb xh": "lao dong thuong binh va xa hoi", "vhttdl": "van hoa the thao va du lich",
    "vhtt dl": "van hoa the thao va du lich", "vh tt dl": "van hoa the thao va du lich",
    "gd dt": "giao duc va dao tao", "gddt": "giao duc va dao tao", "dt tg": "dan toc va ton giao",
    "nhnn": "ngan hang nha nuoc", "kbnn": "kho bac nha nuoc", "bql": "ban quan ly", "kkt": "khu kinh te",
    "kktck": "khu kinh te cua khau", "kcn": "khu cong nghiep", "pt th": "phat thanh truyen hinh",
    "ptth": "phat thanh truyen hinh", "vp": "van phong", "bchqs": "bo chi huy quan su", "ca": "cong an",
    "vn": "viet nam", "bch": "ban chap hanh", "dn": "doanh nghiep", "bhxh": "bao hiem xa hoi",
    "cntt": "cong nghe thong tin",
}  # fmt: skip

HEADS: tuple[tuple[str, str], ...] = (
    ("Sở", ""), ("Bộ", "đội|tiêu chí|chỉ tiêu|phận|chỉ số|máy|dữ liệu|câu hỏi|quy|luật"), ("Ban", "hành|đầu|ngày|công"),
    ("UBND|HĐND|UBMTTQ|MTTQ", ""), ("(?:Ủy|Uỷ) ban|Hội đồng|Mặt trận", ""), ("Công an|Thanh tra|Viện kiểm sát", ""),
    ("Văn phòng|Chánh Văn phòng", ""), ("(?:Tổng |Chi )?Cục", "bộ"), ("Vụ", "việc"), ("Viện", "dẫn|trợ"),
    ("Kho bạc|Ngân hàng|Hải quan|Bảo hiểm xã hội", ""), ("(?:Cục |Chi cục )?Thuế", ""), ("T(?:òa|oà) án", ""),
    ("Đài|Tạp chí|Thông tấn xã|Cổng thông tin|Cổng TTĐT", ""), ("Báo", "cáo|chí|đảm|động"),
    ("Hội", "nghị|thảo|họp|nhập|tụ|trường|chợ"), ("Hiệp hội|Phân hội|(?:Tổng )?liên đoàn|Liên minh", ""),
    ("Tập đoàn|(?:Tổng )?công ty|Doanh nghiệp|Nhà mạng|Nhà cung cấp|Chủ đầu tư", ""),
    ("Viettel|VNPT|VNPost|Mobifone|Vinaphone|Gtel|FPT|CMC|EVN", ""), ("(?:Công ty )?Điện lực|Bưu điện|Cảng", ""),
    (rf"Viễn thông(?= {CAPITAL})|Phòng(?= {CAPITAL})", ""), ("Trường", "hợp"), ("Đại học|Học viện|Trung tâm", ""),
    ("Quỹ", "đất"), (r"(?:Tỉnh|Thành|Huyện|Quận)\s?đoàn", ""), ("Đoàn", "kết"),
    (r"(?:Ban Thường vụ |Thường trực )?(?:Tỉnh|Thành|Huyện|Thị|Đảng)\s?(?:ủy|uỷ)", ""), ("Thường trực", ""),
    ("Cơ quan|Cấp có thẩm quyền", "điều tra viên"), ("Đơn vị", "tính"), ("Địa phương|Đặc khu|Khối", ""),
    ("(?:Thủ|Hiệu|Cục|Vụ|Viện) trưởng|Chủ tịch|(?:Tổng )?Giám đốc|Bí thư|Người đứng đầu|Bộ trưởng", ""),
    ("Thủ tướng|Chính phủ|Quốc hội", ""),
    ("Tổ (?:công nghệ|công tác|giúp việc|triển khai)", ""), ("Tổ chức (?:chính trị|tín dụng|đoàn thể|xã hội)", ""),
    ("Thành viên|Trạm Y tế|Chi nhánh|Công đoàn|Công chức|Bộ đội Biên phòng|Hộ (?:gia đình|kinh doanh)", ""),
    ("Trưởng (?:các|ban|phòng|thôn|ấp|bản)|Cấp (?:ủy|uỷ)", "hành"),
    ("Lực lượng|Người dân|Nhân dân|Cơ sở (?:đào tạo|giáo dục|y tế)", ""),
)  # fmt: skip

MANY: tuple[tuple[str, str], ...] = (
    ("đồng chí|sở|bộ|ngành|cơ quan|đơn vị|doanh nghiệp|địa phương|tổ chức|thành viên", ""),
    ("huyện|phường|thị xã|thành phố|tỉnh", ""),
    ("ban", "hành"), ("xã", "hội"), ("trường", "hợp"), ("hội", "nghị|thảo"), ("chủ đầu tư|nhà đầu tư|nhà mạng", ""),
    ("hiệp hội|tập đoàn|(?:tổng )?công ty|trung tâm|đoàn thể|báo|đài|cục|vụ|phòng|ngân hàng|tổ", "chí|cáo"),
    ("UBND|HĐND|(?:ủy|uỷ) ban|cấp (?:ủy|uỷ)|cấp,|chi nhánh|chủ sở hữu|nhà cung cấp|trạm|hợp tác xã", ""),
    ("cơ sở (?:đào tạo|giáo dục|y tế|kinh doanh)|hộ (?:gia đình|kinh doanh)|chi bộ|đảng (?:bộ|ủy|uỷ)", ""),
)  # fmt: skip

NOT_BODIES = (
    "dieu khoan", "che do", "kinh phi", "phan cong", "thoi gian", "lo trinh", "noi dung", "nguyen tac", "cong tac",
    "to chuc (?:thuc|trien|kiem)", "bao cao", "giam sat", "kiem tra", "danh gia", "theo doi", "hieu luc", "ke hoach",
    "trien khai", "thuc hien", "nhiem vu$", "giai phap", "yeu cau", "muc ", "khen thuong", "thi dua", "so ket",
    "tong ket", "phoi hop", "nguon", "du toan", "quy dinh", "hinh thuc",
    "trach nhiem (?:thi hanh|chung|thuc hien)",
    "cac (?:noi dung|nhiem vu|giai phap|quy dinh|van ban|bao cao|chi tieu|muc tieu)",
)  # fmt: skip

CLAUSES = (
    "dieu khoan", "che do", "kinh phi", "thoi gian", "lo trinh", "cong tac", "kiem tra", "giam sat", "danh gia",
    "bao cao",
    "theo doi", "khen thuong", "thi dua", "so ket", "tong ket", "nguon", "hieu luc", "du toan",
)  # fmt: skip

POSTS = (
    "tong giam doc", "giam doc", "chu tich", "bo truong", "thu truong", "cuc truong", "vu truong", "vien truong",
    "truong ban", "bi thu", "chanh van phong", "chu nhiem", "thu tuong", "hieu truong",
)  # fmt: skip

BEFORE_NAMES = (
    r"(?:trân trọng\s|kính\s)?(?:đề nghị|yêu cầu|giao|phân công|mời|kêu gọi|khuyến khích)(?:\s?:)?\s(?:cho\s)?",
    r"(?:trách nhiệm|nhiệm vụ)\s(?:cụ thể\s)?của\s",
    r"đối với\s",
    r"(?:cơ quan|đơn vị)\s(?:chủ trì|đầu mối|thường trực|phối hợp|thực hiện)(?:\sthực hiện)?\s?:\s",
    r"về phía\s",
)

VERBS = (
    "về(?: việc)?", "phê duyệt", "ban hành", "quy định", "sửa đổi", "chủ trì", "chủ động", "phối hợp",
    "có trách nhiệm", "chịu trách nhiệm", "căn cứ", "tham mưu", "hướng dẫn", "tổ chức (?:thực hiện|triển khai)",
    "triển khai", "thực hiện", "tiếp tục", "xây dựng", "rà soát", "bố trí", "chỉ đạo", "đẩy mạnh", "tăng cường",
    "báo cáo", "định kỳ", "phản ánh", "phản hồi", "cân đối", "thẩm định", "kiểm tra", "đôn đốc", "theo dõi", "theo",
    "trên cơ sở", "đảm bảo", "bảo đảm", "nghiên cứu", "tuyên truyền", "hỗ trợ", "tạo điều kiện", "phát huy",
    "vận động", "lồng ghép", "tích cực", "kịp thời", "(?<!chủ )(?<!nhà )đầu tư", "tuân thủ", "đề xuất", "xem xét",
    "tổng hợp", "để", "khi", "trước", "kết quả", "tình hình", "các nội dung", "những", "nhằm", "được", "giải quyết",
    "quyết định", "cho ý kiến", "thông tin,", "là cơ quan", "là đầu mối", "thường xuyên", "hàng năm", "hằng năm",
    "chấp hành", "khẩn trương", "nghiêm túc", "gửi", "cử", "chấp thuận", "quán triệt", "trong quá trình",
    "trong việc", "trong công tác", "tại", "trong", "lãnh đạo", "thông qua", "làm", "giúp",
    "cung cấp (?:số liệu|thông tin|dữ liệu)",
)  # fmt: skip
FIRST_SYLLABLES = ("chủ", "phối", "theo", "để", "có", "kịp", "nếu", "trong", "định", "trước", "báo", "tham")

WHOSE = r"(?:Chủ tịch\s)?(?:UBND|HĐND|(?:Ủy|Uỷ) ban nhân dân|Hội đồng nhân dân)"
UNITS = r"(?:các|huyện|thị xã|thành phố|xã|phường|thị trấn|đặc khu|cấp|quận)"
OF_PLACE = rf"(?:\s{CAPITAL}(?:\s[-–]\s{CAPITAL}|\s{CAPITAL}){{0,3}})?"
LEVELS = r"(?:tỉnh|thành phố|TP\.?|huyện|xã|cấp tỉnh|cấp xã|cấp huyện|các cấp|(?-i:Trung ương|TW))"
TERM = r"(?:\s(?:lần thứ|khóa|khoá)\s[IVX]+)?"
WITH_REFORM = r"(?:(?:,| và| và thực hiện) (?:cải cách hành chính|Đề án 06))*"
EXACT = (
    r"Thủ tướng Chính phủ", r"(?:Văn phòng )?Chính phủ", r"(?:Ủy ban Thường vụ )?Quốc hội", r"Bộ Chính trị",
    r"Ban Bí thư", r"Chủ tịch nước", r"cấp có thẩm quyền", r"cơ quan có thẩm quyền", r"Tổ công nghệ số cộng đồng",
    r"Ban Chỉ đạo (?:về )?(?:phát triển )?khoa học[^.;:()]{6,80}?chuyển đổi số"
    rf"{WITH_REFORM}(?:\s(?:của )?{LEVELS}{OF_PLACE})?",
    rf"{WHOSE}\s(?:các(?! sở)|huyện|xã|phường|cấp|thị xã|quận)(?:\s{UNITS}(?!\s{CAPITAL}))?"
    rf"(?:(?:,\s(?:và\s)?|\svà\s|/|\s){UNITS}(?!\s{CAPITAL}))*{OF_PLACE}",
    rf"{WHOSE}(?:\s{LEVELS}{OF_PLACE})?",
    rf"(?:Ban Thường vụ\s|Thường trực\s)?(?:Tỉnh|Thành|Huyện|Đảng)\s?(?:ủy|uỷ){OF_PLACE}",
    rf"Ban chấp hành (?:Trung ương(?: Đảng)?|Đảng bộ(?: tỉnh| thành phố)?{OF_PLACE}){TERM}",
    rf"Công an(?:\s{LEVELS}{OF_PLACE})?",
)  # fmt: skip

NAME_NOUNS = (
    "tỉnh", "thành phố", "huyện", "xã", "phường", "thị xã", "thị trấn", "đặc khu", "quận", "thôn", "bản", "ấp",
    "tổ dân phố", "khu phố", "buôn", "làng", "cấp", "trung ương", "địa phương", "khu vực", "vùng", "miền", "sở",
    "ban", "bộ", "ngành", "đoàn thể", "cơ quan", "đơn vị", "cấp ủy", "cấp uỷ", "chính quyền", "hội", "quần chúng",
    "ngang bộ", "trực thuộc", "thuộc", "sự nghiệp", "công lập", "ngoài công lập", "nhà nước", "tư nhân", "chức năng",
    "chuyên môn", "chuyên trách", "thường trực", "thành viên", "lãnh đạo", "thủ trưởng", "người đứng đầu", "chủ tịch",
    "giám đốc", "trưởng", "phó", "đại biểu", "ủy viên", "cán bộ", "công chức", "viên chức", "người dân", "nhân dân",
    "cá nhân", "cộng đồng", "dân cư", "hộ gia đình", "doanh nghiệp", "doanh nghiệp nhỏ và vừa", "nhà mạng",
    "nhà trường", "nhà đầu tư", "chủ đầu tư", "chủ sở hữu", "chủ quản", "chủ quản lý", "cơ quan quản lý",
    "ban quản lý", "quản lý nhà nước", "đơn vị quản lý", "hợp tác xã", "tập đoàn", "tổng công ty", "công ty",
    "chi nhánh", "trung tâm", "trung tâm dữ liệu", "viễn thông", "di động", "Internet", "internet", "bưu chính",
    "công nghệ thông tin", "công nghệ số", "công nghệ", "khoa học", "kỹ thuật", "thông tin và truyền thông",
    "thông tin đại chúng", "thông tin cơ sở", "truyền thông", "hạ tầng số", "hạ tầng kỹ thuật",
    "hạ tầng công nghệ số", "hạ tầng viễn thông", "hạ tầng", "hệ thống", "dữ liệu", "điện toán đám mây",
    "nền tảng số", "chuyển đổi số", "dịch vụ", "dịch vụ viễn thông", "cung cấp dịch vụ", "cung cấp hạ tầng",
    "cung cấp trung tâm dữ liệu", "xây dựng và kinh doanh hạ tầng", "kinh doanh hạ tầng", "tòa nhà", "toà nhà",
    "khu đô thị", "đô thị", "khu công nghiệp", "khu công nghệ cao", "khu kinh tế", "cụm công nghiệp", "khu chung cư",
    "cửa khẩu", "điện lực", "năng lượng", "bất động sản", "báo chí", "báo", "đài", "phát thanh", "truyền hình",
    "truyền thanh", "phát thanh và truyền hình", "xuất bản", "tạp chí", "chính trị", "xã hội", "kinh tế",
    "nghề nghiệp", "tổ chức chính trị", "tổ chức xã hội", "tổ chức tôn giáo", "tổ chức liên quan",
    r"(?<=các )tổ chức", r"(?<=đơn vị, )tổ chức", r"(?<=cơ quan, )tổ chức", "tôn giáo", "dân tộc", "lao động",
    "thanh niên", "phụ nữ", "nông dân", "cựu chiến binh", "công đoàn", "quân sự", "biên phòng", "bộ đội", "công an",
    "quân đội", "cảnh sát", "an ninh mạng", "an toàn thông tin", "lực lượng", "lực lượng vũ trang", "vũ trang",
    "tín dụng", "ngân hàng", "thuế", "hải quan", "kho bạc", "bảo hiểm xã hội", "cơ sở đào tạo", "cơ sở giáo dục",
    "giáo dục nghề nghiệp", "y tế", "bệnh viện", "cơ sở", "trường học", "trường", "đồng chí", "học viện", "viện",
    "đại học",
    "cao đẳng",
    "trung học", "nghề", "vụ", "cục", "phòng", "tổ", "hiệp hội", "liên đoàn", "liên minh", "số", "công nghệ cao",
    "hành chính công", "hành chính", "một cửa", "quỹ đất", "đất đai", "môi trường", "văn hóa", "văn hoá", "thể thao",
    "du lịch", "nông nghiệp", "công thương", "giao thông", "xây dựng cơ bản", "nội chính", "tuyên giáo", "dân vận",
    "tổ chức đảng", "đảng", "đảng viên", "chi bộ", "liên quan", "có liên quan", "khác", "còn lại", "nêu trên",
    "nói trên", "trên địa bàn", "địa bàn", "có cụm công nghiệp", "có chức năng", "hoạt động trên địa bàn",
    "tổ công nghệ số cộng đồng", "thừa hành", "quan trọng", "cổng thông tin điện tử", "điện tử", "mạng", "trạm",
    "thông tấn", "giáo dục đại học", "chủ sở hữu công trình", "trong ngành", "hộ kinh doanh", "hộ",
    "nhà cung cấp dịch vụ", "phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số", "đổi mới sáng tạo",
    "dự án", "công trình giao thông", "dự án đầu tư xây dựng", "đầu tư phát triển", "đầu tư xây dựng", "thị trường",
    "nhỏ và vừa", "công ích", "phần mềm", "nội dung số", "nông thôn mới", "vận hành lưới điện", "xây dựng Đảng",
    "tham mưu, giúp việc", "giúp việc", "công trình", r"(?<=lệnh )\d{1,2}", r"(?<=khu )\d{1,2}", r"(?<=vực )\d{1,2}",
    r"(?<=án )\d{1,2}", "quốc gia", "quốc tế", "nước ngoài", "trong nước", "vô tuyến điện", "tần số", "pháp chế",
    "tài chính", "kế hoạch",
)  # fmt: skip
NAME_LINKS = ("và", "các", "của", "cùng", "ở", "từng", "toàn", "hoặc")
