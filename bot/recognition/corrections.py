"""What a reader says is otherwise: read from his own words, and put into the reading of his message."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

from bot.recognition.amounts import parse_count
from bot.recognition.numerals import COUNT
from bot.recognition.recogniser import Recogniser
from bot.recognition.typed import read_amount
from bot.recognition.types import CHOSEN, Fields, LenderMatch, Recognition
from bot.recognition.weighing import WEIGHED
from content.load import Content

LONGEST = 60
"""Longer texts are no correction but a story, or another message."""
_PAUSE = r"(?:[,，](?!\d{3}(?!\d))|[。;；、\s])"
_DENIED = re.compile(rf"(?:而|并)?(?:不是|不叫|并非)(?:(?!{_PAUSE}).)*?(?={_PAUSE}|而?是|应|$)")
_INSTEAD = re.compile(r"^.*(?:改成|改为|应该是|应为)(?=.)")
_DAYS = re.compile(rf"(?<![\d月])({COUNT}) ?天(?![后内前以之])")
_NAMED = re.compile(
    r"(?:(?:机构|平台|公司|放款方|贷款方|贷款人|出借人|对方)(?:的?名字?)?(?:应该)?[是叫为]|^(?:应该)?是)"
    r"[“\"「]?(?![\d这那我你您他她它不没谁什啥])([\u4e00-\u9fffA-Za-z0-9]{2,16}?)[”\"」]?(?:的|啊|呀|吧)?$"
)


def read_correction(recogniser: Recogniser, text: str) -> Fields:
    """Lender, sum and days that a text says are right; what it denies (不是12860) is left out."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > LONGEST or "【" in plain:
        return Fields()
    clauses = [_INSTEAD.sub("", clause) for clause in re.split(_PAUSE, _DENIED.sub("", plain)) if clause]
    said = ",".join(clauses)
    read = recogniser.read_fields(said)
    lender = read.lender or next((found[1] for clause in clauses if (found := _NAMED.search(clause))), None)
    counted = _DAYS.search(said)
    days = read.overdue_days if read.overdue_days is not None or counted is None else parse_count(counted[1])
    rest = _DAYS.sub("", said.replace(lender, "") if lender else said)
    return Fields(lender=lender, amount_cny=read.amount_cny or read_amount(rest), overdue_days=days)


def correct(
    content: Content,
    reading: Recognition,
    *,
    kind: str | None = None,
    lender: LenderMatch | None = None,
    amount: Decimal | None = None,
    days: int | None = None,
    dropped: Collection[str] = (),
) -> Recognition:
    """The reading as the reader corrected it.

    With another kind, what only the weighing found of the old kind's main point goes; what a rule found is there.
    """
    known, unsure = reading.fields, set(reading.unsure)
    away = set(dropped)
    findings = tuple(finding for finding in reading.findings if finding.signal not in away)
    if kind is not None:
        point = set(content.replies.kind(reading.kind).plain) - set(content.replies.kind(kind).plain)
        findings = tuple(each for each in findings if each.signal not in point or each.rule != WEIGHED)
        away |= point - {finding.signal for finding in findings}
        unsure -= {"kind", "scam"}
    if lender is not None:
        unsure -= set() if not lender.kinds else {"lender"}
    if amount is not None:
        unsure -= {"amount"}
    fields = replace(
        known,
        lender=lender.name if lender else known.lender,
        amount_cny=known.amount_cny if amount is None else amount,
        overdue_days=known.overdue_days if days is None else days,
    )
    return replace(
        reading,
        kind=kind or reading.kind,
        kind_rule=CHOSEN if kind else reading.kind_rule,
        signals=tuple(signal for signal in reading.signals if signal not in away),
        findings=findings,
        fields=fields,
        lender=lender or reading.lender,
        unsure=tuple(doubt for doubt in reading.unsure if doubt in unsure),
    )
