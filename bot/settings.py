"""Everything an operator can set: read once from the environment and `.env`, checked, frozen.

A wrong value raises `SettingsError` with one line that names the variable and what it should be.
"""

import base64
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError


def _url(value: str) -> str:
    if not is_address(value):
        raise ValueError("should be a full address such as https://bot.example.org")
    return value.rstrip("/")


def is_address(url: str) -> bool:
    """Whether a web address can be right."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that don't close, a port beyond the last one
        return False


Url = Annotated[str, AfterValidator(_url)]


class Settings(BaseSettings):
    """The settings by the names of their variables, in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", frozen=True, extra="ignore", env_ignore_empty=True
    )

    telegram_bot_token: SecretStr | None = None
    telegram_api_base_url: Url = "https://api.telegram.org"
    telegram_proxy_url: str | None = None
    database_url: str | None = None
    data_dir: Path = Path("data")
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    web_public: bool = False
    public_url: Url | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    tz_default: str = "Asia/Shanghai"

    @property
    def store_url(self) -> str:
        """The database: the one set, or a SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'buhuang.db'}"

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            number, _, secret = value.get_secret_value().partition(":")
            if not number.isdigit() or len(secret) < 30:
                raise ValueError("should look like 123456789:AAH… as @BotFather gave it")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("sqlite:///"):
            raise ValueError("should be sqlite:///PATH, for example sqlite:////var/lib/buhuang/buhuang.db")
        return value

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _keys(cls, value: object) -> object:
        return tuple(part for part in value.replace(" ", "").split(",") if part) if isinstance(value, str) else value

    @field_validator("encryption_keys")
    @classmethod
    def _key_sizes(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            try:
                raw = base64.b64decode(key.get_secret_value(), validate=True)
            except ValueError:  # also for what isn't ASCII
                raw = b""
            if len(raw) != 32:
                raise ValueError("should be keys of 32 bytes in Base64, joined by commas (openssl rand -base64 32)")
        return keys

    @field_validator("tz_default")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("should be a time zone such as Asia/Shanghai") from None
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value


def read_settings() -> Settings:
    """Read the environment and `.env`. Raises `SettingsError` for the first value that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        variable = str(fault["loc"][0]).upper() if fault["loc"] else "settings"
        raise SettingsError(variable, _expected(fault["type"], fault["msg"])) from None
    except UnicodeDecodeError:
        raise SettingsError(".env", "should be a text file in UTF-8") from None


def _expected(kind: str, message: str) -> str:
    if kind == "bool_parsing":
        return "should be 1 or 0"
    if kind == "int_parsing":
        return "should be a whole number"
    text = message.removeprefix("Value error, ")
    return text.replace("Input should be", "should be")
