"""Mistakes that people make in plan files, in ladder files, and in files of units and contacts."""

from __future__ import annotations

from tests.reporting.plans.test_reading import PLAN
from tests.reporting.unit_world import HEADER

SLOT = "      - {from: {level: grassroots}, lead: 3wd}"


def changed(old: str, new: str) -> str:
    """The good plan with one thing wrong in it."""
    assert old in PLAN
    return PLAN.replace(old, new, 1)


def stage(text: str) -> str:
    return changed(SLOT, f"      - {{{text}}}")


def duty(text: str) -> str:
    return changed("    every: month\n", f"    every: month\n    {text}\n")


def two_duties(first: str, second: str) -> str:
    """Two duties without a date, with the fields given."""
    head = PLAN.partition("duties:")[0]
    chain = "chain: [{from: {level: district}}]"
    return f"{head}duties:\n  - {{title: Một, {first}, {chain}}}\n  - {{title: Hai, {second}, {chain}}}\n"


def rule(text: str, every: str = "month") -> str:
    return changed("due: before 18", f"due: {text}").replace("every: month", f"every: {every}")


PLANS = {
    "no such day": rule("before 30/2/2024"),
    "no date": changed("issued_on: 2024-01-19", "issued_on: ngày mai"),
    "no such date": changed("issued_on: 2024-01-19", "issued_on: 2024-02-30"),
    "far date": changed("issued_on: 2024-01-19", "issued_on: 2924-01-19"),
    "misspelt field": changed("due: before 18", "deu: before 18"),
    "unknown field": changed("issuer: UBND tỉnh", "issuer: UBND tỉnh\nngười_ký: A"),
    "missing field": changed("issuer: UBND tỉnh\n", ""),
    "no value": changed("issuer: UBND tỉnh", "issuer:"),
    "empty text": changed("issuer: UBND tỉnh", "issuer: ' '"),
    "control character": changed("issuer: UBND tỉnh", 'issuer: "a\\u0007b"'),
    "unknown word": changed("every: month", "every: hằng tháng"),
    "too long": changed("number: 01/KH-UBND", f"number: {'x' * 90}"),
    "list as mapping": changed("kinds: [huyen]", "kinds: {huyen: 1}"),
    "text as mapping": changed("in_force: {from: 2024-01-19, to: 2025-01-31}", "in_force: 2024"),
    "list as text": changed("title: Báo cáo tháng", "title: [Báo cáo, tháng]"),
    "no number": changed("issuer: UBND tỉnh", "issuer: UBND tỉnh\ncorrection: hai"),
    "number too small": changed("issuer: UBND tỉnh", "issuer: UBND tỉnh\ncorrection: 0"),
    "number too large": changed("issuer: UBND tỉnh", "issuer: UBND tỉnh\ncorrection: 99"),
    "twice": changed("number: 01/KH-UBND", "number: 01/KH-UBND\nnumber: 2"),
    "comma": changed("level: grassroots}", "level: grassroots, name: Chi, đảng bộ}"),
    "two dates": stage("from: {level: grassroots}, lead: 3wd, due: before 3"),
    "slug": changed("slug: a-plan", "slug: Kế hoạch"),
    "unit code": changed("issuer: UBND tỉnh", "issuer: UBND tỉnh\nmonitor: Sở_KHĐT;"),
    "ends before": changed("to: 2025-01-31", "to: 2023-01-31"),
    "duty ends before": duty("from: 2024-03-01\n    to: 2024-02-01"),
    "period of a month": duty("period: 2024"),
    "no period": changed("    every: month\n", "    every: once\n    period: tháng hai\n"),
    "impossible period": changed("    every: month\n", "    every: once\n    period: 2024-13\n"),
    "cut-off": duty("cutoff: 32"),
    "unreadable cut-off": duty("cutoff: cuối tháng"),
    "no list": PLAN.partition("    chain:")[0] + "    chain: []\n",
    "group": stage("from: {groups: [a;b]}, lead: 3wd"),
    "nobody": stage("from: {}, lead: 3wd"),
    "chosen and left out": stage("from: {units: [a, b], except: a}, lead: 3wd"),
    "to itself": stage("from: {unit: a}, to: a, lead: 3wd"),
    "lead": stage("from: {level: grassroots}, lead: ba ngày"),
    "lead without date": changed("        due: before 18\n", ""),
    "after without date": stage("from: {level: grassroots}, after: 3wd"),
    "lead too long": stage("from: {level: grassroots}, lead: 900d"),
    "same id": two_duties("id: a, every: month", "id: a, every: year"),
    "absorbs unknown": two_duties("id: a, every: month", "id: b, every: year, absorbs: c"),
    "absorbs once": two_duties("id: a, every: once", "id: b, every: year, absorbs: a"),
    "absorbs larger": two_duties("id: a, every: year", "id: b, every: month, absorbs: a"),
    "rule": rule("sớm nhất có thể"),
    "rule without bound": rule("18"),
    "rule without unit": stage("from: {level: grassroots}, due: lead 3"),
    "rule with a short year": rule("before 30/6/24"),
    "rule within a number": rule("within 7"),
    "long rule": rule("before " + "1" * 80),
    "no day 32": rule("before 32"),
    "no month 13": rule("before 1/13", "year"),
    "no month 14 of period": rule("before 1 month 14", "year"),
    "no 31/4": rule("before 31/4", "year"),
    "no Q5": rule("within Q5", "year"),
    "no Q5 of a year": rule("within Q5/2024", "once"),
    "day for once": rule("before 18", "once"),
    "day for quarter": rule("before 18", "quarter"),
    "day for demand": rule("before 18", "on-demand"),
    "month for month": rule("before 18 last month"),
    "month 4 of a quarter": rule("before 18 month 4", "quarter"),
    "date for a month": rule("before 10/12"),
    "date for a quarter": rule("before 10/12", "quarter"),
    "full date for a year": rule("before 30/6/2024", "year"),
    "full date for nine months": rule("before 30/6/2024", "nine-months"),
    "full date for a half-year": rule("before 30/6/2024", "half-year"),
    "tab": "slug: a\n\tnumber: 1\n",
    "colon": "slug: a: b\n",
    "open quotation": "slug: 'a\n",
    "two documents": "slug: a\n---\nslug: b\n",
    "anchor": "a: &x 1\nb: *x\n",
    "deep": "[" * 50,
    "tag": "slug: !!python/object:os.system x\n",
    "odd key": "? [a]\n: b\n",
    "control": "slug: a\x00\n",
    "empty": "",
    "list": "- a\n",
}


