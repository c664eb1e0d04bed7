"""Names of units in a text: where one begins, and how far it goes.

Nine in ten begin with one of a closed set of words (Sở, UBND, Ban, Cục, Công an, …). The name goes on until a
verb, a preposition or the end of the clause. Groups ("các sở, ban, ngành") are phrases like any other here;
what they stand for, a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADS_ANY_CASE = (
    r"các (?:cấp ủy|cấp|bộ|ban|cục|vụ|sở|ngành|đơn vị|cơ quan|địa phương|tổ chức|đoàn|xã|phường|huyện|thành phố|tỉnh|quận|đoàn thể"
    r"|hội|phòng|trường|thành viên|doanh nghiệp|chi bộ|đảng bộ|thôn|tổ|viện|trung tâm|chi nhánh|tập đoàn|công ty|nhà máy"
    r"|chủ đầu tư|chủ tịch|đồng chí|đại biểu|tỉnh ủy|thành ủy|huyện ủy|đảng ủy|chi đảng bộ|ban quản lý|cơ sở|hợp tác xã|bệnh viện|ngân hàng"
    r"|chi cục|ủy ban|thủ trưởng|lực lượng|nhà trường|cụm|khối|đội|tổng công ty|hiệp hội|thương vụ|chủ rừng|chủ dự án|nhà thầu|đài)(?:\b)"
    r"|từng (?:cơ quan|đơn vị|địa phương|sở|ngành)|mỗi (?:cơ quan|đơn vị|địa phương)"
    r"|ủy ban (?:nhân dân|mặt trận|mttq|kiểm tra|bầu cử|quốc gia|dân tộc|thường vụ|trung ương)|ubnd|ubmttq|hđnd|mttq|ủy ban mttq"
    r"|hội đồng (?:nhân dân|thi đua|bầu cử|thẩm định|phối hợp|trường|kiểm kê)"
    r"|chủ tịch (?:ủy ban|ubnd|hđnd|hội|nước|quốc hội)|thủ trưởng|người đứng đầu|giám đốc|chánh văn phòng|bộ trưởng|thủ tướng chính phủ"
    r"|thường trực|cấp ủy|chính quyền các cấp|cơ quan (?:chủ trì|thường trực|được giao|chuyên môn|đơn vị|quản lý|có thẩm quyền|tham mưu|thực hiện|công an|quân sự)"
    r"|đơn vị (?:chủ trì|được giao|thực hiện|phối hợp)|(?:sở|ban), (?:ban, )?ngành|chi bộ|đảng bộ|đảng ủy|tỉnh ủy|thành ủy|huyện ủy|tổ giúp việc|tổ công tác"
    r"|cấp có thẩm quyền|lãnh đạo|cơ quan có thẩm quyền|phó chủ tịch|trưởng (?:ban|phòng|thôn|đoàn|tiểu ban)|ban thường (?:vụ|trực)|người có thẩm quyền|cơ quan, đơn vị"
)
HEADS_CAPITAL = (
    r"Sở|Bộ|Ban|Cục|Chi cục|Tổng cục|Vụ|Viện|Văn phòng|VP|Công an|Tỉnh đoàn|Thành đoàn|Huyện đoàn|Đoàn|Mặt trận|Hội(?! (?:nghị|thảo|thi|họp|diễn))|Liên đoàn|Liên minh"
    r"|Trung tâm|Trường|Đài|Báo(?! cáo)|Ngân hàng|Kho bạc|Bảo hiểm|BHXH|Thanh tra|Tòa án|Phòng|Tập đoàn|Tổng Công ty|Tổng công ty|Công ty"
    r"|Doanh nghiệp|Quỹ|Hiệp hội|Tổ(?! (?i:chức))|Chủ tịch|Giám đốc|Thứ trưởng|Bộ trưởng|Bí thư|Trưởng|Chánh|Hạt|Bệnh viện|Kiểm toán|Hải quan|Thuế|Thống kê"
    r"|Quân khu|Cơ quan|Đơn vị|Chủ đầu tư|Nhà đầu tư|Hội đồng|Đồng chí|Phó Chủ tịch|Chính phủ|Quốc hội|Đảng đoàn|Đảng ủy|Chi nhánh|Phân viện|Học viện|Tạp chí"
    r"|Nhà máy|Khu|Điện lực|Viễn thông|Bưu điện|Lãnh đạo|Trạm|Đội|Chi hội|Ủy viên|Tổng Giám đốc|Ủy ban|Uỷ ban|Tòa|Tư lệnh|Cảng vụ|Kiểm lâm|Lực lượng|Cán bộ|Tổ chức(?= (?i:chính trị|đảng|xã hội|đoàn|công đoàn|thành viên|cơ sở))|Xã|Phường|HTX|Hợp tác xã|Chuyên viên|Bộ phận|Tiểu ban|Thôn|Khối|Cụm|Xí nghiệp|Vườn"
)
HEAD = re.compile(rf"(?<!\w)(?:(?i:{HEADS_ANY_CASE})|(?:{HEADS_CAPITAL}))(?!\w)")
TOKEN = re.compile(r"\w+|[^\w\s]")
VERBS = frozenset(
    "chủ_trì phối_hợp tham_mưu tổ_chức xây_dựng báo_cáo theo_dõi hướng_dẫn kiểm_tra đôn_đốc tổng_hợp gửi trình rà_soát"
    " triển_khai thực_hiện căn_cứ chịu có là được phải cần sẽ chỉ_đạo tăng_cường tiếp_tục đẩy_mạnh ban_hành bố_trí cân_đối"
    " lập_kế lập_danh lập_hồ lập_dự lập_báo lập_biên lập_quy đề_xuất đề_nghị nghiên_cứu cung_cấp kịp_thời chủ_động thường_xuyên định_kỳ khẩn_trương nghiêm_túc tập_trung"
    " quán_triệt tuyên_truyền vận_động thành_lập cử_cán cử_người cử_đại cử_công cử_đầu cử_thành phân_công giao đánh_giá công_bố công_khai thông_báo đăng_ký tiếp_nhận"
    " xử_lý giải_quyết đã đang để theo trong khi nếu như tại từ trước sau vào hằng hàng trên_cơ_sở kết_quả tình_hình về qua"
    " thông_qua làm_việc làm_tốt làm_đầu làm_rõ tham_gia xem_xét cho với chấp_hành nâng_cao bảo_đảm đảm_bảo tạo_điều tạo_thuận tạo_chuyển hỗ_trợ yêu_cầu nhằm bằng chậm_nhất"
    " trực_tiếp kiện_toàn duy_trì cập_nhật hoàn_thành hoàn_thiện ký_kết gắn tự_chịu mở_rộng mở_lớp đưa góp_phần góp_ý lồng_ghép quan_tâm chú_trọng nắm"
    " phát_huy phát_động khai_thác lãnh_đạo giúp lựa_chọn xác_định chuẩn_bị thẩm_định sử_dụng huy_động đẩy tích_cực"
    " quy_định phê_duyệt cụ_thể_hóa soạn_thảo hoạt_động ưu_tiên nhanh_chóng tiến_hành sơ_kết tổng_kết khảo_sát thống_kê"
    " bổ_sung điều_chỉnh chuyển nộp kiểm_soát phản_ánh kiến_nghị đồng_thời hoặc đến bao_gồm gồm nêu khẩn căn cùng mà"
    " trình_bày ngay mỗi không chưa nhận_thức thông_tin đảm_nhiệm giám_sát quản_lý phụ_trách".split()
)
NOUN_AFTER = re.compile(r"tổ chức (?:chính trị|đảng|xã hội|có liên quan|thành viên|liên quan|đoàn thể|hội|cơ sở|tín dụng|khoa học|kinh tế|trực thuộc|và|cá nhân|,)")
JOINING = frozenset({"và", "-", "&", "/", ","})
LIST_NOUNS = frozenset(
    "ban ngành phường xã thị đặc đoàn đơn địa tổ cơ quận huyện thành tỉnh hội doanh cục vụ viện sở bộ thôn cá hợp trường các chi"
    " đảng buôn khu hiệp ngân công chủ đảng tập tổng ủy ubnd trung".split()
)
QUALIFIED = re.compile(r"(?:có |được |liên |trên |thuộc |trực |được giao|cấp |còn |khác|nói |nêu |có liên quan)")
KEPT_AFTER = re.compile(
    r"(?:có liên quan|liên quan|trên địa bàn(?: tỉnh| thành phố| xã| huyện)?|thuộc|trực thuộc|được giao (?:nhiệm vụ|chủ trì)|được phân công(?: chủ trì)?"
    r"|có (?:chức năng|nhiệm vụ|thẩm quyền|chức năng)|chủ trì|quản lý|thường trực|thực hiện|phụ trách lĩnh vực)"
)
ABBREVIATED = re.compile(r" ?\([^()]{1,60}\)")


@dataclass(frozen=True)
class UnitPhrase:
    start: int
    end: int
    text: str


def find_units(text: str, low: str) -> list[UnitPhrase]:
    """All names of units in the text; a name within a name is part of it."""
    found: list[UnitPhrase] = []
    end = 0
    for match in HEAD.finditer(text):
        if match.start() < end:
            continue
        end = _end(text, low, match)
        found.append(UnitPhrase(match.start(), end, text[match.start() : end].rstrip(" ,-&/")))
    return found


def _end(text: str, low: str, head: re.Match[str]) -> int:
    """Where the name that begins with `head` ends."""
    at = end = head.end()
    while (token := TOKEN.search(text, at)) is not None and not text[at : token.start()].strip():
        at = token.end()
        word = token[0]
        if word == "(":
            bracket = ABBREVIATED.match(text, token.start())
            if bracket is None or not _goes_on(text, low, bracket.end()):
                break
            at = bracket.end()
        elif word in JOINING:
            if not _goes_on(text, low, token.end()):
                break
        elif not word[0].isalnum() and word not in "“”\"'’.":
            break
        elif word in "“”\"'’.":
            if word == ".":
                break
            end = at
        elif word[0].isupper() and PAPER.match(low, token.start()) and SETTLED.search(low[head.start() : end]):
            break
        elif word[0].isupper() or word[0].isdigit() or not (_stops(low, token.start()) or _turns(low, token.start())):
            end = at
        else:
            kept = KEPT_AFTER.match(low, token.start())
            if kept is None or kept[0] in ("chủ trì", "quản lý", "thực hiện", "thường trực") and not _is_bare_head(head[0]):
                break
            end = at = kept.end()
    return end


PAPER = re.compile(r"(?:đề án|kế hoạch|dự thảo|nghị quyết|quyết định|báo cáo|chương trình|tờ trình|danh mục|phương án|quy chế|văn bản|hồ sơ|dự án)\b")
SETTLED = re.compile(r"(?:chính phủ|(?:ubnd|ủy ban nhân dân|hội đồng nhân dân|hđnd) (?:tỉnh|thành phố|huyện|xã|phường)|bộ trưởng|tỉnh ủy|thành ủy)$")
TURN = re.compile(r"(?:các|những|một số) (?!xã|phường|huyện|cấp|tỉnh|sở|thị trấn|đặc khu|thôn|bộ|cơ quan|đơn vị|địa phương|thành phố|quận|khu|vụ|ban|ngành|tập đoàn|công ty|trường|dân tộc|cục|phòng|đoàn thể|tổ chức|hội|doanh nghiệp|kcn)")


def _turns(low: str, at: int) -> bool:
    """Whether "các …" begins something that is no unit."""
    return TURN.match(low, at) is not None


def _is_bare_head(head: str) -> bool:
    return head.lower() in ("cơ quan", "đơn vị", "các cơ quan", "các đơn vị")


def _stops(low: str, at: int) -> bool:
    """Whether a verb or a preposition begins here."""
    words = TOKEN.findall(low[at : at + 40])[:3]
    first, pair, three = words[0], "_".join(words[:2]), "_".join(words)
    if pair == "tổ_chức" and NOUN_AFTER.match(low, at):
        return False
    return first in VERBS or pair in VERBS or three in VERBS


def _goes_on(text: str, low: str, at: int) -> bool:
    """Whether a list of units, or a name with a comma in it, goes on behind a joint."""
    while at < len(text) and text[at] == " ":
        at += 1
    token = TOKEN.match(text, at)
    if token is None:
        return False
    word = token[0]
    if word[0].isupper():
        return True
    if _stops(low, at) and not NOUN_AFTER.match(low, at):
        return False
    return False or word[0].isupper() or word.lower() in LIST_NOUNS


def split_units(text: str) -> Iterator[str]:
    """The single names in a list of them: `Các sở, ban, ngành; UBND xã, phường` is two."""
    for part in re.split(r"\s*;\s*", text):
        rest = part.strip(" .,:")
        if rest:
            yield from _split_at_heads(rest)


def _split_at_heads(text: str) -> Iterator[str]:
    starts = [0]
    for match in re.finditer(r"(?:,| và)(?: và)? (?=(\S+))", text):
        if STRONG_HEAD.match(text, match.end()):
            starts.append(match.end())
    for start, stop in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = re.sub(r"(?:,| và)+$", "", text[start:stop].strip()).strip()
        if piece:
            yield piece


STRONG_HEAD = re.compile(
    r"(?:Sở|UBND|Ủy ban|Uỷ ban|HĐND|Công an|Cục|Chi cục|Văn phòng|Ban [A-ZĐÂ]|Bộ [A-ZĐÂ]|Hội [A-ZĐÂ]|Đoàn [A-ZĐÂ]|Trung tâm|Ngân hàng|Viện|Vụ|Bảo hiểm|Kho bạc|Thanh tra|Mặt trận|Liên đoàn|Tập đoàn|Tổng công ty|Công ty"
    r"|[Cc]ác (?:sở|ban|cơ quan|đơn vị|tổ chức|địa phương|xã|bộ|đoàn thể|doanh nghiệp|phòng)|tổ chức chính trị)(?!\w)"
)
