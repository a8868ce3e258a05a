"""How old a debt is said to be, by the words of the script for old debts."""

from datetime import date

import pytest

from bot.recognition import Fields, Recognition
from bot.recognition.age import age_in_days
from bot.recognition.scripts import choose_script
from bot.recognition.wording import Case
from content.load import load

CONTENT = load()
OLD = CONTENT.scripts["old_debt"]
DAY = date(2026, 11, 24)


def age(text: str) -> int:
    return age_in_days(OLD.when.days_words, text, DAY)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("你这笔钱已经逾期三年", 3),
        ("拖了4年了", 4),
        ("您已拖欠五年多", 5),
        ("欠了十几年的账", 10),
        ("六年没还的网贷", 6),
        ("您四年前的借款", 4),
        ("你七年前在我们平台借的", 7),
        ("2019年的那笔网贷", 6),
        ("您2020年贷款至今未清", 5),
        ("2023年借的", 2),
        ("2026年的借款", 0),
        ("不良记录保留五年", 0),
        ("处三年以下有期徒刑", 0),
        ("三年内不能贷款", 0),
        ("根据2015年的规定", 0),
        ("12020年的借款", 0),
        ("拖了九百年", 0),
    ],
)
def test_years_are_read_where_they_are_the_age_of_a_debt(text: str, years: int) -> None:
    assert age(text) == 365 * years


@pytest.mark.parametrize(
    ("text", "days", "old"),
    [
        ("您的借款拖了三年，请处理", None, True),
        ("您的借款拖了两年，请处理", None, False),
        ("您2018年的借款请处理", None, True),
        ("您的借款已逾期，请处理", 1200, True),
        ("您的借款已逾期，请处理", 30, False),
    ],
)
def test_an_old_debt_is_told_by_days_or_years(text: str, days: int | None, old: bool) -> None:
    case = Case(text, Recognition("reminder", fields=Fields(overdue_days=days)), DAY)

    assert (choose_script(CONTENT, case) is OLD) is old
