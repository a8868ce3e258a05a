"""Which characters somebody writes, and what is said turned into traditional ones without changing a word of law."""

import pytest

from bot.characters import Characters, in_traditional, simplified, traditional, written_in
from bot.messages import Block, Button, Reply, Style, say
from content.load import load

AMENDED = [(wrong, right) for right, each in load().traditional.items() for wrong in each.written]
DUN = "你再不还钱，我们就通知你单位领导，后果自负！"


def turned(*blocks: str | Block, shown: str = DUN, sender: str | None = None) -> Reply:
    return in_traditional([say(*blocks)], [(shown, sender)], AMENDED)[0]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("請問會坐牢嗎", Characters.TRADITIONAL),
        ("冇錢還，點算好", Characters.TRADITIONAL),
        ("请问会坐牢吗", Characters.SIMPLIFIED),
        ("好的，我明白了", None),
        ("我姓陳", None),
        ("我朋友叫陳國榮，请问他会坐牢吗", None),
        ("后面那里的人", None),
        ("OK 3000", None),
        ("", None),
    ],
)
def test_script_is_told_by_characters_that_only_one_has(text: str, script: Characters | None) -> None:
    assert written_in(text) is script


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("《个人信息保护法》第二十八条", "《個人信息保護法》第二十八條"),
        ("《网络小额贷款业务管理办法》", "《網絡小額貸款業務管理辦法》"),
        ("中国人民银行征信中心、国家金融监督管理总局", "中國人民銀行徵信中心、國家金融監督管理總局"),
        ("最高人民法院的短信，数据、软件、视频", "最高人民法院的短信，數據、軟件、視頻"),
        ("发卡银行应当答复；先别签字", "發卡銀行應當答覆；先別簽字"),
        ("卡里的钱被划走，3天后扣款", "卡裡的錢被劃走，3天後扣款"),
        ("折合、准入、标签，书签", "折合、准入、標籤，書籤"),
    ],
)
def test_terms_of_law_and_names_of_authorities_keep_their_words(said: str, written: str) -> None:
    assert traditional(said, AMENDED) == written


def test_numbers_and_links_are_not_touched() -> None:
    said = "打 12348 或 010-66194568，看 https://www.court.gov.cn/a?b=1 ，编号 da9fdc72e2ac"

    assert traditional(said).replace("編號", "编号") == said


def test_buttons_are_turned_and_keep_their_ids() -> None:
    reply = say("下一步", buttons=[[Button("evidence:save:1", "保存证据")]])

    assert in_traditional([reply], [])[0].buttons == ((Button("evidence:save:1", "保存證據"),),)


def test_message_of_the_user_stays_as_it_is_written() -> None:
    assert turned(Block("第 1 条", Style.TITLE), Block(DUN, Style.QUOTE)).text == f"第 1 條\n\n{DUN}"


def test_quoted_words_of_a_message_stay_as_they_are_written() -> None:
    reply = turned("“我们就通知你单位领导，后果…”牵涉到别人，可能侵害隐私权。")

    assert reply.text == "“我们就通知你单位领导，后果…”牽涉到別人，可能侵害隱私權。"


def test_quoted_law_is_turned_even_where_a_message_repeats_it() -> None:
    law = "“不得骚扰债务人”"

    assert turned(Block(law, Style.QUOTE), shown=f"法律说{law}").text == "“不得騷擾債務人”"


def test_sender_stays_as_he_is_written() -> None:
    assert turned("号码：张经理 10690", sender="张经理 10690").text == "號碼：张经理 10690"


@pytest.mark.parametrize("word", ["接着来", "先不弄了", "为什么这么判断", "这不对", "里面", "台州", "群"])
def test_every_turned_label_is_understood_again(word: str) -> None:
    assert simplified(traditional(word)) == word
