"""Keys and sealing: what opens, what does not, and what an operator is told."""

import base64
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import SettingsError, Unreadable
from bot.store.encryption import Keyring, UserKey, lookup, master_keys, new_key

FIRST, SECOND = bytes(range(32)), bytes(reversed(range(32)))


@pytest.fixture
def key() -> UserKey:
    return UserKey(FIRST, "user")


def test_sealed_value_opens_in_its_place(key: UserKey) -> None:
    assert key.open(key.seal(b"words", "outbox", 1), "outbox", 1) == b"words"


def test_same_value_is_never_sealed_the_same_twice(key: UserKey) -> None:
    assert key.seal(b"words", "outbox", 1) != key.seal(b"words", "outbox", 1)


@pytest.mark.parametrize(
    "elsewhere",
    [
        lambda sealed: UserKey(FIRST, "user").open(sealed, "outbox", 2),
        lambda sealed: UserKey(FIRST, "user").open(sealed, "feed", 1),
        lambda sealed: UserKey(FIRST, "another").open(sealed, "outbox", 1),
        lambda sealed: UserKey(SECOND, "user").open(sealed, "outbox", 1),
    ],
    ids=["another row", "another table", "another user", "another key"],
)
def test_sealed_value_does_not_open_elsewhere(key: UserKey, elsewhere: Callable[[bytes], bytes]) -> None:
    sealed = key.seal(b"words", "outbox", 1)

    with pytest.raises(Unreadable):
        elsewhere(sealed)


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x02" + bytes(40), b"\x01" + bytes(40)])
def test_damaged_value_names_its_place_and_no_words(key: UserKey, damage: bytes) -> None:
    with pytest.raises(Unreadable, match="outbox row 1 of user user"):
        key.open(damage, "outbox", 1)


def test_any_flipped_bit_is_noticed(key: UserKey) -> None:
    sealed = key.seal(b"words", "outbox", 1)

    for at in range(len(sealed)):
        with pytest.raises(Unreadable):
            key.open(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], "outbox", 1)


def test_equality_is_told_within_a_user_only() -> None:
    assert UserKey(FIRST, "a").equal("reminder") == UserKey(FIRST, "a").equal("reminder")
    assert UserKey(FIRST, "a").equal("reminder") != UserKey(SECOND, "b").equal("reminder")


def test_lookup_tells_channel_and_id_apart() -> None:
    hashes = {lookup(FIRST, channel, sender) for channel, sender in [("a", "bc"), ("ab", "c"), ("a", "b"), ("b", "bc")]}

    assert len(hashes) == 4
    assert lookup(FIRST, "web", "\ud800")


# --- master keys


def test_every_master_key_unwraps_and_the_first_wraps() -> None:
    raw = new_key()
    old = Keyring([FIRST]).wrap(raw, "user")
    both = Keyring([SECOND, FIRST])

    assert both.unwrap(old, "user") == raw
    assert Keyring([SECOND]).unwrap(both.wrap(raw, "user"), "user") == raw


def test_wrapped_key_of_a_retired_master_names_the_one_that_is_missing() -> None:
    wrapped = Keyring([FIRST]).wrap(new_key(), "user")

    with pytest.raises(Unreadable, match=Keyring([FIRST]).first):
        Keyring([SECOND]).unwrap(wrapped, "user")


def test_destroyed_key_cannot_be_unwrapped() -> None:
    wrapped = Keyring([FIRST]).wrap(new_key(), "user")

    with pytest.raises(Unreadable):
        Keyring([FIRST]).unwrap(bytes(len(wrapped)), "user")


def test_wrapped_key_of_another_user_does_not_open() -> None:
    with pytest.raises(Unreadable):
        Keyring([FIRST]).unwrap(Keyring([FIRST]).wrap(new_key(), "one"), "two")


# --- the key file


def test_first_run_makes_a_key_file_that_others_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "made" / "key"
    made = master_keys((), path, create=True)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert master_keys((), path, create=False) == made
    assert os.listdir(path.parent) == ["key"]


def test_configured_keys_come_before_the_key_file(tmp_path: Path) -> None:
    assert master_keys([FIRST], tmp_path / "key", create=True) == (FIRST,)
    assert not (tmp_path / "key").exists()


def test_key_file_made_by_another_process_meanwhile_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"

    def link(draft: Path, target: Path) -> None:
        target.write_bytes(base64.b64encode(SECOND))
        target.chmod(0o600)
        raise FileExistsError

    monkeypatch.setattr(os, "link", link)

    assert master_keys((), path, create=True) == (SECOND,)


def written(path: Path, text: bytes, mode: int = 0o600) -> None:
    path.write_bytes(text)
    path.chmod(mode)


@pytest.mark.parametrize(
    ("prepare", "advice"),
    [
        (lambda path: None, "put it back"),
        (lambda path: written(path, b""), "is empty"),
        (lambda path: written(path, b"\xff\xfe nonsense"), "32 bytes"),
        (lambda path: written(path, base64.b64encode(b"short")), "32 bytes"),
        (lambda path: written(path, base64.b64encode(FIRST), 0o644), "chmod 600"),
        (lambda path: path.mkdir(mode=0o700), "cannot be read"),
    ],
    ids=["missing", "empty", "nonsense", "short", "open to others", "a folder"],
)
def test_key_file_that_cannot_be_used_says_what_to_do(
    tmp_path: Path, prepare: Callable[[Path], None], advice: str
) -> None:
    prepare(tmp_path / "key")

    with pytest.raises(SettingsError, match=advice):
        master_keys((), tmp_path / "key", create=False)


def test_key_file_below_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(SettingsError, match="Not a directory"):
        master_keys((), tmp_path / "file" / "key", create=True)
