"""Who may sign in: accounts with their grants, sessions on the server, one-time tickets, tokens of the API.

Of every secret only a hash is kept: argon2 for passwords, which people choose, and for codes short enough to
be typed, SHA-256 for what chance made. The secret of a second factor is needed itself, so it is encrypted.
"""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from messages.catalogue import DEFAULT_LANGUAGE
from models.columns import id_field, instant_field, optional_instant_field


class Account(SQLModel, table=True):
    """A person who may sign in, known by an address."""

    id: int = id_field()
    address: str = Field(unique=True, index=True, description="lower case")
    name: str
    language: str = Field(default=DEFAULT_LANGUAGE)
    password_hash: str | None = Field(default=None, description="argon2id; none: cannot sign in with one")
    subject: str | None = Field(default=None, unique=True, description="issuer and sub of OpenID Connect")
    created_at: datetime = instant_field()
    closed_at: datetime | None = optional_instant_field(description="since when it may not sign in")


class Grant(SQLModel, table=True):
    """What an account may do: a role in one unit and its branch; no unit means the whole installation."""

    __tablename__ = "account_grant"
    __table_args__ = (UniqueConstraint("account_id", "role", "unit_id", "valid_from"),)

    id: int = id_field()
    account_id: int = Field(foreign_key="account.id", index=True)
    role: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    valid_from: date
    valid_to: date | None = Field(default=None, description="the first day on which it holds no more")


class SignIn(SQLModel, table=True):
    """A session: from signing in until it is ended or runs out."""

    __tablename__ = "sign_in"

    id: int = id_field()
    token_hash: str = Field(unique=True, index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = instant_field()
    seen_at: datetime = instant_field()
    expires_at: datetime = instant_field()
    program: str = Field(default="", description="what the browser calls itself")


class HalfSignIn(SQLModel, table=True):
    """A sign-in that still lacks the code of the second factor: it opens the page for the code alone."""

    __tablename__ = "half_sign_in"

    id: int = id_field()
    token_hash: str = Field(unique=True, index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    expires_at: datetime = instant_field()


class SecondFactor(SQLModel, table=True):
    """What an account's one-time codes are made from (RFC 6238)."""

    __tablename__ = "second_factor"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    secret: str = Field(description="encrypted with a key derived from the installation's")
    created_at: datetime = instant_field()
    confirmed_at: datetime | None = optional_instant_field(description="none: asked for, and holds not yet")
    last_step: int = Field(default=0, description="of the last code that was taken; none is good twice")


class RecoveryCode(SQLModel, table=True):
    """A code that stands once for the second factor."""

    __tablename__ = "recovery_code"

    id: int = id_field()
    account_id: int = Field(foreign_key="account.id", index=True)
    code_hash: str = Field(description="argon2id")
    used_at: datetime | None = optional_instant_field()


class Ticket(SQLModel, table=True):
    """A secret that works once: to set a password."""

    id: int = id_field()
    token_hash: str = Field(unique=True, index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = instant_field()
    expires_at: datetime = instant_field()
    used_at: datetime | None = optional_instant_field()


class ApiToken(SQLModel, table=True):
    """A secret with which a program acts for an account, within a scope."""

    __tablename__ = "api_token"

    id: int = id_field()
    token_hash: str = Field(unique=True, index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str
    scope: str = Field(description="read, or write, which includes it")
    created_at: datetime = instant_field()
    expires_at: datetime | None = optional_instant_field()
    revoked_at: datetime | None = optional_instant_field()
    used_at: datetime | None = optional_instant_field()


class Attempts(SQLModel, table=True):
    """How often something was tried in a window of time, by whom; several web processes count together."""

    key: str = Field(primary_key=True, description="what was tried, and from where")
    window_start: datetime = instant_field()
    count: int = 0
