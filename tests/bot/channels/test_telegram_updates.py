"""Telegram's updates in neutral form: pure, no network."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_updates import Translator
from bot.messages import Origin, Update, UpdateKind
from tests.telegram_double import BOT_ID, DAY, USERNAME, Json, message, press, private, user

NOW = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
SENT = datetime.fromtimestamp(DAY, UTC)
GROUP = {"id": -100, "type": "supergroup", "title": "互助"}


def translated(raw: Json, translator: Translator | None = None) -> Update | None:
    return (translator or Translator(BOT_ID, USERNAME)).translate(raw, NOW)


def received(raw: Json) -> Update:
    update = translated(raw)
    assert update is not None
    return update


def test_text_arrives_whole() -> None:
    update = received(message(1, "您已逾期7天"))

    assert update == Update(
        channel="telegram",
        id=f"{BOT_ID}-1",
        sender="7",
        address="7",
        kind=UpdateKind.TEXT,
        received_at=SENT,
        text="您已逾期7天",
        message="501",
    )


ORIGINS: dict[str, tuple[Json, str]] = {
    "a person": ({"type": "user", "date": DAY - 60, "sender_user": user(8)}, "小 王"),
    "a person who hides": ({"type": "hidden_user", "date": DAY - 60, "sender_user_name": "催收小李"}, "催收小李"),
    "a group": ({"type": "chat", "date": DAY - 60, "sender_chat": {**GROUP, "title": "通知群"}}, "通知群"),
    "a channel": (
        {
            "type": "channel",
            "date": DAY - 60,
            "message_id": 3,
            "chat": {"id": -5, "type": "channel", "title": "某某金融"},
        },
        "某某金融",
    ),
}


@pytest.mark.parametrize("whose", ORIGINS)
def test_forwarded_text_names_its_sender_and_time(whose: str) -> None:
    origin, name = ORIGINS[whose]

    update = received(message(1, "请尽快还款", forward_origin=origin))

    assert update.kind is UpdateKind.FORWARD
    assert update.origin == Origin(name, SENT - timedelta(seconds=60))


def test_forward_of_an_unknown_kind_of_origin_is_still_a_forward() -> None:
    update = received(message(1, "请尽快还款", forward_origin={"type": "mirror", "date": DAY}))

    assert update.kind is UpdateKind.FORWARD
    assert update.origin == Origin(None, SENT)


def test_caption_is_read_as_the_text() -> None:
    photo = [{"file_id": size, "file_unique_id": size, "width": 1, "height": 1} for size in ("small", "large")]

    own = received(message(1, photo=photo, caption="这是真的吗"))
    forwarded = received(message(2, photo=photo, caption="请还款", forward_origin=ORIGINS["a person"][0]))

    assert (own.kind, own.text, own.file) == (UpdateKind.PHOTO, "这是真的吗", "large")
    assert (forwarded.kind, forwarded.text, forwarded.file) == (UpdateKind.FORWARD, "请还款", "large")


def test_edited_message_names_the_message_again() -> None:
    first = received(message(1, "您已逾期7天", message_id=33))
    second = received(message(2, "您已逾期8天", message_id=33, edited=True, edit_date=DAY + 9))

    assert first.message == second.message == "33"
    assert (first.edited, second.edited) == (False, True)
    assert second.received_at == SENT + timedelta(seconds=9)


def test_location_on_the_move_is_not_answered_at_every_step() -> None:
    location = {"latitude": 1.0, "longitude": 2.0, "live_period": 60}

    assert translated(message(2, location=location, edited=True, edit_date=DAY)) is None


def file(**fields: Any) -> Json:
    return {"file_id": "F", "file_unique_id": "U", **fields}


MEDIA: dict[str, tuple[Json, UpdateKind, str | None]] = {
    "photo": ({"photo": [file(width=1, height=1)]}, UpdateKind.PHOTO, "F"),
    "picture sent as a file": ({"document": file(mime_type="image/png")}, UpdateKind.PHOTO, "F"),
    "voice": ({"voice": file(duration=1)}, UpdateKind.VOICE, "F"),
    "audio": ({"audio": file(duration=1)}, UpdateKind.VOICE, "F"),
    "file": ({"document": file(mime_type="application/pdf")}, UpdateKind.FILE, "F"),
    "file without a type": ({"document": file()}, UpdateKind.FILE, "F"),
    "animation": (
        {"animation": file(width=1, height=1, duration=1), "document": file()},
        UpdateKind.UNSUPPORTED,
        None,
    ),
    "video": ({"video": file(width=1, height=1, duration=1)}, UpdateKind.UNSUPPORTED, None),
    "sticker": (
        {"sticker": file(width=1, height=1, type="regular", is_animated=False, is_video=False)},
        UpdateKind.UNSUPPORTED,
        None,
    ),
    "location": ({"location": {"latitude": 1.0, "longitude": 2.0}}, UpdateKind.UNSUPPORTED, None),
    "contact": ({"contact": {"phone_number": "1", "first_name": "a"}}, UpdateKind.UNSUPPORTED, None),
    "dice": ({"dice": {"emoji": "🎲", "value": 3}}, UpdateKind.UNSUPPORTED, None),
    "poll": (
        {
            "poll": {
                "id": "1",
                "question": "?",
                "options": [],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
            }
        },
        UpdateKind.UNSUPPORTED,
        None,
    ),
    "something of the future": ({"hologram": {"depth": 3}}, UpdateKind.UNSUPPORTED, None),
}


@pytest.mark.parametrize("what", MEDIA)
def test_everything_that_is_sent_has_a_kind(what: str) -> None:
    fields, kind, handle = MEDIA[what]

    update = received(message(1, **fields))

    assert (update.kind, update.file, update.text) == (kind, handle, "")


@pytest.mark.parametrize("what", MEDIA)
def test_forwarded_media_without_words_is_no_forwarded_text(what: str) -> None:
    fields, kind, _ = MEDIA[what]

    assert received(message(1, forward_origin=ORIGINS["a person"][0], **fields)).kind is kind


def test_service_messages_are_not_answered() -> None:
    assert translated(message(1, new_chat_title="x")) is None
    assert translated(message(1, pinned_message={"message_id": 1, "date": 0, "chat": private()})) is None


def test_album_without_words_is_answered_once() -> None:
    translator = Translator(BOT_ID, USERNAME)
    photo = MEDIA["photo"][0]
    album = [message(number, media_group_id="A", **photo) for number in (1, 2, 3)]

    first = [translated(raw, translator) for raw in album]
    again = [translated(raw, translator) for raw in album]

    assert [update is not None for update in first] == [True, False, False]
    assert first == again


def test_caption_in_an_album_is_read_wherever_it_stands() -> None:
    translator = Translator(BOT_ID, USERNAME)
    photo = MEDIA["photo"][0]
    translated(message(1, media_group_id="A", **photo), translator)

    update = translated(message(2, media_group_id="A", caption="律师函", **photo), translator)

    assert update is not None
    assert update.text == "律师函"


@pytest.mark.parametrize("typed", ["/start", "/start ", f"/start@{USERNAME}", "/START"])
def test_start_alone_opens_the_conversation(typed: str) -> None:
    assert received(message(1, typed)).kind is UpdateKind.JOIN


@pytest.mark.parametrize("typed", ["/help", "/start abc", "/startled", "/privacy@BuhuangTestBot", "说 /start"])
def test_other_commands_are_text(typed: str) -> None:
    update = received(message(1, typed))

    assert (update.kind, update.text) == (UpdateKind.TEXT, typed)


def test_message_that_the_library_refuses_keeps_its_words(caplog: pytest.LogCaptureFixture) -> None:
    poll = {"id": "1", "question": "?"}  # an older server leaves out what is required today

    written = received(message(1, "您已逾期", sticker={"emoji": 7}))
    without = received(message(2, poll=poll))
    forwarded = received(message(3, caption="请还款", poll=poll, forward_origin={"type": "user"}))

    assert (written.kind, written.text, written.message) == (UpdateKind.TEXT, "您已逾期", "501")
    assert (without.kind, without.text) == (UpdateKind.UNSUPPORTED, "")
    assert (forwarded.kind, forwarded.text) == (UpdateKind.FORWARD, "请还款")
    assert "您已逾期" not in caplog.text


@pytest.mark.parametrize(
    "broken",
    [
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {"chat": 5}},
        {"update_id": 1, "message": {"from": {"id": "7"}, "chat": {"id": 7, "type": "private"}}},
        {"update_id": 1, "callback_query": {"id": "1"}},
        {"update_id": 1, "my_chat_member": []},
    ],
)
def test_update_that_makes_no_sense_is_left_alone(broken: Json) -> None:
    assert translated(broken) is None


def test_press_names_the_button_and_its_message() -> None:
    update = received(press(4, "forwarded:why:1", on=77))

    assert (update.kind, update.press, update.pressed_message) == (UpdateKind.PRESS, "forwarded:why:1", "77")
    assert (update.sender, update.address, update.received_at) == ("7", "7", NOW)


def test_press_on_a_message_too_old_to_see_still_names_it() -> None:
    update = received(press(4, "a:b", message={"message_id": 5, "date": 0, "chat": private()}))

    assert (update.address, update.pressed_message) == ("7", "5")


def test_press_without_data_is_nothing() -> None:
    assert translated(press(4, None, game_short_name="g")) is None


def member(status: str, chat: Json) -> Json:
    who = {"user": user(BOT_ID), "status": status, "until_date": 0}
    change = {"chat": chat, "from": user(), "date": DAY, "old_chat_member": {**who, "status": "member"}}
    return {"update_id": 9, "my_chat_member": {**change, "new_chat_member": who}}


def test_blocking_the_bot_says_that_the_user_is_gone() -> None:
    update = received(member("kicked", private()))

    assert (update.kind, update.sender, update.address) == (UpdateKind.GONE, "7", "7")


def test_unblocking_and_groups_are_no_farewell() -> None:
    assert translated(member("member", private())) is None
    assert translated(member("kicked", GROUP)) is None


@pytest.mark.parametrize("said", ["/help", f"/help@{USERNAME}", f"@{USERNAME.lower()} 我逾期了"])
def test_group_is_flagged_when_the_bot_is_spoken_to(said: str) -> None:
    update = received(message(1, said, chat=GROUP))

    assert (update.group, update.sender, update.address) == (True, "7", "-100")


@pytest.mark.parametrize("said", ["大家好", "/help@OtherBot", "/ban@OtherBot @someone"])
def test_talk_among_others_is_none_of_our_business(said: str) -> None:
    assert translated(message(1, said, chat=GROUP)) is None


def test_answer_to_the_bot_in_a_group_is_for_it() -> None:
    ours = {"message_id": 1, "date": DAY, "chat": GROUP, "from": user(BOT_ID), "text": "…"}

    assert received(message(1, "好的", chat=GROUP, reply_to_message=ours)).group


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 1, "channel_post": {"message_id": 1, "date": DAY, "chat": {"id": -5, "type": "channel"}}},
        {"update_id": 1, "poll_answer": {"poll_id": "1", "option_ids": [], "option_persistent_ids": []}},
        {"update_id": 1, "telepathy": {"from": 7}},
        {"update_id": 1},
        message(1, "我也是机器人", **Json({"from": {"id": 5, "is_bot": True, "first_name": "b"}})),
    ],
    ids=["channel post", "poll answer", "unknown type", "empty", "another bot"],
)
def test_what_needs_no_answer_is_left_alone(raw: Json) -> None:
    assert translated(raw) is None


def test_control_characters_and_lone_surrogates_are_dropped() -> None:
    update = received(message(1, "您\x00已\x1b逾\ud83d期\r\n7天\t！\udc00😀\x85"))

    assert update.text == "您已逾期\n7天\t！😀"


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_becomes_one_that_can_be_kept(text: str) -> None:
    update = received(message(1, text + "。"))

    update.text.encode("utf-8")
    assert "\x00" not in update.text
    assert update.text.endswith("。")
