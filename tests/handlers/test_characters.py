"""Whoever writes traditional characters is answered in them, until he says or writes otherwise; what he saved stays."""

from datetime import UTC, datetime

import pytest

from bot.characters import Characters, traditional, written_in
from bot.messages import UpdateKind, WorkOutcome
from bot.session import CONSENT_VERSION, Consent, Profile
from bot.words import Words
from tests.conversing import Play, services

THREAT = "【360借条】您已逾期7天，应还899元，再不还款就让你全家人不得安宁，让你村里人都知道！"
AGREED = Consent(version=CONSENT_VERSION, given=True, at=datetime(2026, 11, 1, tzinfo=UTC))
TRADITIONAL = Profile(welcomed=True, consent=AGREED, characters=Characters.TRADITIONAL)


def script(play: Play) -> Characters:
    return play.profile.characters


def test_question_in_traditional_characters_is_answered_in_them_law_included() -> None:
    play = Play().says("請問欠網貸會坐牢嗎")

    assert "《刑法》" in play.said and "詐騙銀行或者其他金融機構的貸款" in play.said
    assert "相關問題" in [button.label for button in play.buttons]
    assert written_in(play.said) is Characters.TRADITIONAL
    assert script(play) is Characters.TRADITIONAL


def test_messages_of_others_tell_nothing_about_the_reader() -> None:
    sent = traditional(THREAT)

    assert script(Play().says(sent)) is Characters.SIMPLIFIED
    assert script(Play().forwards("請問你在嗎，還錢的事怎麼說")) is Characters.SIMPLIFIED
    assert script(Play(profile=TRADITIONAL).says(THREAT)) is Characters.TRADITIONAL
    assert script(Play(profile=TRADITIONAL).forwards(THREAT)) is Characters.TRADITIONAL


def test_setting_outlives_what_shows_no_script() -> None:
    play = Play(profile=TRADITIONAL).says("好的")

    assert script(play) is Characters.TRADITIONAL
    assert written_in(play.said) is Characters.TRADITIONAL


def test_clearly_simplified_words_change_it_back() -> None:
    play = Play(profile=TRADITIONAL).says("请问他们打给我领导合法吗")

    assert script(play) is Characters.SIMPLIFIED
    assert written_in(play.said) is Characters.SIMPLIFIED


@pytest.mark.parametrize("text", ["用繁体", "用繁體", "繁體字", "請用繁體字。", "正體中文"])
def test_traditional_is_chosen_by_saying_so(text: str) -> None:
    play = Play().says(text)

    assert play.handlers[0] == "characters"
    assert "好，以後用繁體字回您" in play.said
    assert script(play.says("请问他们打给我领导合法吗")) is Characters.TRADITIONAL


@pytest.mark.parametrize("text", ["用简体", "用簡體", "換成簡體字"])
def test_simplified_is_chosen_by_saying_so(text: str) -> None:
    play = Play(profile=TRADITIONAL).says(text)

    assert "好，以后用简体字回您" in play.said
    assert script(play.says("請問他們打給我領導合法嗎")) is Characters.SIMPLIFIED


def test_command_and_privacy_lead_to_the_choice() -> None:
    assert [button.id for button in Play().says("/lang").buttons] == ["characters:simplified", "characters:traditional"]
    play = Play(profile=TRADITIONAL).says("隱私")
    assert play.handlers == ["privacy"]
    play.presses("characters:ask").presses("characters:simplified")
    assert "以后用简体字" in play.said


def test_card_quotes_the_message_as_it_is_written() -> None:
    play = Play(profile=TRADITIONAL).says(THREAT)

    assert "“再不还款就让你全家人不得安宁”可能構成恐嚇" in play.said


def test_saved_message_is_shown_as_it_is_written() -> None:
    play = Play(profile=TRADITIONAL).forwards(THREAT, sender="催收张经理").says("保存證據")
    assert "已保存，第 1 條" in play.said

    play.says("證據 1")

    assert THREAT in play.said and "號碼：催收张经理" in play.said
    assert play.evidence[0].text == THREAT


@pytest.mark.parametrize("typed", ["為什麼這麼判斷", "为什么这么判断", "第3個", "3"])
def test_button_is_typed_in_either_script_or_by_its_number(typed: str) -> None:
    play = Play(profile=TRADITIONAL).says(THREAT).says(typed)

    assert "我為什麼這麼判斷" in traditional(play.said)


@pytest.mark.parametrize("typed", ["简体／繁體", "簡體／繁體", "简体／繁体"])
def test_label_in_both_scripts_is_typed_in_either(typed: str) -> None:
    assert Play(profile=TRADITIONAL).says("隱私").says(typed).handlers == ["characters"]


def test_words_of_every_conversation_are_understood_in_traditional_characters() -> None:
    """What is listed as words for an action is that action whichever script it is typed in."""
    for name, conversation in services().content.conversations.items():
        words = Words(services().content, name)
        for id_, listed in conversation.words.items():
            missed = [word for word in listed if not words.means(id_, traditional(word))]
            assert missed == [], f"{name}.{id_}"


def test_conversation_runs_in_traditional_characters() -> None:
    play = Play(profile=TRADITIONAL).says("繼續協商")
    assert play.handlers == ["negotiate"]

    play.says("六百")
    assert "每月 600 元" in play.said
    play.says("失業了")

    assert play.handlers[0] == "negotiate"
    assert written_in(play.said) is Characters.TRADITIONAL


def test_distress_is_heard_and_answered_in_traditional_characters() -> None:
    play = Play().says("我不想活了，天天被催債，還不起錢")

    assert play.handlers[0] == "distress"
    assert "12356" in play.said and written_in(play.said) is Characters.TRADITIONAL


def test_what_is_said_later_is_in_traditional_characters_too() -> None:
    play = Play(profile=TRADITIONAL)
    play.pause_s = 0
    play.says("【江畔银行】您的信用卡已逾期12天，欠款3200元，请尽快还款。").says(THREAT).says(THREAT)

    later = [reply for reply in play.replies if reply.due_at]
    assert later and "先顧人身安全" in later[0].text and "下一步：覺得有危險" in later[0].text


def test_file_of_an_export_is_not_touched() -> None:
    result = {"name": "不慌导出.json", "mime": "application/json", "path": "files/u1-导出.json"}
    play = Play(profile=TRADITIONAL).works(WorkOutcome("export", {}, result))

    file = play.replies[0].attachments[0]
    assert "文件沒有加密" in play.said
    assert (file.name, file.path) == (result["name"], result["path"])


def test_goodbye_after_erasing_is_the_last_in_traditional_characters() -> None:
    play = Play(profile=TRADITIONAL).says("刪除我的數據").says("確定")

    assert play.erased and "都刪掉了" in play.said
    assert script(play) is Characters.SIMPLIFIED


def test_photo_is_answered_in_the_characters_of_before() -> None:
    play = Play(profile=TRADITIONAL).sends(UpdateKind.PHOTO)

    assert "圖片我現在還讀不了" in play.said
