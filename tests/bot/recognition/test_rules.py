"""What is asserted counts; what is denied, excused, or part of another word doesn't."""

import pytest

from bot.recognition.normalise import normalise
from bot.recognition.rules import RuleFinder, Rules, denied
from content.load import load
from content.schema_signal import Rule

CONTENT = load()
GROUPS = {group.id: group.words for group in CONTENT.vocabulary.values()}
RULES = Rules(GROUPS, CONTENT.signals.values())


def found(text: str) -> set[str]:
    hits, _ = RULES.find(normalise(text).text)
    return {hit.signal for hit in hits}


@pytest.mark.parametrize(
    ("threat", "signal"),
    [
        ("{}起诉您", "litigation"),
        ("{}上门", "visit"),
        ("{}联系您的家人", "third_party"),
        ("{}报警", "criminal_threat"),
        ("{}移交第三方催收公司", "debt_transfer"),
        ("{}群发您的欠款信息", "exposure"),
    ],
)
@pytest.mark.parametrize("denial", ["我们不会", "我司并未", "我们从未", "我司绝不", "目前暂不"])
def test_a_denial_takes_the_words_back(threat: str, signal: str, denial: str) -> None:
    assert signal in found(threat.format("我们将"))
    assert signal not in found(threat.format(denial))


@pytest.mark.parametrize(
    "text",
    [
        "若不还款将起诉",
        "再不还就起诉",
        "不排除起诉",
        "不得不起诉",
        "你不接电话我们就起诉",
        "能不能不起诉看你表现，不还一定起诉",
    ],
)
def test_a_condition_is_no_denial(text: str) -> None:
    assert "litigation" in found(text)


def test_a_denial_ends_with_its_clause() -> None:
    assert "visit" in found("我们不骂人，明天上门")


def test_asking_whether_denies_nothing() -> None:
    assert not denied("带不带警察", 3)


def test_an_excuse_counts_in_its_own_sentence_only() -> None:
    finder = RuleFinder({}, [("a", Rule(id="a", find=("起诉",), unless=("新闻",)))])

    assert not finder.find("新闻说他被起诉")[0]
    assert finder.find("看了新闻。我们要起诉")[0]


def test_an_excuse_for_the_whole_text_counts_anywhere() -> None:
    finder = RuleFinder({}, [("a", Rule(id="a", find=("起诉",), unless=("新闻",)))], whole=True)

    assert not finder.find("看了新闻。我们要起诉")[0]


def test_words_inside_a_longer_expression_do_not_count() -> None:
    finder = RuleFinder({}, [("a", Rule(id="a", find=("妈的",), not_in=("爸妈的",)))])

    assert not finder.find("爸妈的养老钱")[0]
    assert finder.find("妈的还钱")[0]


def test_a_rule_gives_way_to_another_signal_over_the_same_words() -> None:
    rules = [("a", Rule(id="a", find=("立案",), yields_to=("b",))), ("b", Rule(id="b", find=("公安立案",)))]

    hits, _ = RuleFinder({}, rules).find("公安立案了")

    assert [hit.signal for hit in hits] == ["b"]


def test_hits_of_one_rule_do_not_overlap() -> None:
    hits, _ = RuleFinder({}, [("a", Rule(id="a", find=("一个一个",)))]).find("一个一个一个一个")

    assert [(hit.start, hit.end) for hit in hits] == [(0, 4), (4, 8)]


def test_what_is_held_back_says_why() -> None:
    _, held = RuleFinder({}, [("a", Rule(id="a", find=("上门",)))]).find("我们不会上门")

    assert [each.reason for each in held] == ["denied"]
