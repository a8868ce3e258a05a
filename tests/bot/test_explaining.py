"""What `buhuang content explain` says: every rule that fired, everything held back and why, and how the kind came."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from bot.explaining import Explainer, explain
from bot.recognition import Recogniser
from bot.recognition.training import Sample, train
from content.load import ROOT, Content, load, load_messages
from content.schema_learnt import Weights

DAY = date(2026, 11, 24)
CONTENT = load()
RULES = replace(CONTENT, learnt={})
VISIT = "【度小满】我们不会联系您的家人，明天安排外访人员前往您的户籍地。"


@cache
def explained(text: str, content_of: str = "rules", day: date = DAY) -> tuple[str, ...]:
    content = RULES if content_of == "rules" else with_model()
    return tuple(Explainer(content).explain(text, day))


def with_model() -> Content:
    """The rules beside a model that takes parcels for threats and knows no visits."""
    samples = [
        Sample("包裹在驿站等您取走", (), "threat", ("intimidation",)),
        Sample("包裹已到驿站请来取", (), "threat", ("intimidation",)),
        Sample("上门的人明天到您家里", ("come",), "reminder"),
        Sample("明天上门到您家里谈谈", ("come",), "reminder"),
        Sample("今晚吃火锅吗", (), "other"),
        Sample("晚上吃火锅", (), "other"),
    ]
    signals = ("intimidation", "visit")
    learnt: Weights = train(samples, signals=signals, fact_weight=0.2, made_from="here")
    return replace(CONTENT, learnt={"messages": learnt})


def line(lines: tuple[str, ...], *words: str) -> str:
    """The one line that has all these words."""
    (found,) = [each for each in lines if all(word in each for word in words)]
    return found


def test_a_rule_is_told_with_its_file_its_line_and_its_pattern() -> None:
    said = explained(VISIT)

    told = said.index(line(said, "上门（visit）：“"))
    rule = said[told + 1]
    place = rule.split("，")[1]
    file, number = place.removeprefix("content/").split(":")
    written = (ROOT / file).read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert rule.split("写法：")[1] in written


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (VISIT, ("third_party", "被否定了", "我们不会联系您的家人")),
        ("【招联】上门费80元另计，请还款", ("visit", "not_in", "上门费")),
        ("【京东】快递员已上门，请留意签收", ("visit", "unless", "快递")),
    ],
    ids=["denied", "longer word", "excused"],
)
def test_what_is_held_back_is_told_with_its_reason(text: str, reason: tuple[str, ...]) -> None:
    assert any(all(word in each for word in reason) for each in explained(text))


def test_words_that_another_signal_claims_are_told_with_it() -> None:
    text = next(
        text
        for signal in CONTENT.signals.values()
        for text in signal.examples
        if any(held.reason == "yields" for held in Recogniser(RULES).trace(text).held)
    )

    assert "这几个字已经归了" in "\n".join(explained(text))


def test_what_the_model_dropped_is_told_with_its_chance() -> None:
    said = explained("【招联】明天上门到您家里", "model")

    assert "模型觉得只有" in line(said, "上门（visit，规则")
    assert "不到 25%，没算" in line(said, "上门（visit，规则")


def test_what_the_model_added_is_told_with_its_clause_and_chance() -> None:
    said = explained("【招联】请还款，包裹在驿站等您", "model")

    assert "“包裹在驿站等您”" in line(said, "威胁恐吓（intimidation）", "规则没有这个说法")


def test_kind_is_told_with_its_step_and_what_the_model_made_of_it() -> None:
    said = explained(VISIT)
    weighed = explained("【招联】您的包裹在驿站等您取走，逾期退回", "model")

    step = Recogniser(RULES).recognise(VISIT, DAY).kind_rule
    assert "content/kinds.yaml:" in line(said, "按步骤是上门告知（visit_notice）", f"步骤 {step}")
    assert line(said, "模型没有意见")
    assert line(weighed, "模型看种类：威胁施压")
    assert line(weighed, "模型改成了威胁施压（threat）")


def test_each_message_of_a_paste_is_told_by_itself() -> None:
    said = explained("【招联】您已逾期3天，请还款。\n\n【度小满】明天安排外访人员前往您的户籍地。")

    assert line(said, "一次贴了 2 条")
    assert said[said.index("【第 2 条】") + 1].strip() == "种类由这一条定。"


def test_own_lines_of_a_chat_are_told_to_be_left_out() -> None:
    said = explained("客服：您已逾期3天，请还款\n我：你们别来我家上门")

    assert line(said, "是用户自己写的，不看", "你们别来我家上门")


def test_disguised_words_are_shown_as_they_are_read() -> None:
    assert "征信" in line(explained("再不还就上zheng信，請还錢"), "还原以后")
    assert line(explained("您已逾期"), "没有要还原的")


def test_fields_are_told_with_the_words_they_were_read_from() -> None:
    said = explained("【度小满】您已逾期26天，应还捌仟元整，请于三日内还款")

    assert line(said, "金额（元）：8000，来自“捌仟元”")
    assert line(said, "期限：3，来自“三日内")


def test_provisions_are_those_of_the_day() -> None:
    before, after = (explained(VISIT, day=day) for day in (date(2025, 12, 31), date(2026, 1, 1)))

    assert "psapl-2012-40" in "\n".join(before)
    assert "psapl-2025-47" in "\n".join(after)


def test_route_is_told_with_its_cues() -> None:
    said = explained("催收说要去我单位，这合法吗")

    assert line(said, "用户自己的话（提问、讲经过）。")
    assert line(said, "线索 asks（-6）", "content/route.yaml:")


def test_json_lines_are_explained_one_after_the_other() -> None:
    said = list(explain('{"id": 7, "text": "您已逾期"}\n{"id": 8, "text": "好的"}', day=DAY))

    assert [each for each in said if each.startswith("━")] == ["━━━━ 7 ━━━━", "━━━━ 8 ━━━━"]


def test_an_explanation_is_of_the_reading_that_a_borrower_gets() -> None:
    explainer, recogniser = Explainer(CONTENT), Recogniser(CONTENT)
    for message in list(load_messages().values())[::40]:
        reading = recogniser.recognise(message.text, DAY)
        said = list(explainer.explain(message.text, DAY))

        result = said[said.index("【结论】") + 1]
        assert f"（{reading.kind}）" in result
        assert all(any(f"（{signal}）" in each for each in said) for signal in reading.signals)


@pytest.mark.parametrize("text", ["", " ", "\n", "我：", "【", "😂", "\ud800", "我：在\n我：不在", "a" * 20_000])
def test_any_text_is_explained(text: str) -> None:
    assert "【结论】" in explained(text)
