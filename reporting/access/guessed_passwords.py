"""Passwords that are tried first, by what is left of them without marks, blanks, signs and outer digits.

`Matkhau@2024`, `mật khẩu 123` and `MATKHAU!!!` are one: matkhau.
"""

from __future__ import annotations

import re

from models.text import folded

NO_LETTER = re.compile(r"[^a-z0-9]+")
NUMBER = re.compile(r"[0-9 ()+./-]+")
ENDS = re.compile(r"^[0-9]+|[0-9]+$")
LOOKALIKES = str.maketrans("@$", "as")


def cores_of(text: str) -> frozenset[str]:
    """What is left of a text, read with @ and $ as signs and as letters; nothing of digits alone."""
    readings = (folded(text), folded(text).translate(LOOKALIKES))
    return frozenset(ENDS.sub("", NO_LETTER.sub("", each)) for each in readings) - {""}


def is_common(password: str) -> bool:
    """Whether it is among the first that are tried: a common word, or a number, such as of a telephone."""
    return NUMBER.fullmatch(password) is not None or bool(cores_of(password) & COMMON)


WORDS = """
password passwords passwd pass passpass passwordpassword mypassword newpassword changeme letmein
welcome welcomeback admin administrator adminadmin administrators root rootroot superuser supervisor
sysadmin system manager guest user username usernames test testtest testing tester demo demodemo
default secret topsecret login logmein master masterkey temp temporary qwerty qwertyuiop qwertyuio
qwertyui qwertyqwerty qwert asdfghjkl asdfgh asdfasdf zxcvbnm zxcvbn qazwsx qazwsxedc q1w2e3r4t5y6
q1w2e3r4t5 q1w2e3r a1b2c3d4e abc abcd abcde abcdef abcdefg abcdefgh abcdefghi abcdefghij abcdefghijk
abcabc abcabcabc abcdabcd aaaaaaaaaa aaaaaaaa iloveyou iloveu iloveyouforever iloveyousomuch iloveme
lovelove mylove sunshine princess princesses football footballs baseball basketball superman batman
spiderman starwars pokemon dragon monkey shadow michael jennifer jordan liverpool chelsea arsenal
barcelona realmadrid manchester manchesterunited computer internet google googlegoogle facebook
youtube microsoft windows samsung iphone apple android whatever nothing freedom trustno1 hello
helloworld hellohello goodluck happy happybirthday blessed company office officeoffice business
service security secure server database network summer winter spring autumn january february monday
friday money moneymoney killer hunter matkhau matkhaumoi matkhaucu matkhaudung matkhaumacdinh
matkhaucuatoi matkhaumatkhau matkhaukho khongcomatkhau khongnho khongbiet khongcogi quenmatkhau
doimatkhau dangnhap taikhoan nguoidung quantri quantrivien xinchao chaoban chaomung chaocacban
toilaai anhyeuem emyeuanh anhyeuemnhieu emyeuanhnhieu yeuem yeuanh anhnhoem emnhoanh iuem iuanh
yeuemmaimai yeuanhmaimai anhyeuemmaimai emyeuanhmaimai yeumaimai mainhau toiyeuvietnam toiyeuem
toiyeuban vietnam vietnamvodich vietnamviet vietnamoi yeuvietnam vnvn hanoi hanoihanoi hanoimuathu
saigon saigonsaigon sai0gon tphcm hochiminh thanhphohochiminh bachochiminh danang haiphong cantho
camau angiang kiengiang nghean thanhhoa hatinh quangninh quangnam binhduong dongnai vungtau nhatrang
dalat hue laocai langson caobang sonla dienbien bacninh bacgiang thainguyen namdinh ninhbinh
thaibinh haiduong hungyen phutho vinhphuc tuyenquang hagiang yenbai gialai kontum daklak daknong
lamdong binhthuan ninhthuan khanhhoa phuyen binhdinh quangngai quangtri quangbinh longan tiengiang
bentre travinh vinhlong dongthap haugiang soctrang baclieu tayninh binhphuoc ubnd ubndxa ubndhuyen
ubndtinh ubndphuong ubndthitran ubndubnd uybannhandan uyban vanphong vanphongubnd vanthu vanthuxa
vanthuhuyen congvan congvandi congvanden congchuc vienchuc canbo lanhdao chutich phochutich giamdoc
phogiamdoc truongphong baocao baocaothang baocaoquy baocaonam dondoc dondocbaocao sokehoach
sotaichinh sonoivu hoidongnhandan danguy daihoidang congan congansxa congdoan doanthanhnien gov
govvn egov chinhphu chinhphudientu chinhquyen chinhquyendientu cchc motnamba mothaiba mothaibabon
motngaymoi conyeume conyeubo giadinh giadinhtoi hanhphuc giadinhhanhphuc thanhcong maymanmoingay
maymam mayman chucmung chucmungnammoi nammoi happynewyear tinhyeu tinhban nguyenvana nguyenvanan
nguyenthihoa nguyenvan nguyenthi tranvan tranthi levan lethi phamvan phamthi nguyen tran le pham
hoang phan vu dang bui do ho ngo duong ly
"""
COMMON = frozenset(WORDS.split())
