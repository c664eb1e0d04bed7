"""What is refused in an upload, and what an edit would do, as a clerk reads it on the Vietnamese pages."""

from __future__ import annotations

import pytest

from reporting.reminders.ladders import shipped_ladder
from tests.reporting.world import PLAN, World
from tests.web.admin.conftest import text_of
from tests.web.cast import Browser

HEADER = "code,name,level,kind,superior,groups\n"
PEOPLE = "unit,name,role,address\n"


@pytest.fixture
def vietnamese(dave: Browser) -> Browser:
    dave.client.cookies.set("dondoc_language", "vi")
    return dave


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("due: before 18", "due: before 32", "không tháng nào có ngày 32 dùng số từ 1 đến 31"),
        ("monitor: so", "monitor: so-9", "monitor không có đơn vị “so-9” vào ngày 10/02/2024"),
        ("duties:", "ladder: mới-lạ\nduties:", "ladder không dùng được “mới-lạ” chỉ dùng chữ thường a–z"),
        ("duties:", "ladder: khac\nduties:", "ladder chưa nạp bậc nhắc việc “khac” nạp bậc thang đó trước"),
    ],
)
def test_a_plan_is_refused_in_vietnamese(vietnamese: Browser, old: str, new: str, said: str) -> None:
    assert old in PLAN
    form = vietnamese.form(text=PLAN.replace(old, new, 1), since="15/02/2024")
    answer = vietnamese.client.post("/admin/plan-upload/check", data=form)
    assert answer.status_code == 422
    assert said in text_of(answer.text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEADER}x9,Xã Chín,grassroots,xa,y9,\n", "2 superior không có đơn vị “y9” thêm vào tệp"),
        (f"{HEADER}x9,Xã Chín,grassroots,xa,x9,\n", "x9 là cấp trên của chính mình, thành vòng tròn"),
        (
            f"{HEADER}a,A,district,huyen,b,\nb,B,district,huyen,a,\n",
            "quan hệ cấp trên đi thành vòng tròn: a → b → a sửa cấp trên của một đơn vị trong đó",
        ),
        (
            f"{HEADER}h9,Huyện Chín,district,huyen,x1,\n",
            "h9 thuộc cấp huyện, cao hơn cấp trên x1 thuộc cấp cơ sở sửa cấp hoặc cấp trên",
        ),
        (f"{PEOPLE}nowhere,An,clerk,a@x.vn\n", "unit không có đơn vị “nowhere” vào ngày 01/03/2024"),
        (f"{PEOPLE}x1,An,clerk,a@\n", "“a@” không phải là địa chỉ thư điện tử ghi một địa chỉ thư điện tử"),
    ],
)  # fmt: skip
def test_a_file_of_units_is_refused_in_vietnamese(vietnamese: Browser, text: str, said: str) -> None:
    files = [("files", ("tệp.csv", text.encode(), "text/csv"))]
    form = vietnamese.form(since="01/03/2024")
    answer = vietnamese.client.post("/admin/unit-import/check", data=form, files=files)
    assert answer.status_code == 422
    assert said in text_of(answer.text)


def test_a_file_that_is_gone_a_unit_and_a_contact_are_refused_in_vietnamese(vietnamese: Browser) -> None:
    form = vietnamese.form(key="0" * 64, since="01/03/2024")
    gone = vietnamese.client.post("/admin/unit-import/check", data=form)
    assert "các tệp đã tải lên không còn được giữ" in text_of(gone.text)
    change = {"name": "Xã Một", "level": "grassroots", "kind": "xa", "superior": "nowhere", "groups": ""}
    refused = vietnamese.client.post("/admin/units/x1", data=vietnamese.form(**change, since="01/03/2024"))
    assert "Chưa làm được: không có đơn vị “nowhere”" in text_of(refused.text)
    unknown = vietnamese.client.get("/admin/units/x")
    assert "không có đơn vị “x” vào ngày 10/02/2024" in text_of(unknown.text)


def test_a_ladder_s_difference_is_said_in_vietnamese(vietnamese: Browser, province: World) -> None:
    changed = shipped_ladder().to_yaml().replace("-5wd", "-7wd")
    answer = vietnamese.client.post("/admin/ladder-upload/check", data=vietnamese.form(text=changed))
    assert (
        "~ five-before: trước 5 ngày làm việc lúc 08:00, nhắc văn thư đơn vị, đến khi nộp "
        "→ trước 7 ngày làm việc lúc 08:00"
    ) in text_of(answer.text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("slug: x\nrungs: [{id: a, at: 5, audience: [clerk]}]", "“5” không phải là thời điểm viết -5wd"),
        (
            "slug: x\nrungs: [{id: a, at: 0, audience: [clerk], when: now}]",
            "bậc nhắc việc không có trường này",
        ),
    ],
)
def test_a_ladder_is_refused_in_vietnamese(vietnamese: Browser, text: str, said: str) -> None:
    answer = vietnamese.client.post("/admin/ladder-upload/check", data=vietnamese.form(text=text))
    assert answer.status_code == 422
    assert said in text_of(answer.text)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/admin/plans/none", "không có kế hoạch “none” xem danh sách kế hoạch"),
        ("/admin/plans/p-2024/versions/9", "kế hoạch “p-2024” không có bản 9"),
        ("/admin/ladders/none", "không có bậc nhắc việc “none”"),
    ],
)
def test_what_is_not_there_is_said_in_vietnamese(vietnamese: Browser, path: str, said: str) -> None:
    answer = vietnamese.client.get(path)
    assert answer.status_code == 404
    assert said in text_of(answer.text).replace(";", "")
