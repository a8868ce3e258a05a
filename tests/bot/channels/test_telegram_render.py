"""Replies as Telegram messages, checked by the double's own parser of Telegram's HTML."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import Part
from bot.channels.telegram_render import cleaned, render, units, unmarked
from bot.messages import Attachment, Block, Button, Reply, Style, say
from tests.telegram_double import check_button, checked_text, parse_html


def rendered(reply: Reply, replaces: str | None = None) -> tuple[Part, ...]:
    return render(reply, replaces=replaces, copy_label="复制")


def seen(part: Part) -> tuple[str, list[str]]:
    """Text and entities as Telegram would show them."""
    text, entities = parse_html(str(part["text"]))
    return checked_text(text), entities


def bare(text: str) -> str:
    return "".join(text.split())


def keyboard(part: Part) -> list[list[dict[str, str]]]:
    rows = part.get("keyboard", [])
    assert isinstance(rows, list)
    return rows


def test_each_style_has_its_mark() -> None:
    reply = say(
        Block("这是什么", Style.TITLE),
        "一条<b>普通</b>的催收短信 & 没有别的。",
        Block("第一条 应当合法。", Style.QUOTE),
        Block("您好，我是____。", Style.SCRIPT),
        Block("已保存 #3", Style.NOTE),
    )

    (part,) = rendered(reply)

    assert part["text"] == (
        "<b>这是什么</b>\n\n一条&lt;b&gt;普通&lt;/b&gt;的催收短信 &amp; 没有别的。\n"
        "<blockquote>第一条 应当合法。</blockquote>\n<pre>您好，我是____。</pre>\n<i>已保存 #3</i>"
    )


def test_long_quotation_is_folded() -> None:
    (part,) = rendered(say(Block("法" * 301, Style.QUOTE)))

    assert seen(part)[1] == ["blockquote expandable:" + "法" * 301]


def test_link_in_a_quotation_cannot_be_tapped() -> None:
    (part,) = rendered(say(Block("点 https://pay.example.cn/a?b=1&c=2 或 jd-pay.top 还款", Style.QUOTE)))

    text, entities = seen(part)

    assert text == "点 https://pay.example.cn/a?b=1&c=2 或 jd-pay.top 还款"
    assert entities[:2] == ["code:https://pay.example.cn/a?b=1&c=2", "code:jd-pay.top"]


def test_short_script_has_a_button_that_copies_it() -> None:
    (part,) = rendered(say(Block("您好。", Style.SCRIPT), buttons=[[Button("negotiate:go", "继续协商")]]))

    assert keyboard(part) == [
        [{"label": "复制", "copy": "您好。"}],
        [{"label": "继续协商", "press": "negotiate:go"}],
    ]


@pytest.mark.parametrize(("script", "buttons"), [("好" * 256, 1), ("好" * 257, 0), ("😀" * 128, 1), ("😀" * 129, 0)])
def test_script_longer_than_a_button_can_copy_is_a_box_alone(script: str, buttons: int) -> None:
    (part,) = rendered(say(Block(script, Style.SCRIPT)))

    assert len(keyboard(part)) == buttons
    assert seen(part)[1] == [f"pre:{script}"]


def test_two_scripts_have_numbered_buttons() -> None:
    (part,) = rendered(say(Block("一", Style.SCRIPT), Block("二", Style.SCRIPT)))

    assert keyboard(part) == [[{"label": "复制 1", "copy": "一"}], [{"label": "复制 2", "copy": "二"}]]


def test_pressed_message_is_edited_when_the_reply_fits() -> None:
    short, long = say("好"), say("好" * 5000)

    assert [(part["action"], part.get("message")) for part in rendered(short, "77")] == [("edit", "77")]
    assert {part["action"] for part in rendered(long, "77")} == {"send"}


def test_files_follow_the_message_that_has_the_buttons() -> None:
    files = [Attachment("还款计划.pdf", "application/pdf", "made/1.pdf")]

    text, file = rendered(say("给您", attachments=files, buttons=[[Button("a:b", "好")]]))

    assert keyboard(text)
    assert file == {"action": "file", "name": "还款计划.pdf", "mime": "application/pdf", "path": "made/1.pdf"}


def test_file_alone_carries_the_buttons() -> None:
    (file,) = rendered(say(attachments=[Attachment("a.pdf", "application/pdf", "a")], buttons=[[Button("a:b", "好")]]))

    assert keyboard(file) == [[{"label": "好", "press": "a:b"}]]


def test_wide_labels_do_not_share_a_row() -> None:
    three = [Button(f"a:{label}", label) for label in ("保存证据", "继续协商", "更多")]
    wide = [Button(f"a:{label}", label) for label in ("为什么这么判断", "更多法条", "这不对")]

    (part,) = rendered(say("好", buttons=[three, wide]))

    assert [[button["label"] for button in row] for row in keyboard(part)] == [
        ["保存证据", "继续协商", "更多"],
        ["为什么这么判断", "更多法条"],
        ["这不对"],
    ]


def test_button_that_telegram_would_refuse_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    (part,) = rendered(say("好", buttons=[[Button("钮" * 22, "太长"), Button("a:b", "好")]]))

    assert keyboard(part) == [[{"label": "好", "press": "a:b"}]]
    assert "left out a button" in caplog.text


def test_long_text_is_parted_at_the_ends_of_sentences() -> None:
    text = "这是一句不长不短的话，说到这里就完了。" * 500

    parts = rendered(say(text, buttons=[[Button("a:b", "好")]]))

    texts = [seen(part)[0] for part in parts]
    assert "".join(texts) == text
    assert all(text.endswith("。") for text in texts)
    assert [bool(keyboard(part)) for part in parts] == [False] * (len(parts) - 1) + [True]


def test_paragraphs_are_preferred_to_sentences() -> None:
    paragraph = "一句。两句。" * 200

    texts = [seen(part)[0] for part in rendered(say("\n\n".join([paragraph] * 5)))]

    assert texts == ["\n\n".join([paragraph] * count) for count in (3, 2)]


def test_quoted_provision_is_not_cut_when_a_message_can_hold_it() -> None:
    provision = "第一款。" * 700

    parts = rendered(say("话。" * 1000, Block("民法典", Style.TITLE), Block(provision, Style.QUOTE)))

    assert [seen(part)[0] for part in parts] == ["话。" * 1000, f"民法典\n{provision}"]


def test_text_as_long_as_allowed_is_one_message() -> None:
    for text in ("好" * 4096, "😀" * 2048, "&" * 4096):
        assert len(rendered(say(text))) == 1
        assert len(rendered(say(text + "!"))) == 2


def test_pictures_made_of_several_characters_are_not_torn() -> None:
    family = "👨‍👩‍👧‍👦"

    texts = [seen(part)[0] for part in rendered(say(family * 1000))]

    assert all(re.fullmatch(f"(?:{family})+", text) for text in texts)


def test_nothing_to_see_is_nothing_to_send() -> None:
    assert rendered(say("\u200b\u200b", Block("\u3164", Style.QUOTE))) == ()


def test_hundred_thousand_characters_are_parted_in_order() -> None:
    text = "".join(f"第{number}句。" for number in range(20_000))

    assert "".join(seen(part)[0] for part in rendered(say(text))) == text


texts = st.text(alphabet=st.characters(exclude_categories=[]) | st.sampled_from("<>&;\"'b/好。\n 😀\u200d\ufe0f"))
long_texts = st.builds(lambda piece, times: piece * times, texts, st.integers(0, 2000))
blocks = st.builds(Block, texts | long_texts, st.sampled_from(Style))
buttons = st.builds(
    Button, st.from_regex(r"[a-z:0-9]{1,48}", fullmatch=True), st.sampled_from(["好", "更多法条", "为什么"])
)
replies = st.builds(
    Reply, st.lists(blocks, max_size=5).map(tuple), st.lists(st.tuples(buttons, buttons), max_size=3).map(tuple)
)


@given(replies)
def test_any_reply_becomes_parts_that_telegram_takes(reply: Reply) -> None:
    parts = rendered(reply)

    for part in parts:
        seen(part)
        for row in keyboard(part):
            for button in row:
                action = (
                    {"copy_text": {"text": button["copy"]}} if "copy" in button else {"callback_data": button["press"]}
                )
                check_button({"text": button["label"], **action})
    assert not any(keyboard(part) for part, _ in pairwise(parts))


@given(replies)
def test_words_of_any_reply_arrive_unchanged(reply: Reply) -> None:
    said = bare("".join(cleaned(block.text) for block in reply.blocks if rendered(say(block))))

    shown = "".join(bare(seen(part)[0]) for part in rendered(reply))

    assert shown == said


@given(texts.filter(lambda text: rendered(say(text)) != ()))
def test_short_block_keeps_its_inner_white_space(text: str) -> None:
    (part,) = rendered(say(text))

    assert seen(part)[0] == cleaned(text).strip() == unmarked(str(part["text"])).strip()


@given(texts)
def test_length_is_counted_in_utf_16(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
