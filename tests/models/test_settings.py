"""Where settings come from: the environment, `.env`, and files that hold a secret each."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from pydantic import SecretStr

from models.errors import InvalidInput, UnsafeSettings
from models.settings import (
    OWN_KEY,
    as_environment,
    load_settings,
    refuse_known_key,
    trial_values,
    unknown_variables,
    with_own_key,
)

SECRET = "kept-in-a-file-of-its-own-0123456789"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which dondoc is started, with a secret's file in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_text(f"{SECRET}\n", encoding="utf-8")
    return tmp_path


def test_a_secret_is_read_from_the_file_that_the_environment_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_SECRET_KEY_FILE", "key")
    assert load_settings().secret_key.get_secret_value() == SECRET


def test_a_secret_is_read_from_the_file_that_dotenv_names(folder: Path) -> None:
    """Once only the environment was asked, and production refused a key that was there."""
    (folder / ".env").write_text("DONDOC_SECRET_KEY_FILE=key\n", encoding="utf-8")
    assert load_settings().secret_key.get_secret_value() == SECRET


def test_another_file_may_be_named_from_wherever_one_stands(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("DONDOC_HORIZON_DAYS=100\n", encoding="utf-8")
    (folder / "other.env").write_text("DONDOC_HORIZON_DAYS=200\n", encoding="utf-8")
    assert load_settings().horizon_days == 100
    monkeypatch.setenv("DONDOC_ENV_FILE", str(folder / "other.env"))
    assert load_settings().horizon_days == 200
    assert unknown_variables() == []
    monkeypatch.setenv("DONDOC_ENV_FILE", str(folder / "none.env"))
    with pytest.raises(InvalidInput, match=r"DONDOC_ENV_FILE names .*none\.env, which is not there"):
        load_settings()


def test_the_environment_wins_over_dotenv(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("DONDOC_SECRET_KEY_FILE=nowhere\n", encoding="utf-8")
    monkeypatch.setenv("DONDOC_SECRET_KEY_FILE", "key")
    assert load_settings().secret_key.get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("content", "remedy"), [(None, "cannot read"), (b"\xff\xfe\x00", "keep the secret alone")]
)
def test_a_secret_that_cannot_be_read_is_refused(folder: Path, content: bytes | None, remedy: str) -> None:
    (folder / ".env").write_text("DONDOC_SMTP_PASSWORD_FILE=password\n", encoding="utf-8")
    if content is not None:
        (folder / "password").write_bytes(content)
    with pytest.raises(InvalidInput, match=f"DONDOC_SMTP_PASSWORD_FILE: .*{remedy}"):
        load_settings()


def test_production_refuses_what_is_only_fit_for_a_trial(folder: Path) -> None:
    with pytest.raises(UnsafeSettings) as refused:
        load_settings(environment="production")
    for name in ("SECRET_KEY", "SMTP_HOST", "BASE_URL", "MAIL_FROM"):
        assert f"DONDOC_{name}" in str(refused.value)


def test_production_starts_with_values_of_its_own(folder: Path) -> None:
    (folder / ".env").write_text(
        "DONDOC_ENVIRONMENT=production\nDONDOC_SECRET_KEY_FILE=key\nDONDOC_SMTP_HOST=mail.example.vn\n"
        "DONDOC_BASE_URL=https://dondoc.example.vn\nDONDOC_MAIL_FROM=Đôn đốc <dondoc@example.vn>\n",
        encoding="utf-8",
    )
    assert load_settings().smtp_host == "mail.example.vn"


def test_an_empty_value_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files and `.env` leave a setting empty to say that it is not set."""
    (folder / ".env").write_text("DONDOC_SMTP_HOST=\nDONDOC_HORIZON_DAYS=\n", encoding="utf-8")
    monkeypatch.setenv("DONDOC_DATABASE_URL", "")
    settings = load_settings()
    assert (settings.smtp_host, settings.horizon_days) == (None, 400)
    assert settings.database.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MAIL_FROM", "UBND tỉnh, Sở Một <a@t.example>", 'write "UBND tỉnh, Sở Một" <a@t.example>'),
        ("MAIL_FROM", "Phòng: Một <a@t.example>", 'write "Phòng: Một" <a@t.example>'),
        ("MAIL_FROM", "A <a@t.example>, B <b@t.example>", "more than one"),
        ("MAIL_FROM", "Đôn đốc", "no address"),
        ("ADMIN_ADDRESS", "a@t.example, b@t.example", "is no mail address"),
        ("ADMIN_ADDRESS", "Admin <a@t.example>", "is no mail address"),
        ("BASE_URL", "dondoc.example.vn", "no address of a page"),
        ("BASE_URL", "https://dondoc.example.vn:port", "no address of a page"),
        ("PING_URL", "hc-ping", "no address of a page"),
        ("PREFECT_UI_URL", "ftp://x.example", "no address of a page"),
        ("SMTP_HOST", "mail.example.vn:587", "its port in DONDOC_SMTP_PORT"),
        ("SMTP_HOST", "smtp://mail.example.vn", "no name of a server"),
        ("SMTP_HOST", "mail one", "no name of a server"),
        ("SMTP_EHLO", "our name", "no name of a machine"),
        ("SMTP_CA_FILE", "nowhere.pem", "cannot read"),
        ("SMTP_CA_FILE", "key", "no certificates"),
        ("SMTP_USER", "dondoc", "belong together"),
        ("SMTP_PASSWORD", "secret", "belong together"),
        ("UPLOAD_TYPES", "pdf;docx", "no endings"),
        ("UPLOAD_TYPES", ",", "no endings"),
        ("DATABASE_URL", "mysql://x/y", "sqlite:/// or postgresql://"),
        ("DATABASE_URL", "nonsense", "no database address"),
        ("HOME", "key", "is a file"),
        ("TIME_ZONE", "Hanoi", "no time zone"),
        ("TRUSTED_PROXIES", "proxy", "no address or network"),
        ("OIDC_ISSUER", "http://login.example", "https://"),
        ("SMTP_PORT", "many", "must be a whole number"),
        ("LANGUAGE", "fr", "use one of: vi, en"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_when_the_program_starts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"DONDOC_{name}", value)
    with pytest.raises(InvalidInput, match=f"DONDOC_{name}") as refused:
        load_settings()
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_FROM", '"UBND tỉnh, Sở Một" <a@t.example>'),
        ("MAIL_FROM", "a@t.example"),
        ("MAIL_FROM", "UBND xã (Một) <a@t.example>"),
        ("ADMIN_ADDRESS", "Admin@T.example"),
        ("BASE_URL", "https://dondoc.example.vn/bao-cao"),
        ("BASE_URL", "http://[::1]:8000"),
        ("SMTP_HOST", "10.0.0.1"),
        ("SMTP_HOST", "::1"),
        ("SMTP_HOST", "mail-1.example.vn."),
        ("SMTP_EHLO", "[10.0.0.1]"),
        ("UPLOAD_TYPES", "pdf, DOCX,"),
        ("DATABASE_URL", "postgres://u:p@h/d"),
        ("DATABASE_URL", "sqlite:///x.sqlite3"),
        ("HOME", "not-yet-there"),
    ],
)
def test_a_setting_that_works_is_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"DONDOC_{name}", value)
    load_settings()


