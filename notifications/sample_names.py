"""Names of persons, places and documents in sample mails: made up, and Vietnamese in every language."""

CLERK = "Nguyễn Thị Hoa"
COMMUNE = "UBND xã Đất Mũi"
NEIGHBOURS = ("UBND thị trấn Rạch Gốc", "UBND xã Tam Giang Tây", "UBND xã Tân Ân", "UBND xã Viên An")
HAMLETS = ("Ấp Kinh Đào", "Ấp Rạch Tàu")
DISTRICTS = ("UBND huyện Ngọc Hiển", "UBND huyện Năm Căn", "UBND huyện Đầm Dơi", "UBND huyện Cái Nước")
OFFICE = "Văn phòng UBND tỉnh"
MONITOR = "Sở Kế hoạch và Đầu tư"
CHASING = "Trần Văn Nam"
PLAN_TITLE = "Chương trình hành động phát triển kinh tế - xã hội và dự toán ngân sách"
DUTY = "Báo cáo tình hình thực hiện các chỉ tiêu, nhiệm vụ"
BASIS = "mục IV.1.2"
STAGE = "Cơ sở"
