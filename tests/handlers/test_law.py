"""Looking up the law in chat: whole provisions with their dates, honesty where none is held, figures with their day."""

from datetime import UTC, datetime

import pytest

from bot.messages import Style
from content.load import load
from content.schema_lawbook import Figure
from tests.conversing import Play

CONTENT = load()


@pytest.fixture
def play() -> Play:
    play = Play()
    play.says("你好")
    return play


def labels(play: Play) -> list[str]:
    return [button.label for button in play.buttons]


def quotes(play: Play) -> list[str]:
    return [block.text for reply in play.replies for block in reply.blocks if block.style is Style.QUOTE]


@pytest.mark.parametrize(
    "words", ["/law 676", "/law@BuhuangBot 民法典676", "民法典676", "第六百七十六条", "查法条 676"]
)
def test_provision_is_told_whole_with_its_meaning_source_and_dates(play: Play, words: str) -> None:
    play.says(words)

    assert play.handler == "law"
    assert play.said.startswith("《民法典》第六百七十六条")
    assert quotes(play) == ["“借款人未按照约定的期限返还借款的，应当按照约定或者国家有关规定支付逾期利息。”"]
    assert "就是说：逾期要按约定" in play.said
    assert "2021 年 1 月 1 日 起施行，今天（2026 年 11 月 23 日）还在用" in play.said
    assert "全国人民代表大会发布，主席令第四十五号" in play.said
    assert "法律。全国人大" in play.said
    assert "更多法条" in labels(play)


def test_version_of_a_named_year_is_told_with_what_took_its_place(play: Play) -> None:
    play.says("2025年的治安管理处罚法42条")

    assert "《治安管理处罚法》第四十二条" in play.said
    assert "用于 2013 年 1 月 1 日 到 2025 年 12 月 31 日" in play.said
    assert "接替它的是《治安管理处罚法》第五十条" in play.said
    play.says("现在的版本")
    assert "2025 年 12 月 31 日 以前是《治安管理处罚法》第四十二条" in play.said
    play.says("以前的版本")
    assert "已经不用了" in play.said


def test_number_of_the_former_law_leads_to_both_versions(play: Play) -> None:
    play.says("治安管理处罚法42条")

    assert quotes(play) == []
    assert labels(play) == ["治安法第50条", "治安法第42条（旧）"]


def test_day_before_the_change_is_another_law() -> None:
    play = Play(datetime(2025, 12, 31, 4, tzinfo=UTC))
    play.says("治安管理处罚法42条")

    assert "还在用" in play.said


def test_law_before_its_first_day_is_not_passed_off_as_law_of_that_day(play: Play) -> None:
    play.says("2020年的民法典676条")

    assert "2021 年 1 月 1 日 起才施行，2020 年还没有这一条" in play.said
    assert labels(play) == ["民法典第676条"]


def test_days_to_come_are_not_foretold(play: Play) -> None:
    play.says("2030年的民法典676条")

    assert "以后的事说不准" in play.said


def test_number_of_several_norms_is_offered_as_buttons_and_takes_its_number_typed(play: Play) -> None:
    play.says("第25条")

    assert play.said.startswith("有 5 部法都有第 25 条")
    assert "征信条例第25条" in labels(play)
    play.says("征信条例第25条")
    assert play.said.startswith("《征信业管理条例》第二十五条")


def test_article_that_is_not_held_is_said_with_the_nearest_and_who_can_be_asked(play: Play) -> None:
    play.says("民法典673条")

    assert "《民法典》第 673 条，我这里没有核对过的原文" in play.said
    assert "12348" in play.said
    assert quotes(play) == []
    assert labels(play) == ["民法典第670条", "民法典第674条", "民法典第675条"]


@pytest.mark.parametrize("words", ["劳动法第38条", "合同法52条", "《婚姻法》第24条是什么", "/law 公司法20条"])
def test_norm_that_is_not_held_is_said_and_nothing_is_quoted(play: Play, words: str) -> None:
    play.says(words)

    assert "不在我收的法条里" in play.said
    assert "12348" in play.said
    assert quotes(play) == []


def test_name_written_almost_right_leads_to_the_norm(play: Play) -> None:
    play.says("个人资料保护法第10条")

    assert "我没对上" in play.said
    assert labels(play) == ["个保法第10条"]


def test_several_articles_are_offered_one_by_one(play: Play) -> None:
    play.says("民法典676条和999条")

    assert "《民法典》第 999 条，我这里没有核对过的原文" in play.said
    assert labels(play) == ["民法典第676条"]


def test_name_of_a_norm_lists_what_is_held_of_it(play: Play) -> None:
    play.says("征信业管理条例有哪些条文")

    assert play.said.startswith("《征信业管理条例》我这里收了这些")
    assert "征信条例第25条" in labels(play)


def test_neighbours_lead_on(play: Play) -> None:
    play.says("民法典676")
    play.says("更多法条")

    assert {"民法典第675条", "民法典第677条"} <= set(labels(play))
    play.says("民法典第677条")
    assert play.said.startswith("《民法典》第六百七十七条")


@pytest.mark.parametrize("words", ["/law 利息预先扣除", "查法条 砍头息", "砍头息的法条", "砍头息是哪条法律规定的"])
def test_words_lead_to_the_best_few(play: Play, words: str) -> None:
    play.says(words)

    assert play.handler == "law"
    assert "民法典第670条" in labels(play)
    assert len(play.buttons) <= 6


