"""What a text asks the lawbook, and that nothing but such a text is taken for a call."""

from datetime import date

import pytest

from bot.lawbook import Asked, Lawbook, Numbered, Reference, Span
from content.load import load, load_messages, load_voices
from content.schema_lawbook import Figure, Norm

CONTENT = load()
LISTENING = Lawbook(CONTENT).listening
TODAY = date(2026, 11, 23)


def hear(text: str, *, commanded: bool = False) -> Asked:
    return LISTENING.hear(text, TODAY, commanded=commanded)


def named(reference: Reference) -> tuple[list[str], Numbered | None]:
    return [CONTENT.lawbook.norm(law).short for law in reference.laws], reference.article


@pytest.mark.parametrize(
    ("text", "norm", "number", "sub"),
    [
        ("民法典676", "民法典", 676, 0),
        ("民法典第676条", "民法典", 676, 0),
        ("民法典 第 676 条", "民法典", 676, 0),
        ("民法典六百七十六条", "民法典", 676, 0),
        ("《中华人民共和国民法典》第六百七十六条", "民法典", 676, 0),
        ("中华人民共和国刑法第一百九十六条", "刑法", 196, 0),
        ("刑法１９６条", "刑法", 196, 0),
        ("刑法第175条之一", "刑法", 175, 1),
        ("刑法二百五十三条之一怎么规定的", "刑法", 253, 1),
        ("征信条例25条", "征信条例", 25, 0),
        ("征信业管理条例第二十五条", "征信条例", 25, 0),
        ("民法典第676條", "民法典", 676, 0),
        ("个人信息保护法第10条第一款到底是怎么写的", "个保法", 10, 0),
        ("麻烦帮我查一下民诉法228条的原文，谢谢", "民诉法", 228, 0),
        ("民间借贷司法解释第25条现在还有效吗", "民间借贷规定", 25, 0),
        ("最高人民法院关于审理民间借贷案件适用法律若干问题的规定第二十五条", "民间借贷规定", 25, 0),
        ("治安管理处罚法新的第五十条", "治安法", 50, 0),
        ("民法典里的第一千零三十二条是什么意思？", "民法典", 1032, 0),
    ],
)
def test_article_is_understood_as_people_write_it(text: str, norm: str, number: int, sub: int) -> None:
    asked = hear(text)

    assert asked.calls
    assert [named(each) for each in asked.references] == [([norm], Numbered(number, sub))]


@pytest.mark.parametrize("text", ["第676条", "676条", "六百七十六条", "第六百七十六条"])
def test_number_without_a_norm_may_be_of_any(text: str) -> None:
    assert hear(text).references == (Reference(Numbered(676)),)


def test_bare_number_is_an_article_only_where_one_was_asked_for() -> None:
    assert not hear("676").calls
    assert hear("676", commanded=True).references == (Reference(Numbered(676)),)


@pytest.mark.parametrize("norm", CONTENT.lawbook.norms, ids=lambda norm: norm.short)
def test_norm_is_known_by_each_of_its_names(norm: Norm) -> None:
    for name in (norm.law, norm.short, *norm.names):
        (reference,) = hear(f"{name}第二条", commanded=True).references
        assert norm.law in reference.laws


def test_several_articles_share_the_norm_named_before_them() -> None:
    asked = hear("民法典676条和680条")

    assert [named(each) for each in asked.references] == [
        (["民法典"], Numbered(676)),
        (["民法典"], Numbered(680)),
    ]


@pytest.mark.parametrize(("text", "name"), [("劳动法第38条", "劳动法"), ("帮我查合同法52条", "合同法")])
def test_norm_that_is_not_held_is_known_by_its_name(text: str, name: str) -> None:
    (reference,) = hear(text).references

    assert (reference.unknown, reference.laws) == (name, ())


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2025年的治安管理处罚法42条", Span(date(2025, 1, 1), date(2025, 12, 31))),
        ("2025年12月的治安法42条", Span(date(2025, 12, 1), date(2025, 12, 31))),
        ("治安法42条 2025年12月31日", Span.of(date(2025, 12, 31))),
        ("2025-12-31 治安法42条", Span.of(date(2025, 12, 31))),
        ("2026年以前的治安法42条", Span.of(date(2025, 12, 31))),
        ("去年的治安法42条", Span(date(2025, 1, 1), date(2025, 12, 31))),
        ("今年的治安法42条", Span.of(TODAY)),
        ("治安法42条", None),
        ("2025年13月的治安法42条", Span(date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_days_are_understood(text: str, span: Span | None) -> None:
    assert hear(text).span == span


@pytest.mark.parametrize("text", ["旧的治安法42条", "以前的治安管理处罚法第42条", "治安法旧版42条"])
def test_former_version_is_asked_for(text: str) -> None:
    asked = hear(text)

    assert asked.calls
    assert asked.old


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("现在LPR四倍是多少", "lpr_four"),
        ("lpr的4倍到底百分之几？", "lpr_four"),
        ("2022年8月签的借条，LPR四倍是多少", "lpr_four"),
        ("LPR多少", "lpr"),
        ("上诉期是几天", "appeal"),
        ("支付令异议要几天内", "payment_order"),
    ],
)
def test_figure_is_asked_for_by_its_name(text: str, figure: str) -> None:
    found = hear(text).figure

    assert found is not None
    assert found.id == figure


@pytest.mark.parametrize("figure", CONTENT.lawbook.figures, ids=lambda figure: figure.id)
def test_figure_is_found_by_each_of_its_names_in_the_lookup(figure: Figure) -> None:
    for name in figure.asked:
        assert hear(name, commanded=True).figure == figure


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("查法条 砍头息", "砍头息"),
        ("砍头息的法条", "砍头息"),
        ("骚扰家人是哪条法律规定的", "骚扰家人"),
        ("催收骚扰亲友的法律依据是什么？", "催收骚扰亲友"),
    ],
)
def test_words_to_search_for_are_cut_out(text: str, words: str) -> None:
    asked = hear(text)

    assert asked.calls
    assert asked.words.split()[0] == words


@pytest.mark.parametrize(
    "text",
    [
        "根据刑法196条你已涉嫌信用卡诈骗，请立即还款",
        "催收说我违反刑法196条要坐牢是真的吗",
        "民法典规定父债子还吗",
        "我的诉讼时效过了吗",
        "网贷逾期会坐牢吗",
        "还有一条",
        "他一天发了3条",
        "第二个",
        "一千五",
        "3000元",
        "别给我讲一堆法条，直接说能不能不还",
        "LPR四倍太高了我还不起",
        "",
        "条",
        "《》第条",
    ],
)
def test_what_says_anything_else_is_no_call(text: str) -> None:
    assert not hear(text).calls


def test_no_message_of_a_collector_or_of_a_user_is_taken_for_a_call() -> None:
    texts = [message.text for message in load_messages().values()] + [voice.text for voice in load_voices().values()]

    assert [text for text in texts if hear(text).calls] == []
