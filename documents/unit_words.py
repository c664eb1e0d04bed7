"""The words with which names of units begin, and those that end them: a closed set, as offices use it."""

from __future__ import annotations

import re


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


GROUPS = (
    "cấp ủy|cấp|bộ|ban|cục|vụ|sở|ngành|đơn vị|cơ quan|địa phương|tổ chức|đoàn|xã|phường|huyện|thành phố"
    "|tỉnh|quận|đoàn thể"
    "|hội|phòng|trường|thành viên|doanh nghiệp|chi bộ|đảng bộ|thôn|tổ|viện|trung tâm|chi nhánh|tập đoàn"
    "|công ty|nhà máy"
    "|chủ đầu tư|chủ tịch|đồng chí|đại biểu|tỉnh ủy|thành ủy|huyện ủy|đảng ủy|chi đảng bộ|ban quản lý|cơ sở"
    "|hợp tác xã"
    "|bệnh viện|ngân hàng|chi cục|ủy ban|thủ trưởng|lực lượng|nhà trường|cụm|khối|đội|tổng công ty|hiệp hội"
    "|thương vụ"
    "|chủ rừng|chủ dự án|nhà thầu|đài"
)
"""What "các …" may be said of."""
ANY_CASE = "|".join(
    (
        rf"các (?:{GROUPS})",
        r"(?:từng|mỗi) (?:cơ quan|đơn vị|địa phương|sở|ngành|chi bộ|đảng bộ|đoàn cơ sở|xã|phường|trường"
        r"|thôn)",
        r"đoàn (?:kiểm tra|giám sát|thanh tra|công tác|khảo sát|thẩm định)"
        r"|tổ (?:kiểm tra|giám sát|thẩm định|biên tập|soạn thảo)(?! \d)",
        r"ủy ban (?:nhân dân|mặt trận|mttq|kiểm tra|bầu cử|quốc gia|dân tộc|thường vụ|trung ương)|ubnd"
        r"|ubmttq|hđnd|mttq",
        r"hội đồng (?:nhân dân|thi đua|bầu cử|thẩm định|phối hợp|trường|kiểm kê)",
        r"chủ tịch (?:ủy ban|ubnd|hđnd|hội|nước|quốc hội)|thủ trưởng|người đứng đầu|giám đốc"
        r"|chánh văn phòng|bộ trưởng",
        r"thủ tướng chính phủ|thường trực|cấp ủy|chính quyền các cấp",
        r"cơ quan (?:chủ trì|thường trực|được giao|chuyên môn|đơn vị|quản lý|có thẩm quyền|tham mưu"
        r"|thực hiện|công an|quân sự)",
        r"cơ quan, đơn vị|đơn vị (?:chủ trì|được giao|thực hiện|phối hợp)|(?:sở|ban), (?:ban, )?ngành"
        r"|chi bộ|đảng bộ",
        r"đảng ủy|tỉnh ủy|thành ủy|huyện ủy|tổ giúp việc|tổ công tác|cấp có thẩm quyền|lãnh đạo|phó chủ tịch",
        r"trưởng (?:ban|phòng|thôn|đoàn|tiểu ban)|ban thường (?:vụ|trực)|người có thẩm quyền",
    )
)
CAPITAL = (
    r"Sở|Bộ|Ban(?! (?i:hành))|Cục|Chi cục|Tổng cục|Vụ|Viện|Văn phòng|VP|Công an"
    r"|Tỉnh đoàn|Thành đoàn|Huyện đoàn|Đoàn"
    r"|Mặt trận"
    r"|Hội(?! (?:nghị|thảo|thi|họp|diễn))|Liên đoàn|Liên minh|Trung tâm|Trường(?! (?i:hợp))|Đài|Báo(?! cáo)"
    r"|Ngân hàng"
    r"|Kho bạc|Bảo hiểm"
    r"|BHXH|Thanh tra|Tòa án|Phòng(?!,? (?i:chống|ngừa|cháy|bệnh|thủ))|Tập đoàn"
    r"|Tổng Công ty|Tổng công ty|Công ty|Doanh nghiệp|Quỹ|Hiệp hội"
    r"|Tổ(?! (?i:chức))"
    r"|Chủ tịch|Giám đốc|Thứ trưởng|Bộ trưởng|Bí thư|Trưởng|Chánh|Hạt|Bệnh viện|Kiểm toán|Hải quan|Thuế"
    r"|Thống kê|Quân khu"
    r"|Cơ quan|Đơn vị|Chủ đầu tư|Nhà đầu tư|Hội đồng|Đồng chí|Phó Chủ tịch|Chính phủ|Quốc hội|Đảng đoàn"
    r"|Đảng ủy|Chi nhánh"
    r"|Phân viện|Học viện|Tạp chí|Nhà máy|Khu|Điện lực|Viễn thông|Bưu điện|Lãnh đạo|Trạm|Đội(?! (?i:ngũ))"
    r"|Chi hội"
    r"|Ủy viên|Tổng Giám đốc"
    r"|Ủy ban|Uỷ ban|Tòa|Tư lệnh|Cảng vụ|Kiểm lâm|Lực lượng|Cán bộ"
    r"|Tổ chức(?= (?i:chính trị|đảng|xã hội|đoàn|công đoàn|thành viên|cơ sở))"
    r"|Ngành|Xã|Phường|HTX|Hợp tác xã|Chuyên viên|Bộ phận|Tiểu ban|Thôn|Khối|Cụm|Xí nghiệp|Vườn"
)
HEAD = re.compile(rf"(?<!\w)(?:(?i:{ANY_CASE})|(?:{CAPITAL}))(?!\w)")
INDIVIDUAL = re.compile(
    r"(?:Sở|UBND|Ủy ban|Uỷ ban|HĐND|Công an|Cục|Chi cục|Văn phòng|(?:Ban|Bộ|Hội|Đoàn) [A-ZĐÂ]|Trung tâm"
    r"|Ngân hàng|Viện|Vụ"
    r"|Bảo hiểm|Kho bạc|Thanh tra|Mặt trận|Liên đoàn|Tập đoàn|Tổng công ty|Công ty"
    r"|Chủ tịch|Thủ trưởng|Giám đốc|Bí thư|Thường trực"
    r"|[Cc]ác (?:sở|ban|cơ quan|đơn vị|tổ chức|địa phương|xã|bộ|đoàn thể|doanh nghiệp|phòng)"
    r"|tổ chức chính trị)(?!\w)"
)
"""What begins a name of its own within a list."""
VERBS = words_of(
    "chủ_trì phối_hợp tham_mưu tổ_chức xây_dựng báo_cáo theo_dõi hướng_dẫn kiểm_tra đôn_đốc tổng_hợp"
    " gửi trình rà_soát triển_khai thực_hiện căn_cứ chịu có là được phải cần sẽ chỉ_đạo tăng_cường"
    " tiếp_tục đẩy_mạnh ban_hành bố_trí cân_đối lập_kế lập_danh lập_hồ lập_dự lập_báo lập_biên lập_quy"
    " đề_xuất đề_nghị nghiên_cứu cung_cấp kịp_thời chủ_động thường_xuyên định_kỳ khẩn_trương nghiêm_túc"
    " tập_trung quán_triệt tuyên_truyền vận_động thành_lập cử_cán cử_người cử_đại cử_công cử_đầu"
    " cử_thành phân_công giao đánh_giá công_bố công_khai thông_báo đăng_ký tiếp_nhận xử_lý giải_quyết đã"
    " đang để theo trong khi nếu như tại từ trước sau vào hằng hàng trên_cơ_sở kết_quả tình_hình về qua"
    " thông_qua làm_việc làm_tốt làm_đầu làm_rõ tham_gia xem_xét cho với chấp_hành nâng_cao bảo_đảm"
    " đảm_bảo tạo_điều tạo_thuận tạo_chuyển hỗ_trợ yêu_cầu nhằm bằng chậm_nhất trực_tiếp kiện_toàn"
    " duy_trì cập_nhật hoàn_thành hoàn_thiện ký_kết gắn tự_chịu mở_rộng mở_lớp đưa góp_phần góp_ý"
    " lồng_ghép quan_tâm chú_trọng nắm phát_huy phát_động khai_thác lãnh_đạo giúp lựa_chọn xác_định"
    " chuẩn_bị thẩm_định sử_dụng huy_động đẩy tích_cực quy_định phê_duyệt cụ_thể_hóa soạn_thảo hoạt_động"
    " ưu_tiên nhanh_chóng tiến_hành sơ_kết tổng_kết khảo_sát thống_kê bổ_sung điều_chỉnh chuyển nộp"
    " kiểm_soát phản_ánh kiến_nghị đồng_thời hoặc đến bao_gồm gồm nêu khẩn căn cùng mà trình_bày ngay"
    " mỗi không chưa nhận_thức thông_tin đảm_nhiệm giám_sát quản_lý phụ_trách bàn_giao kết_luận"
)
"""Verbs and prepositions of which a small letter ends a name, in pairs of syllables."""
LISTED = words_of(
    "ban ngành phường xã thị đặc đoàn đơn địa tổ cơ quận huyện thành tỉnh hội doanh cục vụ viện sở bộ"
    " thôn cá hợp trường các chi đảng buôn khu hiệp ngân công chủ tập tổng ủy ubnd trung"
)
"""Small words with which a list of units goes on behind a comma."""
ORGANISATION = re.compile(
    r"tổ chức (?:chính trị|đảng|xã hội|có liên quan|thành viên|liên quan|đoàn thể|hội|cơ sở|tín dụng"
    r"|khoa học|kinh tế"
    r"|trực thuộc|và|cá nhân|,)"
)
BELONGING = re.compile(
    r"(?:có liên quan|liên quan|trên địa bàn(?: tỉnh| thành phố| xã| huyện)?|thuộc|trực thuộc"
    r"|được giao (?:nhiệm vụ|chủ trì)|được phân công(?: chủ trì)?|có (?:chức năng|nhiệm vụ|thẩm quyền)"
    r"|chủ trì|quản lý|thường trực|thực hiện|phụ trách lĩnh vực)"
)
"""What may belong to a name although it begins like a verb."""
BARE_ONLY = frozenset({"chủ trì", "quản lý", "thực hiện", "thường trực"})
BARE = frozenset({"cơ quan", "đơn vị", "các cơ quan", "các đơn vị"})
PAPER = re.compile(
    r"(?:đề án|kế hoạch|dự thảo|nghị quyết|quyết định|báo cáo|chương trình|tờ trình|danh mục|phương án"
    r"|quy chế|văn bản|hồ sơ|dự án)\b"
)
SETTLED = re.compile(
    r"(?:chính phủ|(?:ubnd|ủy ban nhân dân|hội đồng nhân dân|hđnd) (?:tỉnh|thành phố|huyện|xã|phường)"
    r"|bộ trưởng"
    r"|tỉnh ủy|thành ủy)$"
)
"""A name that is complete, before a paper that is sent to it."""
TURN = re.compile(
    r"(?:các|những|một số) (?!xã|phường|huyện|cấp|tỉnh|sở|thị trấn|đặc khu|thôn|bộ|cơ quan|đơn vị"
    r"|địa phương|thành phố|quận"
    r"|khu|vụ|ban|ngành|tập đoàn|công ty|trường|dân tộc|cục|phòng|đoàn thể|tổ chức|hội|doanh nghiệp|kcn)"
)
"""A plural that is no unit: where what is sent begins."""