def test_words_that_find_nothing_are_not_answered_with_a_guess(play: Play) -> None:
    play.says("/law 量子力学")

    assert "没找到" in play.said
    assert play.buttons == []


@pytest.mark.parametrize("words", ["/law", "查法条", "/law 查法条"])
def test_bare_command_asks_what_to_look_up(play: Play, words: str) -> None:
    play.says(words)
    assert play.said.startswith("要查哪一条")

    play.says("676")
    assert play.said.startswith("《民法典》第六百七十六条")
    assert play.session.frames == ()


def test_what_is_asked_meanwhile_is_still_heard(play: Play) -> None:
    play.says("查法条")
    play.says("嘿嘿呵")
    assert "没找到对应的法条" in play.said

    play.says("【招商银行】您的信用卡已逾期12天，应还3200元，请尽快还款。")
    assert play.handlers[0] == "forwarded"
    assert play.session.frames == ()


@pytest.mark.parametrize("words", ["民法典676条", "LPR四倍是多少", "/law 676"])
def test_lookup_amid_another_conversation_lets_it_go_on(play: Play, words: str) -> None:
    play.says("我想协商还款")
    play.says(words)

    assert play.handlers == ["law", "common"]
    play.says("继续")
    play.says("1500")
    assert "每月 1500 元" in play.said


def test_forwarded_words_and_a_collectors_sentence_are_no_lookup(play: Play) -> None:
    play.forwards("刑法196条")
    assert "law" not in play.handlers

    play.says("根据刑法196条，您已涉嫌信用卡诈骗，请立即还款，否则移送公安机关。")
    assert play.handlers[0] == "forwarded"


def test_words_of_distress_come_first(play: Play) -> None:
    play.says("查法条")
    play.says("不想活了，民法典676条")

    assert play.handlers[0] == "distress"


# --- figures


def test_four_times_the_lpr_is_told_with_its_day_and_for_whom(play: Play) -> None:
    play.says("现在LPR四倍是多少")

    assert "4 倍是年利率 12%（LPR 从 2025 年 5 月 20 日 起是 3%）" in play.said
    assert "只用在民间借贷" in play.said
    assert "持牌机构，不适用" in play.said
    assert "LPR 我最后核到 2026 年 8 月 20 日" in play.said
    assert "民间借贷规定第25条" in labels(play)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2025年5月19日的LPR四倍", "4 倍是年利率 12.4%"),
        ("2025年5月20日的LPR四倍", "4 倍是年利率 12%"),
        ("2022年3月签的借条LPR四倍是多少", "4 倍是年利率 14.8%"),
        ("2020年8月19日的LPR四倍", "2020 年 8 月 19 日没有这个规定"),
    ],
)
def test_four_times_the_lpr_is_that_of_the_day(play: Play, words: str, said: str) -> None:
    play.says(words)

    assert said in play.said


def test_lpr_that_changed_within_a_year_is_told_in_parts(play: Play) -> None:
    play.says("2021年的LPR四倍是多少")

    assert "15.4%" in play.said
    assert "15.2%" in play.said
    assert "12%" not in play.said


def test_figure_changes_with_the_law() -> None:
    for day, said in (
        (datetime(2026, 2, 28, 4, tzinfo=UTC), "6 个月"),
        (datetime(2026, 3, 1, 4, tzinfo=UTC), "3 个月"),
    ):
        play = Play(day)
        play.says("撤销仲裁裁决期限是多久")
        assert f"申请撤销仲裁裁决：{said}" in play.said


def test_figure_that_has_ended_is_told_as_ended(play: Play) -> None:
    play.says("/law 一次性信用修复期限")

    assert "2026 年 4 月 1 日 起已经结束" in play.said
    assert "10000" not in play.said


@pytest.mark.parametrize("figure", CONTENT.lawbook.figures, ids=lambda figure: figure.id)
def test_every_figure_is_told_with_whom_it_is_for_and_when_it_was_confirmed(play: Play, figure: Figure) -> None:
    play.presses(f"law:figure:{figure.id}")

    assert "给谁用：" in play.said
    assert "最后核到 2026 年" in play.said
    assert "http" not in play.said
    assert play.buttons[-1].id == f"question:topic:{figure.topic}"


# --- everything that is held


def test_every_provision_can_be_shown_and_nothing_that_editors_say_is(play: Play) -> None:
    for provision in CONTENT.provisions.values():
        play.presses(f"law:show:{provision.id}")
        assert provision.verified == "unverified" or play.said.startswith("《")
        assert not any(word in play.said for word in ("标点按", "编者", "http", "LawRefBook", "未读到"))
        assert ("“" + provision.text + "”" in play.said) == (provision.text_is == "verbatim")


def test_what_is_no_quotation_is_not_shown_as_one(play: Play) -> None:
    play.presses("law:show:gbt-45251-hours")

    assert "以下是大意，不是原文" in play.said
    assert "推荐性国家标准。不是法律" in play.said
    assert "条号没有核实" in play.said


@pytest.mark.parametrize("press", ["law:show:no-such", "law:near:no-such", "law:figure:nothing"])
def test_button_to_what_is_gone_says_so(play: Play, press: str) -> None:
    play.presses(press)

    assert "找不到了" in play.said


def test_menu_and_the_rest_of_an_answer_lead_to_the_law(play: Play) -> None:
    play.says("帮助")
    play.says("查法条")
    assert play.handler == "law"

    play.says("欠网贷会坐牢吗")
    play.says("更多")
    play.says("看法条原文")
    assert play.said.startswith("《刑法》第一百九十三条")
