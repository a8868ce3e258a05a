"""What a typed or pasted text is meant as: the examples of the content, and what is near the borders."""

import pytest

from bot.recognition import Recogniser, Route
from content.load import load

CONTENT = load()
RECOGNISER = Recogniser(CONTENT)
EXAMPLES = [(route, text) for route, texts in CONTENT.route.examples.items() for text in texts] if CONTENT.route else []


@pytest.mark.parametrize(("route", "text"), EXAMPLES)
def test_every_example_is_routed(route: str, text: str) -> None:
    assert RECOGNISER.route(text) == route


def test_there_are_enough_examples() -> None:
    assert len(EXAMPLES) >= 60


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("他说“再不还就去你单位”，这算威胁吗", Route.QUESTION),
        ("刚收到：“【甲贷】您已逾期 9 天，我司将起诉您。”", Route.MESSAGE),
        ("你再不还我就去你单位", Route.MESSAGE),
        ("我已经还了", Route.OTHER),
        ("已还", Route.OTHER),
        ("22:30", Route.OTHER),
        ("", Route.OTHER),
        ("1" * 5000, Route.OTHER),
        ("怎么办", Route.QUESTION),
    ],
)
def test_the_speaker_decides(text: str, route: Route) -> None:
    assert RECOGNISER.route(text) is route


@pytest.mark.parametrize(
    "text",
    [
        "已委托第三方律所介入，不排除刑事追责。",
        "再不还钱打断你的腿",
        "这边是贷后部门的，您那笔款今天能安排吗",
    ],
)
def test_a_message_without_any_mark_of_a_sender_is_still_one(text: str) -> None:
    assert RECOGNISER.route(text) is Route.MESSAGE
