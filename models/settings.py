"""Every setting of dondoc, typed, in one place: `DONDOC_…` in the environment or in a file (`env_file`).

A secret may also be read from a file named by `DONDOC_…_FILE`, so that no process list shows it.
`docs/settings.md` describes each; a test compares the two. Production refuses what is only fit for a trial.
"""

import ipaddress
import os
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from messages.catalogue import DEFAULT_LANGUAGE, Language, translate
from models import setting_checks
from models.env_file import VARIABLE as ENV_FILE
from models.env_file import env_file, variables
from models.errors import InvalidInput, UnsafeSettings
from models.mail_address import plain_address
from models.setting_faults import SettingFault
from models.shapes import shape_fault
from models.system_faults import system_words

TRIAL_SECRET = "only-for-trying-dondoc-out"
SECRETS = ("secret_key", "smtp_password", "database_url", "oidc_client_secret", "metrics_token")


def _sender(given: dict[str, object]) -> str:
    name = translate(str(given.get("language", DEFAULT_LANGUAGE)), "Report reminders")
    return f"{name} <dondoc@localhost>"


class Settings(BaseSettings):
    """The settings; `load_settings` is how to get them."""

    model_config = SettingsConfigDict(
        env_prefix="DONDOC_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Field(Path("var"), description="folder that holds everything the program writes")
    mark: Path | None = Field(None, description="file outside all backups that knows how far dondoc has come")
    database_url: SecretStr | None = Field(None, description="database; default SQLite in the home folder")
    environment: Literal["trial", "production"] = Field("trial", description="production refuses defaults")
    secret_key: SecretStr = Field(SecretStr(TRIAL_SECRET), description="signs the links in mails")
    time_zone: str = Field("Asia/Ho_Chi_Minh", description="zone of dates and deadlines")
    language: Language = Field(DEFAULT_LANGUAGE, description="language where a person has chosen none")
    trusted_proxies: str | None = Field(None, description="proxies whose X-Forwarded-For is believed")
    base_url: str = Field("http://127.0.0.1:8000", description="address of the pages, for links")
    horizon_days: int = Field(400, ge=1, le=800, description="how far ahead obligations are opened, in days")
    correction_working_days: int = Field(
        2, ge=1, le=60, description="working days to correct a returned report"
    )
    acknowledgement_days: int = Field(3, ge=1, le=60, description="days after which one expires")
    upload_limit_mb: int = Field(15, ge=1, le=500, description="largest file of a report, in megabytes")
    upload_types: str = Field(
        "pdf,doc,docx,xls,xlsx,odt,ods,csv,txt,png,jpg,jpeg,zip",
        description="file name endings a report may have",
    )
    smtp_host: str | None = Field(None, description="mail server; none means the local mailbox")
    smtp_port: int = Field(25, ge=1, le=65535, description="port of the mail server")
    smtp_security: Literal["plain", "starttls", "tls"] = Field("plain", description="how it is encrypted")
    smtp_user: str | None = Field(None, description="user name at the mail server")
    smtp_password: SecretStr | None = Field(None, description="password at the mail server")
    smtp_ca_file: Path | None = Field(None, description="authorities to trust instead of the system's")
    smtp_connections: int = Field(4, ge=1, le=32, description="connections to the mail server at once")
    smtp_ehlo: str | None = Field(None, description="name we call ourselves by at the mail server")
    smtp_timeout_seconds: float = Field(20.0, gt=0, le=600, description="longest wait for the mail server")
    mail_shards: int = Field(
        1, ge=1, le=64, description="parts of the people, each sent by a run of its own beside the others"
    )
    mail_from: str = Field(default_factory=_sender, description="sender of all mails")
    mail_calendar: bool = Field(True, description="a reminder brings its day as a calendar entry")
    mail_lease_seconds: int = Field(300, ge=10, description="how long a sender may hold a claimed mail")
    mail_ceiling: int | None = Field(
        None, ge=1, description="mails in one pass beyond which it stops and alerts; default: what plans need"
    )

    mail_daily_cap: int = Field(8, ge=1, description="mails to one person a day; the rest waits")
    digest_hour: int = Field(8, ge=0, le=23, description="hour before which nothing left over is mailed")
    admin_address: str | None = Field(None, description="who is alerted when something is wrong")
    mail_per_minute: int = Field(0, ge=0, description="mails a minute that the server allows; 0: any number")
    mail_body_days: int = Field(0, ge=0, description="days for which a sent mail's text is kept; 0: not kept")
    clock_shift_seconds: int = Field(0, description="trials only: seconds by which the clock runs ahead")
    silent_minutes: int = Field(180, ge=5, description="minutes without a pass after which an alert is due")
    prefect_port: int = Field(4200, ge=1, le=65535, description="port of Prefect's server in dondoc serve")
    prefect_history_days: int = Field(30, ge=2, le=3650, description="days for which Prefect keeps its runs")
    prefect_ui_url: str | None = Field(
        None, description="address of Prefect's pages as administrators reach it"
    )
    oidc_issuer: str | None = Field(None, description="OpenID Connect provider to sign in with")
    oidc_client_id: str | None = Field(None, description="our name at the provider")
    oidc_client_secret: SecretStr | None = Field(
        None, description="our secret at the provider, if it wants one"
    )
    ping_url: str | None = Field(None, description="outside monitor that hears when all is well")
    log_format: Literal["text", "json"] = Field("text", description="how logs are written, a line an event")
    metrics_token: SecretStr | None = Field(
        None, min_length=16, description="what a monitor on another machine sends to read /metrics"
    )

    _checked_language = field_validator("language")(setting_checks.language)
    _checked_home = field_validator("home")(setting_checks.folder)
    _checked_database = field_validator("database_url")(setting_checks.database)
    _checked_pages = field_validator("base_url", "prefect_ui_url", "ping_url")(setting_checks.page)
    _checked_host = field_validator("smtp_host")(setting_checks.host)
    _checked_ehlo = field_validator("smtp_ehlo")(setting_checks.ehlo)
    _checked_authorities = field_validator("smtp_ca_file")(setting_checks.authorities)
    _checked_sender = field_validator("mail_from")(setting_checks.sender)
    _checked_types = field_validator("upload_types")(setting_checks.endings)

    @field_validator("oidc_issuer")
    @classmethod
    def _safe_issuer(cls, issuer: str | None) -> str | None:
        parts = urlsplit(issuer or "")
        loopback = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if issuer and parts.scheme != "https" and not (parts.scheme == "http" and loopback):
            raise ValueError(SettingFault.ISSUER(value=issuer))
        return issuer

    @model_validator(mode="after")
    def _known_to_the_provider(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError(SettingFault.NO_CLIENT())
        return self

    @model_validator(mode="after")
    def _whole_login(self) -> Self:
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError(SettingFault.HALF_LOGIN())
        return self

    @field_validator("trusted_proxies")
    @classmethod
    def _known_proxies(cls, text: str | None) -> str | None:
        for part in filter(None, (each.strip() for each in (text or "").split(","))):
            try:
                ip_network(part)
            except ValueError as error:
                raise ValueError(SettingFault.PROXY(value=part)) from error
        return text

    @field_validator("admin_address")
    @classmethod
    def _can_be_mailed(cls, text: str | None) -> str | None:
        if not text:
            return text
        address = plain_address(text)
        if address is None:
            raise ValueError(SettingFault.ADDRESS(value=text))
        return address

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(SettingFault.ZONE(value=name)) from error
        return name

    @property
    def prefect_ui(self) -> str | None:
        """Where an administrator finds Prefect's pages; on a trial they are on this machine."""
        if self.prefect_ui_url or self.environment == "production":
            return self.prefect_ui_url
        return f"http://127.0.0.1:{self.prefect_port}"

    @property
    def clock_shift(self) -> timedelta:
        """By how much the program's clock runs ahead of the real one."""
        return timedelta(seconds=self.clock_shift_seconds)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def database(self) -> str:
        """SQLAlchemy address of the database."""
        if self.database_url is None:
            return f"sqlite:///{self.home.absolute() / 'dondoc.sqlite3'}"
        return _with_driver(self.database_url.get_secret_value())


def _with_driver(url: str) -> str:
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _secrets_from_files() -> dict[str, str]:
    """The secrets whose files the environment, or else the file of settings, names."""
    given, found = variables(), {}
    for name in SECRETS:
        variable = f"DONDOC_{name.upper()}_FILE"
        path = given.get(variable)
        if path:
            found[name] = _secret(variable, Path(path))
    return found


def _secret(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        reason = system_words(error)
        raise InvalidInput(
            SettingFault.UNREADABLE_SECRET(name=variable, path=str(path), reason=reason)
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(SettingFault.NO_TEXT(name=variable, path=str(path))) from error


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process. Raises `InvalidInput` or `UnsafeSettings`, with the remedy."""
    try:
        settings = Settings(_env_file=env_file(), **{**_secrets_from_files(), **overrides})  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors()[0]
        name = (
            "DONDOC_" + "_".join(str(part) for part in first["loc"]).upper() if first["loc"] else "settings"
        )
        raise InvalidInput(SettingFault.WRONG(name=name, problem=shape_fault(first))) from error
    settings = _with_key(settings, _kept_key(settings.home))
    refuse_trial_values(settings)
    return with_links_to(settings, served_at(settings.home))


OWN_KEY = "secret-key"
"""File in the home folder with the key that the installation made for itself, where none was set."""
LEAST_KEY = 32


def with_own_key(settings: Settings) -> Settings:
    """With a key of the installation's own where none was set: random, made at its first start, kept in its
    home for its account alone. A home that cannot be written to keeps the key that everybody knows."""
    if "secret_key" in settings.model_fields_set:
        return settings
    path = settings.home / OWN_KEY
    if not path.exists():
        with suppress(OSError):
            settings.home.mkdir(parents=True, exist_ok=True)
            _make_key(path)
    return _with_key(settings, _kept_key(settings.home))


def _make_key(path: Path) -> None:
    """Whole or not at all; of several first starts at once, one makes it."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{token_urlsafe(LEAST_KEY)}\n")
        with suppress(FileExistsError):
            path.hardlink_to(new)
    finally:
        new.unlink(missing_ok=True)


def _kept_key(home: Path) -> str:
    """The key that the installation has made; empty where there is none."""
    with suppress(OSError, UnicodeDecodeError):
        key = (home / OWN_KEY).read_text(encoding="ascii").strip()
        return key if len(key) >= LEAST_KEY else ""
    return ""


def _with_key(settings: Settings, key: str) -> Settings:
    if not key or "secret_key" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"secret_key": SecretStr(key)})


def unknown_variables() -> list[str]:
    """Names in the environment and the file of settings that look like settings and are none: mistyped."""
    known = {f"DONDOC_{name.upper()}" for name in Settings.model_fields}
    known |= {f"DONDOC_{name.upper()}_FILE" for name in SECRETS} | {ENV_FILE}
    given = {name.upper() for name in variables()}
    return sorted(name for name in given - known if name.startswith("DONDOC_"))


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings as variables, paths made absolute: for a process that starts in another folder."""
    found = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if value is not None:
            plain = value.get_secret_value() if isinstance(value, SecretStr) else value
            found[f"DONDOC_{name.upper()}"] = str(plain.absolute() if isinstance(plain, Path) else plain)
    return found


def refuse_trial_values(settings: Settings) -> None:
    """In production, refuse what is only fit for a trial."""
    if settings.environment != "production":
        return
    names = ", ".join(trial_values(settings))
    if names:
        raise UnsafeSettings(SettingFault.TRIAL(names=names))


def refuse_known_key(settings: Settings, host: str) -> None:
    """Where others can reach it, refuse to sign with a key that stands in the source, or is short."""
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if not is_loopback and SECRET_KEY in trial_values(settings):
        raise UnsafeSettings(SettingFault.KNOWN_KEY(host=host))


SECRET_KEY = "DONDOC_SECRET_KEY"


def trial_values(settings: Settings) -> list[str]:
    """The variables whose values are only fit for a trial."""
    wrong = {
        SECRET_KEY: settings.secret_key.get_secret_value() == TRIAL_SECRET
        or len(settings.secret_key.get_secret_value()) < LEAST_KEY,
        "DONDOC_SMTP_HOST": settings.smtp_host is None,
        "DONDOC_BASE_URL": not settings.base_url.startswith("https://"),
        "DONDOC_MAIL_FROM": "@localhost" in settings.mail_from,
        "DONDOC_CLOCK_SHIFT_SECONDS": settings.clock_shift_seconds != 0,
    }
    return [name for name, is_wrong in wrong.items() if is_wrong]


SERVED_AT = "web-address"
"""File in the home folder with the process id and the address of the running web server."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
"""A server that listens on all addresses is reached on the loopback one."""


def address_of(host: str, port: int) -> str:
    """The address of a web server that listens there."""
    there = f"[{host}]" if ":" in host else host
    return f"http://{EVERYWHERE.get(host, there)}:{port}"


def with_links_to(settings: Settings, address: str | None) -> Settings:
    """The settings with the address as base of links, unless one was set; it does not count as set."""
    if address is None or "base_url" in settings.model_fields_set:
        return settings
    found = settings.model_copy(update={"base_url": address})
    found.model_fields_set.discard("base_url")
    return found


def note_served_at(settings: Settings, address: str) -> None:
    """Record the web server's address for links, as long as this process lives. A full disk keeps no pages
    from being served."""
    new = settings.home / f"{SERVED_AT}.{os.getpid()}"
    with suppress(OSError):
        settings.home.mkdir(parents=True, exist_ok=True)
        new.write_text(f"{os.getpid()} {address}\n", encoding="utf-8")
        new.replace(settings.home / SERVED_AT)
    with suppress(OSError):
        new.unlink(missing_ok=True)


def served_at(home: Path) -> str | None:
    """The recorded address of a running web server of this home, None without one."""
    with suppress(OSError, ValueError):
        process, address = (home / SERVED_AT).read_text(encoding="utf-8").split()
        os.kill(int(process), 0)  # raises where it has ended
        return address
    return None
