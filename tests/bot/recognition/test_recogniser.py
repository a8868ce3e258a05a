"""The recogniser as a whole: what it finds, that it shows the words, and that no text can break it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.recognition import Recogniser, Recognition, Route
from bot.recognition.normalise import is_han
from content.load import load

CONTENT = load()
RECOGNISER = Recogniser(CONTENT)
RULES = Recogniser(replace(CONTENT, learnt={}))
"""By the rules alone, without what was learnt."""
KINDS = {kind.id for kind in CONTENT.replies.kinds}
EXAMPLES = [text for signal in CONTENT.signals.values() for text in signal.examples]
MESSAGES = [text for texts in CONTENT.kinds.examples.values() for text in texts] if CONTENT.kinds else []
SCRAPS = st.sampled_from(
    [*EXAMPLES, *MESSAGES, "\n", "【", "】", "“", "不会", "您", "22:30 ", "\u200b", "😀", "http://a.cc/b"]
)
TEXTS = st.lists(SCRAPS | st.text(max_size=20), max_size=6).map("".join)
PROPERTY = settings(max_examples=150)


def check_reading(text: str, reading: Recognition) -> None:
    assert reading.kind in KINDS
    assert set(reading.signals) <= set(CONTENT.signals)
    assert list(reading.signals) == [signal for signal in CONTENT.signals if signal in reading.signals]
    assert {finding.signal for finding in reading.findings} == set(reading.signals)
    assert all(finding.quote == text[finding.start : finding.end] for finding in reading.findings)
    assert all(0 <= finding.start <= finding.end <= len(text) for finding in reading.findings)
    assert set(reading.unsure) <= set(CONTENT.replies.unsure)
    assert reading.parts >= 1
    assert reading.kind_rule


@given(TEXTS)
@PROPERTY
def test_any_text_is_read(text: str) -> None:
    reading = RECOGNISER.recognise(text)

    check_reading(text, reading)
    assert RECOGNISER.recognise(text) == reading
    assert RECOGNISER.route(text) in Route


@given(TEXTS)
@PROPERTY
def test_what_is_no_collection_message_has_no_signals(text: str) -> None:
    reading = RECOGNISER.recognise(text)

    assert reading.kind != "other" or not reading.signals


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\x00\x01\x02" * 300_000,
        "\ud800您已逾期\udfff" * 50_000,
        "\u200b" * 1_000_000,
        "😀" * 300_000,
        "找你家人借钱还款联系单位上门今天不还" * 60_000,
        "【" * 500_000,
        "不会" * 500_000,
        "22:30 a\n" * 120_000,
        "我：a\n" * 200_000,
    ],
    ids=[
        "empty",
        "blank",
        "control",
        "surrogates",
        "unseen",
        "emoji",
        "flood",
        "tags",
        "denials",
        "stamps",
        "own lines",
    ],
)
def test_hostile_text_is_read(text: str) -> None:
    check_reading(text, RECOGNISER.recognise(text))


@pytest.mark.parametrize("signal", CONTENT.signals)
def test_every_signal_is_found_in_its_examples_and_not_in_near_misses(signal: str) -> None:
    entry = CONTENT.signals[signal]

    assert len(entry.examples) >= 6 and len(entry.near_misses) >= 5
    assert [text for text in entry.examples if signal not in RULES.recognise(text).signals] == []
    assert [text for text in entry.near_misses if signal in RULES.recognise(text).signals] == []


CLEAR = [text for text in EXAMPLES if len(text) > 6]


@given(st.sampled_from(EXAMPLES), st.sampled_from(["\u200b", "\u2060", "\ufeff", "\u00ad"]), st.data())
@PROPERTY
def test_unseen_characters_change_nothing(text: str, mark: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))

    disguised = text[:place] + mark + text[place:]

    assert RECOGNISER.recognise(disguised).signals == RECOGNISER.recognise(text).signals


@given(st.sampled_from(CLEAR), st.sampled_from(".·*❤~"), st.data())
@PROPERTY
def test_marks_within_words_change_nothing(text: str, mark: str, data: st.DataObject) -> None:
    within = [place for place in range(1, len(text)) if is_han(text[place - 1]) and is_han(text[place])]
    place = data.draw(st.sampled_from(within))

    disguised = text[:place] + mark + text[place:]

    assert RULES.recognise(disguised).signals == RULES.recognise(text).signals


@pytest.mark.parametrize("text", [text for text in EXAMPLES if not text[0].isdigit()])  # a stamp opens a line
def test_a_polite_opening_keeps_the_signals(text: str) -> None:
    signals = set(RULES.recognise(text).signals)

    assert signals <= set(RULES.recognise(f"您好，{text}").signals)


@pytest.mark.parametrize("text", [text for text in EXAMPLES if "您" in text and "您好" not in text])
def test_the_familiar_form_keeps_the_signals(text: str) -> None:
    signals = set(RULES.recognise(text).signals)

    assert signals <= set(RULES.recognise(text.replace("您", "你")).signals)


def test_the_users_own_question_has_no_signals() -> None:
    reading = RECOGNISER.recognise("催收说不还就来我家抓我坐牢，是真的吗？")

    assert (reading.kind, reading.kind_rule, reading.signals) == ("other", "own_words", ())


def test_the_users_own_lines_in_a_chat_are_not_held_against_the_sender() -> None:
    chat = "客服：您好，您的借款逾期了，方便处理吗\n我：你们是不是要上门抓我坐牢"

    assert not {"visit", "criminal_threat"} & set(RECOGNISER.recognise(chat).signals)


def test_a_harmless_message_in_a_paste_hides_nothing() -> None:
    paste = "【工商银行】验证码 293811，请勿泄露。\n【招联金融】您已逾期 9 天，不还将起诉。"

    reading = RECOGNISER.recognise(paste)

    assert (reading.kind, reading.parts) == ("legal_notice", 2)
    assert "litigation" in reading.signals


def test_the_gravest_of_several_messages_gives_the_kind() -> None:
    paste = "短信1：【甲贷】您已逾期 3 天，请还款。\n短信2：【甲贷】再不还就打断你的腿。"

    assert RECOGNISER.recognise(paste).kind == "threat"


def test_pieces_of_one_message_are_read_as_one() -> None:
    reading = RECOGNISER.recognise("(1/2)【甲贷】您已逾期 30 天，我司将向\n(2/2)人民法院提起诉讼")

    assert (reading.kind, reading.parts) == ("legal_notice", 1)


def test_a_paper_in_a_courts_name_is_to_be_verified() -> None:
    reading = RECOGNISER.recognise("这里是市检察院，你的案子已批捕，欠款今天还清")

    assert "impersonation" in reading.unsure


def test_a_lender_that_nobody_names_is_not_known() -> None:
    assert "lender" in RECOGNISER.recognise("您的欠款 3800 元一直没有处理，请尽快还款").unsure


def test_a_message_that_may_be_fraud_says_so() -> None:
    reading = RECOGNISER.recognise("【美团月付】您的账单逾期 5 天，请到美团 APP 还款，或点 t.cn/Ab3 办理。")

    assert reading.kind == "reminder"
    assert "scam" in reading.unsure


def test_the_lenders_own_site_is_not_suspicious() -> None:
    assert "suspicious_link" not in RECOGNISER.recognise("【招商银行】您已逾期 3 天，详见 www.cmbchina.com").signals
    assert "suspicious_link" in RECOGNISER.recognise("【招商银行】您已逾期 3 天，详见 cmbchina.com.pay-6.cc").signals
