"""Every kind of disguise is undone where it makes a word of the rules, and plain words stay as they are."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.recognition.normalise import MOST, normalise
from bot.recognition.unmasking import Unmasking
from content.load import ROOT, load, load_messages
from content.schema_writing import Writing

CONTENT = load()
UNMASKING = Unmasking(CONTENT)
WRITING = Writing.model_validate_json((ROOT / "writing.json").read_bytes())
SOUNDS = {char: sound for sound, chars in WRITING.sounds.items() for char in chars}
COMMON = {char for rarity, chars in WRITING.words[1].items() if 8 <= rarity <= 12 for char in chars}


def meant(text: str) -> str:
    return UNMASKING.undo(normalise(text)).text


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("将上报zheng信系统", "将上报征信系统"),
        ("你的征xin黑了", "你的征信黑了"),
        ("zheng xin已黑", "征信已黑"),
        ("ZhēngXìn已黑", "征信已黑"),
        ("报送人民yin行", "报送人民银行"),
        ("上zhengxin黑名单", "上征信黑名单"),
        ("收取催收服务fei", "收取催收服务费"),
        ("hai款金额", "还款金额"),
        ("强制zhi行", "强制执行"),
        ("你公sī的电话", "你公司的电话"),
        ("按z信规定", "按征信规定"),
        ("要走s讼程序", "要走诉讼程序"),
    ],
)
def test_letters_are_read_by_their_sound(written: str, plain: str) -> None:
    assert meant(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("您的借款已严重鱼期", "您的借款已严重逾期"),
        ("影响您的佂信", "影响您的征信"),
        ("以免上征辛黑名单", "以免上征信黑名单"),
        ("律狮函已寄出", "律师函已寄出"),
        ("开廷时间另行通知", "开庭时间另行通知"),
        ("等着井察找你", "等着警察找你"),
        ("发给你的鹏友圈", "发给你的朋友圈"),
    ],
)
def test_characters_are_read_by_their_sound(written: str, plain: str) -> None:
    assert meant(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("影响征亻言", "影响征信"),
        ("谕其月三十天", "逾期三十天"),
        ("讠斥讼流程", "诉讼流程"),
        ("耳关系您的家属", "联系您的家属"),
        ("把亻尔抓走", "把你抓走"),
        ("亻本周彡来", "本周来"),
    ],
)
def test_halves_make_a_character_or_mean_nothing(written: str, plain: str) -> None:
    assert meant(written).replace("彡", "") == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("您的贷敖到期", "您的贷款到期"),
        ("你的单泣电话", "你的单位电话"),
        ("通知村姜会", "通知村委会"),
        ("法阮会找你", "法院会找你"),
        ("强制丸行", "强制执行"),
        ("本全一万", "本金一万"),
        ("己逾期五天", "已逾期五天"),
    ],
)
def test_lookalikes_are_what_they_look_like(written: str, plain: str) -> None:
    assert meant(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("唔会上门", "不会上门"),
        ("冇钱还", "没有钱还"),
        ("钱畀咗佢哋", "钱给了他们"),
        ("恁莫得钱", "您没有钱"),
        ("勿还钞票", "不还钱"),
        ("打畀你屋企人", "打给你家里人"),
        ("我哋嘅人", "我们的人"),
        ("阿拉斯加的鱼", "阿拉斯加的鱼"),
    ],
)
def test_dialects_are_read_as_what_they_mean(written: str, plain: str) -> None:
    assert meant(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("再不还💰就等着", "再不还钱就等着"),
        ("📞打给他", "电话打给他"),
        ("等👮上门", "等警察上门"),
        ("到你🏠门口", "到你家门口"),
        ("⚖️见", "法院见"),
        ("找你👨‍👩‍👧谈", "找你家人谈"),
        ("还钱💰吧", "还钱吧"),
        ("征💰信", "征信"),
        ("征❤️信", "征信"),
        ("📞📞📞,打爆", "电话,打爆"),
    ],
)
def test_pictures_are_words_unless_they_adorn(written: str, plain: str) -> None:
    assert meant(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [("征(信)受影响", "征信受影响"), ("只能走[诉][讼]", "只能走诉讼"), ("欠、钱、不、还", "欠钱不还")],
)
def test_marks_that_part_a_word_go(written: str, plain: str) -> None:
    assert meant(written) == plain


@pytest.mark.parametrize(
    "text",
    [
        "预期收益,与其等待",
        "他的语气很重",
        "前款规定的情形",
        "才子佳人",
        "公私分明",
        "上们课",
        "我正新开一家店",
        "货款已收到",
        "请到收件人处",
        "公司的电话(座机)",
        "爸、妈,你、我、他",
        "公司(电话)",
        "如遇困难",
        "非恶意逾期说明",
        "人言可畏",
        "第一百二十八条",
        "自己还款",
        "渝a号牌",
        "维信金科",
        "担保增信费",
        "weixin.qq.com",
        "like app",
        "shanghai 按摩",
        "【青柚金融】",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert meant(text) == normalise(text).text


def test_harmless_messages_stay_as_they_are() -> None:
    plain = (text for text in (each.text for each in load_messages().values() if each.kind == "other"))
    harmless = [text for text in plain if not re.search("zh[aeiou]|j察", text)]  # two quote a disguise
    asked = [text for answer in CONTENT.answers.values() for text in answer.examples]
    table = Unmasking(replace(CONTENT, writing=None, pictures={}, lookalikes={}))

    changed = [text for text in (*harmless, *asked) if meant(text) != table.undo(normalise(text)).text]

    assert not changed


def test_a_word_of_the_rules_stays_itself() -> None:
    words = [word for group in CONTENT.guarded.values() for word in group.words]

    assert [word for word in words if meant(f",{word},") != f",{word},"] == []


@pytest.mark.parametrize(
    ("way", "least"),
    [("one in letters", 0.99), ("all in letters", 0.99), ("halves", 0.95), ("another sounding so", 0.95)],
)
def test_most_guarded_words_are_known_in_each_disguise(way: str, least: float) -> None:
    tried = [
        (word, each) for group in CONTENT.guarded.values() for word in group.words for each in _disguised(word, way)
    ]

    known = [each for word, each in tried if meant(f"你的,{each},没了") == f"你的,{word},没了"]

    assert len(known) / len(tried) >= least


@pytest.mark.parametrize("written", ["zheng❤xin", "佂信", "征亻言", "怔信", "征(信)", "征💰信", "z信"])
def test_every_character_remembers_where_it_came_from(written: str) -> None:
    raw = f"你的,{written},没了"
    text = UNMASKING.undo(normalise(raw))
    place = text.text.index("征信")

    start, end = text.span(place, place + 2)

    assert raw[start:end].rstrip(")") == written.rstrip(")")
    assert len(text.text) == len(text.origin)


@pytest.mark.parametrize("written", ["💰", "鱼期", "zheng", "亻", "征(信)", "欠、"])
def test_a_flood_of_disguises_is_read_to_the_end(written: str) -> None:
    text = UNMASKING.undo(normalise(written * MOST))

    assert len(text.text) == len(text.origin)
    assert written == "亻" or text.text


def _disguised(word: str, way: str) -> Iterator[str]:
    """The word with each of its characters written in that way, or with all of them."""
    if way == "all in letters":
        yield "".join(SOUNDS[char] for char in word)
        return
    for place, char in enumerate(word):
        others = {
            "one in letters": [SOUNDS[char]],
            "halves": WRITING.parts.get(char, ()),
            "another sounding so": _like(char),
        }[way]
        yield from (word[:place] + other + word[place + 1 :] for other in others)


def _like(char: str) -> list[str]:
    """Some of the characters of common words that sound like this one."""
    return [other for other in WRITING.sounds[SOUNDS[char]] if other != char and other in COMMON][:3]
