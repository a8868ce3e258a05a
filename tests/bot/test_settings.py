"""Settings name the variable that is wrong and what it should be."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import read_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder and an environment without our variables."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "TELEGRAM_BOT_TOKEN",
        "WEB_PORT",
        "WEB_HOST",
        "DATA_DIR",
        "DATABASE_URL",
        "ENCRYPTION_KEYS",
        "LOG_LEVEL",
    ):
        monkeypatch.delenv(name, raising=False)


def test_nothing_set_means_the_page_and_sqlite() -> None:
    settings = read_settings()

    assert settings.telegram_bot_token is None
    assert (settings.web_host, settings.web_port) == ("127.0.0.1", 8080)
    assert settings.store_url == "sqlite:///data/buhuang.db"


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("WEB_PORT", "eighty", "should be a whole number"),
        ("WEB_PORT", "70000", "should be less than or equal to 65535"),
        ("WEB_PUBLIC", "perhaps", "should be 1 or 0"),
        ("TELEGRAM_BOT_TOKEN", "secret", "should look like 123456789:AAH… as @BotFather gave it"),
        ("TELEGRAM_API_BASE_URL", "localhost", "should be a full address such as https://bot.example.org"),
        ("PUBLIC_URL", "http://[bad", "should be a full address such as https://bot.example.org"),
        ("PUBLIC_URL", "http://host:99999", "should be a full address such as https://bot.example.org"),
        ("DATABASE_URL", "mysql://x", "should be sqlite:///PATH, for example sqlite:////var/lib/buhuang/buhuang.db"),
        ("TZ_DEFAULT", "Mars/Base", "should be a time zone such as Asia/Shanghai"),
        ("TZ_DEFAULT", "../etc", "should be a time zone such as Asia/Shanghai"),
        ("LOG_LEVEL", "loud", "should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    ],
)
def test_wrong_value_is_named_with_what_it_should_be(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError) as refused:
        read_settings()

    assert str(refused.value) == f"{variable}: {expected}"


@pytest.mark.parametrize("keys", ["short", "AAAA", "not base64!", "é"])
def test_wrong_key_is_never_repeated(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    monkeypatch.setenv("ENCRYPTION_KEYS", keys)

    with pytest.raises(SettingsError) as refused:
        read_settings()

    assert refused.value.variable == "ENCRYPTION_KEYS"
    assert keys not in str(refused.value)


def test_several_keys_are_joined_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "A" * 43 + "="
    monkeypatch.setenv("ENCRYPTION_KEYS", f"{key}, {key}")

    assert len(read_settings().encryption_keys) == 2


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:" + "A" * 35)

    assert "AAAA" not in repr(read_settings())


def test_dotenv_is_read_and_empty_lines_count_as_unset(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WEB_PORT=9000\nTELEGRAM_BOT_TOKEN=\n", encoding="utf-8")

    settings = read_settings()

    assert settings.web_port == 9000
    assert settings.telegram_bot_token is None


def test_dotenv_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("WEB_HOST=主机".encode("gbk"))

    with pytest.raises(SettingsError) as refused:
        read_settings()

    assert str(refused.value) == ".env: should be a text file in UTF-8"
