"""Where settings come from: the environment, `.env`, and files that hold a secret each."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import InvalidInput, UnsafeSettings
from models.settings import load_settings

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