def test_an_installation_makes_a_key_of_its_own_at_its_first_start(folder: Path) -> None:
    """A trial that others could reach signed with the key in the source, and was refused after that."""
    first = with_own_key(load_settings())
    refuse_known_key(first, "0.0.0.0")
    assert (first.home / OWN_KEY).stat().st_mode & 0o777 == 0o600
    assert load_settings().secret_key == with_own_key(load_settings()).secret_key == first.secret_key
    assert "DONDOC_SECRET_KEY" not in trial_values(load_settings())
    assert as_environment(first)["DONDOC_SECRET_KEY"] == first.secret_key.get_secret_value()
    assert [path.name for path in first.home.iterdir()] == [OWN_KEY]


def test_two_installations_have_two_keys_and_one_that_is_set_wins(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = set()
    for name in ("one", "two"):
        monkeypatch.setenv("DONDOC_HOME", str(folder / name))
        keys.add(with_own_key(load_settings()).secret_key.get_secret_value())
    assert len(keys) == 2
    monkeypatch.setenv("DONDOC_SECRET_KEY", SECRET)
    assert with_own_key(load_settings()).secret_key.get_secret_value() == SECRET


@pytest.mark.parametrize("kept", ["short", "", "\xff" * 40])
def test_a_damaged_key_signs_nothing_that_others_can_reach(folder: Path, kept: str) -> None:
    home = load_settings().home
    home.mkdir(parents=True)
    (home / OWN_KEY).write_text(kept, encoding="latin-1")
    with pytest.raises(UnsafeSettings, match="DONDOC_SECRET_KEY"):
        refuse_known_key(with_own_key(load_settings()), "0.0.0.0")


@pytest.mark.parametrize(
    ("host", "key", "refused"),
    [
        ("127.0.0.1", None, False),
        ("::1", None, False),
        ("localhost", None, False),
        ("0.0.0.0", None, True),
        ("::", None, True),
        ("10.1.2.3", "short", True),
        ("pages.example", None, True),
        ("0.0.0.0", "0123456789abcdef0123456789abcdef", False),
    ],
)
def test_a_known_key_signs_nothing_that_others_can_reach(host: str, key: str | None, refused: bool) -> None:
    settings = load_settings()
    if key is not None:
        settings = settings.model_copy(update={"secret_key": SecretStr(key)})
    with pytest.raises(UnsafeSettings, match="DONDOC_SECRET_KEY") if refused else nullcontext():
        refuse_known_key(settings, host)
