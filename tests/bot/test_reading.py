"""Readings as they are printed: JSON lines for programs, an answer for people."""

import json
from datetime import date

import pytest

from bot import reading
from content.load import load

DAY = date(2026, 11, 23)
SEED = "您已逾期7天，若3日内未还款，将上报央行征信系统并启动法律程序。"


def recognised(text: str) -> list[str]:
    return list(reading.recognise(text, today=DAY))


def lines(*objects: object) -> str:
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in objects)


def test_json_lines_are_read_one_by_one_under_their_ids() -> None:
    read = [json.loads(line) for line in recognised(lines({"id": 1, "text": SEED}, {"id": "b", "text": "好的"}))]

    assert [each["id"] for each in read] == [1, "b"]
    assert list(read[0]) == ["id", "kind", "signals", "fields", "provisions", "findings"]
    assert "credit_report" in read[0]["signals"]
    assert read[0]["fields"]["overdue_days"] == 7
    assert (read[1]["kind"], read[1]["signals"], read[1]["findings"]) == ("other", [], [])


def test_every_finding_quotes_the_text_and_cites_a_provision_of_the_list() -> None:
    (line,) = recognised(lines({"id": 1, "text": SEED}))

    read = json.loads(line)

    assert read["findings"]
    for finding in read["findings"]:
        assert finding["quote"] == SEED[finding["start"] : finding["end"]]
        assert finding["provision"] in read["provisions"]


def test_chinese_is_written_as_it_is() -> None:
    assert "征信" in recognised(lines({"id": 1, "text": SEED}))[0]


def test_an_old_message_is_cited_by_the_law_of_its_day() -> None:
    text = lines({"id": 1, "text": "今天上门找你，不开门就砸门进去"})

    (then,) = reading.recognise(text, today=date(2025, 6, 1))

    assert not [id_ for id_ in json.loads(then)["provisions"] if id_.startswith("psapl-2025")]


def test_plain_text_is_answered_for_a_person() -> None:
    told = "\n".join(recognised(SEED))

    assert "下一步" in told
    assert "《" in told and "“" in told
    assert "央行征信" in told and "逾期天数：7" in told


def test_what_is_no_collection_message_gets_its_short_answer() -> None:
    told = "\n".join(recognised("【菜鸟驿站】您的包裹已到，取件码 3-2-1024"))

    assert "不是催收" in told and "下一步" not in told


@pytest.mark.parametrize(
    "text",
    [
        lines({"text": SEED}) + "\n" + SEED,
        lines({"text": SEED}, {"words": SEED}),
        lines([SEED]),
        lines({"text": 7}),
        '{"text": ' + "[" * 100_000,
        '{"id": NaN, "text": "x"}',
    ],
    ids=["a line of prose", "another key", "no object", "no text", "deep", "no json"],
)
def test_anything_else_is_one_plain_text(text: str) -> None:
    assert recognised(text)[0].startswith("【")


def test_carriage_returns_and_blank_lines_part_objects_too() -> None:
    assert len(recognised(lines({"text": "好的"}) + "\r\n\r\n" + lines({"text": "谢谢"}) + "\r\n")) == 2


def test_lone_surrogates_become_question_marks_in_place() -> None:
    (line,) = recognised('{"id": 1, "text": "\\ud800' + SEED + '"}')

    given = "?" + SEED
    for finding in json.loads(line)["findings"]:
        assert finding["quote"] == given[finding["start"] : finding["end"]]


def test_the_line_that_spoils_json_lines_is_named() -> None:
    good, bad = lines({"text": "a"}), '{"text": "b'

    assert reading.odd_line(f"{good}\n\n{bad}\n", "text") == 3
    assert reading.odd_line(f"{good}\n", "text") is None
    assert reading.odd_line(f"{bad}\n{good}", "text") is None


def test_questions_are_ranked_best_first() -> None:
    text = lines({"id": "q1", "q": "欠网贷不还会坐牢吗"}, {"id": "q2", "q": "逾期利息最高能收多少"})

    ranked = [json.loads(line) for line in reading.answer(text)]

    assert [each["id"] for each in ranked] == ["q1", "q2"]
    assert ranked[0]["topics"][0] == "jail"
    assert ranked[0]["provisions"]


@pytest.mark.parametrize(("day", "cited"), [(date(2025, 6, 1), "psapl-2012-40"), (DAY, "psapl-2025-47")])
def test_answers_rest_on_the_law_of_the_day(day: date, cited: str) -> None:
    (line,) = reading.answer("催收上门怎么办", today=day)

    rests = json.loads(line)["provisions"]

    assert cited in rests
    assert all(load().provisions[id_].in_force_on(day) for id_ in rests)


def test_plain_questions_are_one_a_line() -> None:
    asked = "欠网贷不还会坐牢吗\n\n催收上门怎么办\n"

    assert [json.loads(line)["q"] for line in reading.answer(asked)] == asked.split()
