"""Whatever is typed, pasted, forwarded or pressed, in whatever order: an answer, a sound state, and a way on.

Played through the neutral door with the real content and the real conversations.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from copy import copy
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import telegram_render
from bot.messages import Reply, Style, UpdateKind
from bot.session import Consent, Profile, Session
from content.load import load
from tests.conversing import NIGHT, Play, services

CONTENT = load()
AGREED = Consent(version=1, given=True, at=NIGHT)
SEED = "您已逾期7天，若3日内未还款，将上报央行征信系统并启动法律程序。"
MESSAGES = [
    SEED,
    "已委托第三方律所介入，不排除刑事追责。",
    "【招联金融】您的好期贷已逾期12天，应还5620.50元，请尽快还款，如有疑问致电95786",
    "明天不把钱转到王经理微信，就去你村里贴大字报，让你全家出名",
    "【菜鸟驿站】您的包裹已到，取件码 3-2-1024",
]
WORDS = [
    *("取消", "返回", "继续", "更多", "是", "不是", "好的", "1", "3", "第二个", "不知道", "随便", "？", "……"),
    *("三千", "每月800", "八百五", "1e9", "-5", "昨天晚上11点", "11月20日", "2099年1月1日", "2月30日", "下周三"),
    *("/start", "/help", "/privacy", "/evidence", "/", "//", "/law", "/law 25", "/start@BuhuangTestBot x", "/不存在"),
    *("我已经还了", "还了一部分", "不是我借的", "删除我的数据", "欠网贷会坐牢吗", "不想活了", "我该怎么办"),
    *("查法条", "第25条", "治安管理处罚法42条", "LPR四倍是多少", "查法条 砍头息"),
    *("<b>粗</b>&amp;", "*_`[x](http://t.cn)", "{0}{LENDER}", "%s%d", "'; DROP TABLE users", "😀👨‍👩‍👧‍👦"),
    *("\0", "\x1b[31m", "\u202e反", "\u200b" * 50, "a\u0301" * 40, "\ufffd", "\r\n\r\n", "　", "９００", "萬圓"),
]  # fmt: skip
LABELS = sorted({label for words in CONTENT.conversations.values() for label in words.buttons.values()})

texts = st.one_of(
    st.sampled_from(MESSAGES),
    st.sampled_from(WORDS),
    st.sampled_from(LABELS),
    st.text(max_size=40),
    st.lists(st.sampled_from([*MESSAGES, *WORDS]), min_size=2, max_size=4).map("\n".join),
    st.builds(lambda text, times: text * times, st.sampled_from([*MESSAGES, *WORDS]), st.integers(2, 60)),
)
Step = Callable[["Walk"], None]


class Walk:
    """A play whose every turn is looked at, and which remembers every button it was ever shown."""

    def __init__(self, profile: Profile | None = None) -> None:
        self.play = Play(profile=profile)
        self.seen: list[str] = [
            "",
            "common:cancel",
            "common:resume",
            "common:back",
            "forwarded:card:1",
            "no:such:thing",
        ]

    def take(self, turn: Callable[[Play], object]) -> None:
        turn(self.play)
        look(self.play)
        self.seen += [button.id for button in self.play.buttons if button.id not in self.seen]


def says(text: str) -> Step:
    return lambda walk: walk.take(lambda play: play.says(text))


def forwards(text: str) -> Step:
    return lambda walk: walk.take(lambda play: play.forwards(text, sender="1069000"))


def presses_one_in_view(number: int) -> Step:
    def step(walk: Walk) -> None:
        if shown := walk.play.buttons:
            walk.take(lambda play: play.presses(shown[number % len(shown)].id))

    return step


def presses_an_old_one(number: int) -> Step:
    return lambda walk: walk.take(lambda play: play.presses(walk.seen[number % len(walk.seen)]))


def sends(kind: UpdateKind) -> Step:
    return lambda walk: walk.take(lambda play: play.sends(kind))


def waits(hours: int) -> Step:
    def step(walk: Walk) -> None:
        walk.play.waits(timedelta(hours=hours))

    return step


steps = st.one_of(
    *[st.builds(presses_one_in_view, st.sampled_from(range(12)))] * 6,
    st.builds(presses_an_old_one, st.integers(0, 200)),
    st.builds(says, texts),
    st.builds(forwards, texts),
    st.builds(sends, st.sampled_from([UpdateKind.PHOTO, UpdateKind.VOICE, UpdateKind.FILE, UpdateKind.UNSUPPORTED])),
    st.builds(sends, st.just(UpdateKind.JOIN)),
    st.builds(waits, st.integers(1, 60)),
)


def look(play: Play) -> None:
    """What holds after every turn."""
    assert play.replies, "nothing was said"
    assert play.outcome is not None
    for reply in play.replies:
        look_at(reply)
    kept = play.outcome.session
    assert Session.model_validate_json(kept.model_dump_json()) == kept
    assert len(kept.frames) <= 3


def look_at(reply: Reply) -> None:
    assert reply.text.strip() or reply.attachments
    assert reply.handler in CONTENT.conversations
    for row in reply.buttons:
        for button in row:
            assert len(button.id.encode()) <= 48
            assert 0 < len(button.label) <= 20
    for block in reply.blocks:
        ours = block.style is not Style.QUOTE  # whoever types braces is quoted with them
        assert not (ours and re.search(r"\{[a-z_]+\}", block.text)), "a blank is left open"
    assert telegram_render.render(reply, replaces=None, copy_label="copy")


@settings(max_examples=200)
@given(
    profile=st.sampled_from([Profile(), Profile(welcomed=True, consent=AGREED)]),
    first=st.sampled_from([*MESSAGES, "你好"]),
    course=st.lists(steps, min_size=5, max_size=24),
)
def test_any_course_is_answered_and_leads_back(profile: Profile, first: str, course: list[Step]) -> None:
    walk = Walk(profile)
    says(first)(walk)

    for step in course:
        step(walk)

    forwards(SEED)(walk)
    assert "forwarded" in walk.play.handlers
    for _ in range(4):
        says("取消")(walk)
    assert walk.play.session.frames == ()


ANSWERS = ["5620.5", "每月 800", "12", "失业了，没有收入", "11月20日", "不清楚"]


def branches(play: Play) -> Iterator[Play]:
    """Every standing that buttons, and answers to what is asked, lead to; each once, whatever the buttons are about."""
    queue, seen = deque([play]), set()
    while queue:
        here = queue.popleft()
        answers = ANSWERS if here.session.active else []
        pressed = [copied(here).presses(button.id) for button in here.buttons]
        for further in (*pressed, *(copied(here).says(text) for text in answers)):
            look(further)
            waiting = tuple((frame.handler, frame.state) for frame in further.session.frames)
            actions = frozenset(tuple(other.id.split(":")[:2]) for other in further.buttons)
            standing = (waiting, actions, further.profile.keeps)
            if standing not in seen:
                seen.add(standing)
                queue.append(further)
                yield further


def copied(play: Play) -> Play:
    other = copy(play)
    other.evidence = list(play.evidence)
    return other


@pytest.mark.parametrize("profile", [Profile(), Profile(welcomed=True, consent=AGREED)], ids=["stranger", "agreed"])
@pytest.mark.parametrize(
    "first",
    [*MESSAGES, "欠网贷会坐牢吗", "我已经还了", "不想活了"],
    ids=["suit", "crime", "reminder", "threat", "parcel", "question", "paid", "distress"],
)
def test_every_button_leads_on_and_every_question_takes_any_words(first: str, profile: Profile) -> None:
    asked = {}

    for play in branches(Play(profile=profile).says(first)):
        if play.session.active:
            asked[play.session.active.handler, play.session.active.state] = play

    for play in asked.values():
        for text in (*WORDS, *MESSAGES, "很长" * 3000):
            answered = copied(play).says(text)
            look(answered)
        assert copied(play).says("取消").session.frames == play.session.frames[:-1]
        assert copied(play).forwards(SEED).handlers[0] == "forwarded"


@settings(max_examples=150)
@given(text=texts)
@pytest.mark.parametrize("way", [says, forwards], ids=["typed", "forwarded"])
def test_any_first_text_is_answered(way: Callable[[str], Step], text: str) -> None:
    way(text)(Walk())


@settings(max_examples=400)
@given(text=st.one_of(texts, st.text(st.characters(), max_size=60)))
def test_findings_quote_the_text_itself(text: str) -> None:
    recogniser = services().recogniser

    reading = recogniser.recognise(text)

    assert reading.kind in {kind.id for kind in CONTENT.replies.kinds}
    for finding in reading.findings:
        assert finding.signal in reading.signals
        assert finding.quote == text[finding.start : finding.end] != ""
    assert recogniser.route(text) == recogniser.route(text)


@pytest.mark.parametrize(
    "text",
    [
        "\u200b" * 1_000_000,
        "逾期" * 500_000,
        SEED * 20_000,
        "<" * 1_000_000,
        "1" * 1_000_000,
        "\n" * 1_000_000,
        "a" * 10**6,
    ],
    ids=["nothing", "one word", "one message", "markup", "digits", "lines", "letters"],
)
def test_a_million_characters_are_answered(text: str) -> None:
    says(text)(Walk())