def rung(fields: str) -> str:
    return f"slug: test\nrungs:\n  - {{{fields}}}\n"


RUNG = "{id: a, at: 0, audience: clerk}"


def review(fields: str) -> str:
    return f"slug: test\nrungs: [{{id: a, at: 0, audience: clerk}}]\nreview:\n  - {{{fields}}}\n"


LADDERS = {
    "no moment": rung("id: a, at: 5, audience: clerk"),
    "counts nothing": rung("id: a, at: -5, audience: clerk"),
    "no hour": rung("id: a, at: 0, hour: sáng, audience: clerk"),
    "no span": rung("id: a, at: 0, audience: clerk, repeat: {every: 0d, max: 2}"),
    "repeats too often": rung("id: a, at: 0, audience: clerk, repeat: {every: 2d, max: 99}"),
    "repeats never": rung("id: a, at: 0, audience: clerk, repeat: {every: 2d, max: 0}"),
    "no number": rung("id: a, at: 0, audience: clerk, repeat: {every: 2d, max: hai}"),
    "audience": rung("id: a, at: 0, audience: mọi người"),
    "nobody": rung("id: a, at: 0, audience: []"),
    "audience twice": rung("id: a, at: 0, audience: [clerk, clerk]"),
    "administrator": rung("id: a, at: 0, audience: administrator"),
    "unit": rung("id: a, at: 0, audience: unit"),
    "until": rung("id: a, at: 0, audience: clerk, until: mãi mãi"),
    "immediate": rung("id: a, at: 0, audience: clerk, immediate: có lẽ"),
    "id": rung("id: Bậc một, at: 0, audience: clerk"),
    "long id": rung(f"id: {'a' * 70}, at: 0, audience: clerk"),
    "list for a text": rung("id: [a], at: 0, audience: clerk"),
    "text for fields": rung("id: a, at: 0, audience: clerk, repeat: 2d"),
    "unknown field": rung("id: a, at: 0, audience: clerk, when: now"),
    "missing": rung("id: a, audience: clerk"),
    "since": rung("id: a, at: 0, audience: clerk, since: 2024-01-01"),
    "no rungs": "slug: test\nrungs: []\n",
    "many rungs": "slug: test\nrungs:\n" + "".join(
        f"  - {{id: a{i}, at: 0, audience: clerk}}\n" for i in range(60)
    ),
    "rungs as text": "slug: test\nrungs: năm\n",
    "weekday": f"slug: test\nrungs: [{RUNG}]\nweekly: {{on: thứ hai, audience: clerk}}\n",
    "review before": review("id: r, at: -3wd, audience: superior-clerk"),
    "review until": review("id: r, at: +3wd, audience: superior-clerk, until: submitted"),
    "review by the unit": review("id: r, at: +3wd, audience: clerk"),
    "same id": f"slug: t\nrungs:\n  - {RUNG}\n  - {RUNG}\n",
    "twice": "slug: test\nslug: test\n",
    "odd key": "? [a]\n: b\n",
    "bracket": "slug: test\nrungs: [\n",
    "list": "- a\n",
    "control": "a: \x00",
}  # fmt: skip
PEOPLE = "unit,name,role,address"
OFFICIAL = "province_code,province,commune_code,commune,division_type"
MANY = "x" * 250
TABLES: dict[str, bytes] = {
    name: text.encode()
    for name, text in {
        "empty": "",
        "no format": "a,b,c\n1,2,3\n",
        "column missing": "code,name,level,kind\nd,Tên,district,huyen\n",
        "unknown column": f"{HEADER},màu\nd,Tên,district,huyen,,,đỏ\n",
        "column twice": f"{HEADER},name\nd,Tên,district,huyen,,,\n",
        "quotation": f'{HEADER}\nd,"Tên"x,district,huyen,,\n',
        "empty cell": f"{HEADER}\nd,,district,huyen,,\n",
        "NUL": f"{HEADER}\nd,T\0n,district,huyen,,\n",
        "line break": f'{HEADER}\nd,"Tên\nđơn vị",district,huyen,,\n',
        "control character": f"{HEADER}\nd,T\x07n,district,huyen,,\n",
        "long cell": f"{HEADER}\nd,{MANY},district,huyen,,\n",
        "code": f"{HEADER}\na b,Tên,district,huyen,,\n",
        "level": f"{HEADER}\nd,Tên,vùng,huyen,,\n",
        "kind": f"{HEADER}\nd,Tên,district,Huyện,,\n",
        "code twice": f"{HEADER}\nd,Một,district,huyen,,\nd,Hai,district,huyen,,\n",
        "many cells": f"{HEADER}\nd,Tên,district,huyen,,,x,y\n",
        "no such day": f"{HEADER},valid_from\nd,Tên,district,huyen,,,30/2/2024\n",
        "no date": f"{HEADER},valid_from\nd,Tên,district,huyen,,,hôm nay\n",
        "ends early": f"{HEADER},valid_from,valid_to\nd,Tên,district,huyen,,,1/3/2024,1/2/2024\n",
        "address": f"{PEOPLE}\nd,An,clerk,an tại xã\n",
        "address of two": f'{PEOPLE}\nd,An,clerk,"a@x.vn, b@x.vn"\n',
        "address with a line break": f'{PEOPLE}\nd,An,clerk,"a@x.vn\nBcc: b@x.vn"\n',
        "role": f"{PEOPLE}\nd,An,giám đốc,a@x.vn\n",
        "language": f"{PEOPLE},language\nd,An,clerk,a@x.vn,fr\n",
        "contact twice": f"{PEOPLE}\nd,An,clerk,a@x.vn\nd,An,clerk,a@x.vn\n",
        "official digits": f"{OFFICIAL}\n1,Tỉnh A,00001,Xã B,Xã\n",
        "official kind": f"{OFFICIAL}\n01,Tỉnh A,00001,B,Vùng\n",
        "official twice": f"{OFFICIAL}\n01,Tỉnh A,00001,Xã B,Xã\n01,Tỉnh A,00001,Xã C,Xã\n",
        "official names": f"{OFFICIAL}\n01,Tỉnh A,00001,Xã B,Xã\n01,Tỉnh Z,00002,Xã C,Xã\n",
    }.items()
} | {"encoding": f"{HEADER}\nd,T".encode() + b"\xea\xf1\n"}
