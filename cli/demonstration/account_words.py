"""What the account says, in Vietnamese and in English."""

WORDS: dict[str, tuple[str, str]] = {
    "title": (
        "Tường trình: một năm thực hiện chế độ báo cáo theo {plan} (mô phỏng)",
        "Account: a year of reporting under {plan} (simulated)",
    ),
    "span": (
        "Từ {first} đến {last}, mỗi ngày một lượt chạy lúc 08:00 ({passes} lượt), số gieo {seed}.",
        "From {first} to {last}, one pass a day at 08:00 ({passes} passes), seed {seed}.",
    ),
    "as of": ("Số liệu tính đến {at}.", "Figures as of {at}."),
    "who owed what": (
        "Ai phải nộp gì, đã nộp thế nào (số báo cáo)",
        "Who owed what, and what was filed (in reports)",
    ),
    "period": ("kỳ", "period"),
    "stage": ("chặng", "stage"),
    "last day": ("ngày cuối", "last day"),
    "expected": ("phải nộp", "expected"),
    "filed": ("đã nộp", "filed"),
    "on_time": ("đúng hạn", "on time"),
    "late": ("muộn", "late"),
    "overdue": ("quá hạn", "overdue"),
    "rates": ("Tỷ lệ theo cấp", "Rates by level"),
    "completion": ("hoàn thành", "completion"),
    "reporting": ("đã nộp %", "reporting"),
    "on_time_of_expected": ("đúng hạn %", "on time"),
    "on_time_of_filed": ("đúng hạn/nộp", "on time/filed"),
    "original_on_time": ("hạn gốc %", "original"),
    "median_days_late": ("ngày muộn", "days late"),
    "median_review_days": ("ngày tiếp nhận", "review days"),
    "all": ("tất cả", "all"),
    "n/a": ("không có", "n/a"),
    "mails": ("Thư nhắc: gửi ai, vì sao", "Mails: to whom, and why"),
    "mails sent": (
        "{mails} thư cho {people} người; mỗi người mỗi ngày nhiều nhất một thư tổng hợp.",
        "{mails} mails to {people} people; one digest a person a day.",
    ),
    "busiest day": ("Nhiều nhất là ngày {day}: {mails} thư.", "Most went out on {day}: {mails}."),
    "why": ("vì sao", "why"),
    "whose level": ("cấp của người nhận", "recipient's level"),
    "to whom": ("gửi ai", "to whom"),
    "notices": ("lượt nhắc", "notices"),
    "in mails": ("trong số thư", "in mails"),
    "ledger": ("Sổ nhắc việc: {states}.", "The ledger: {states}."),
    "decisions": ("Nộp, tiếp nhận, gia hạn (mọi kế hoạch)", "Handed in and decided (all plans)"),
    "what was decided": (
        "{submissions} lần nộp ({files} tệp); tiếp nhận {accepted}, trả lại {returned}; "
        "gia hạn: đồng ý {extensions_granted}, không đồng ý {extensions_refused}, chưa quyết định "
        "{extensions_undecided}; miễn {waived}; xác nhận đã biết {acknowledged}.",
        "{submissions} submissions ({files} files); {accepted} accepted, {returned} returned; extensions: "
        "{extensions_granted} granted, {extensions_refused} refused, {extensions_undecided} undecided; "
        "{waived} waived; {acknowledged} acknowledged.",
    ),
    "worst branch": ("Nhánh yếu nhất, và ai làm chậm", "The worst branch, and who held it up"),
    "worst is": (
        "{name} ({unit}): đúng hạn {share} (phải nộp {expected}, đã nộp {filed}, muộn {late}, "
        "quá hạn {overdue}).",
        "{name} ({unit}): {share} on time ({expected} expected, {filed} filed, {late} late, "
        "{overdue} overdue).",
    ),
    "held up by": (
        "  {name} ({unit}) làm chậm báo cáo tháng của nhánh {times} lần: {periods}",
        "  {name} ({unit}) held up the branch's monthly report {times}×: {periods}",
    ),
    "held up by nobody": (
        "  Không đơn vị cấp dưới nào làm chậm.",
        "  No unit below held it up.",
    ),
    "no branch": ("Chưa có nhánh nào để so sánh.", "There is no branch to compare yet."),
    "open": ("Còn mở ở cuối", "Open at the end"),
    "what is open": (
        "{overdue} báo cáo quá hạn chưa nộp; {awaiting_acceptance} đã nộp, chờ tiếp nhận; "
        "{returned_and_not_mended} bị trả lại, chưa nộp lại; {waived} được miễn.",
        "{overdue} overdue and not filed; {awaiting_acceptance} filed and not yet accepted; "
        "{returned_and_not_mended} returned and not mended; {waived} waived.",
    ),
    "longest overdue": ("Quá hạn lâu nhất:", "The longest overdue:"),
    "number": ("số", "id"),
    "unit": ("đơn vị", "unit"),
    "duty": ("nhiệm vụ", "duty"),
    "days overdue": ("ngày quá hạn", "days overdue"),
    "flow": ("Luồng Prefect", "The Prefect flow"),
    "Received": ("đã nộp đủ (Received)", "Received"),
    "Overdue": ("có báo cáo quá hạn (Overdue)", "Overdue"),
    "Waiting": ("đang chờ (Waiting)", "Waiting"),
    "flow ran": ("{flow} đã chạy thật một lần: {state}.", "{flow} ran once for real: {state}."),
    "no flow": ("Không chạy (--no-flow).", "Not run (--no-flow)."),
    "where": ("Kết quả ở đâu", "Where the results are"),
    "mailbox": ("hộp thư", "mailbox"),
    "calendar": ("lịch của ngày {day}", "calendar of {day}"),
    "events": ("{number} mục", "{number} events"),
    "plans": ("Các kế hoạch đã nạp", "The plans that are loaded"),
    "plan": ("kế hoạch", "plan"),
    "no_deadline": ("không thời hạn", "no deadline"),
    "not_counted": ("không tính", "not counted"),
    "database": ("cơ sở dữ liệu", "database"),
    "sign-ins": (
        "đăng nhập (năm người dùng và mật khẩu; dondoc serve mở trang)",
        "signing in (five people and their password; dondoc serve opens the pages)",
    ),
    "this account": ("tường trình này", "this account"),
    "try": ("Thử tiếp", "Try next"),
}
"""Vietnamese first, English second; `{…}` are filled in."""
