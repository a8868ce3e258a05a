"""The shape of everything that a content editor writes. One frozen model per kind of entry.

Law is quoted verbatim in `text` and `decisive`; our own words stand in other fields. Days are inclusive at both ends.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

LawId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
LabelId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

LenderKind = Literal[
    "bank", "consumer_finance_company", "micro_loan_company", "guarantee_company", "platform", "private",
]  # fmt: skip
Binds = Literal[
    "anyone", "bank", "consumer_finance_company", "micro_loan_company", "guarantee_company", "platform",
    "private_lender", "collector", "credit_bureau", "data_provider", "court", "police", "borrower", "lawyer", "telecom",
]  # fmt: skip


class Entry(BaseModel):
    """What all entries share: frozen, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rank(StrEnum):
    """What kind of norm a provision is. The last two bind by recommendation or membership, not as law."""

    LAW = "law"
    ADMINISTRATIVE_REGULATION = "administrative_regulation"
    JUDICIAL_INTERPRETATION = "judicial_interpretation"
    DEPARTMENTAL_RULE = "departmental_rule"
    NORMATIVE_DOCUMENT = "normative_document"
    RECOMMENDED_STANDARD = "recommended_standard"
    SELF_DISCIPLINE = "self_discipline"


class Provision(Entry):
    """One article of one norm, in force from `effective_from` to `effective_to`, both days included."""

    id: LawId
    law: Text
    article: Text
    text: Text
    text_is: Literal["verbatim", "excerpt", "paraphrase"]
    issued_by: Text
    document_number: str | None
    effective_from: date
    effective_to: date | None
    kind: Rank
    binds: tuple[Binds, ...] = Field(min_length=1)
    product: Literal["credit_card"] | None = None
    decisive: str | None
    plain: Text
    caveat: str
    source: Text
    verified: Literal["verbatim", "two_sources", "one_source", "unverified"]
    supersedes: LawId | None = None
    superseded_by: LawId | None = None
    prior_article: str | None = None

    def in_force_on(self, day: date) -> bool:
        """Whether it applied on `day`."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    @property
    def shown_article(self) -> str | None:
        """The article's number for a borrower; None where it carries a remark (not checked, seen once) or is none."""
        if not re.fullmatch(r"第\w+条\w*|\w、|\w(、\w)+|[0-9.]+", self.article):
            return None
        return f"第{self.article[0]}条" if self.article.endswith("、") else self.article

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.decisive is not None and (not self.decisive or self.decisive not in self.text):
            raise ValueError("'decisive' has to be a literal part of 'text'; copy it from there")
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("'effective_to' lies before 'effective_from'; correct one of the two dates")
        if self.verified == "verbatim" and self.text_is != "verbatim":
            raise ValueError("'verified: verbatim' needs 'text_is: verbatim'")
        return self


class Conversation(Entry):
    """The words of one conversation: prompts and sentences with {named} blanks, and its buttons."""

    handler: LabelId
    title: Text
    """What it is called when it can be picked up again: 继续刚才的「…」."""
    texts: dict[LabelId, Text]
    buttons: dict[LabelId, Annotated[Text, StringConstraints(max_length=20)]] = {}
    words: dict[LabelId, tuple[Text, ...]] = {}
    """Words people type that mean an action or an answer (已还, 不是我借的 …)."""

    @model_validator(mode="after")
    def _blanks_are_named(self) -> Self:
        for id_, text in self.texts.items():
            if re.search(r"\{[^a-z_}]|\{\}|[^{]\}$^", text):
                raise ValueError(f"text '{id_}': a blank is a name in braces, like {{lender}}")
        return self


class Hotline(Entry):
    """A public telephone number, what it is for, and when it is answered."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{3,5}$")]
    use: Text
    hours: str | None = None
    from_: date | None = Field(default=None, alias="from")
    note: str | None = None
    source: str | None = None
    verified: Literal["verbatim", "two_sources", "one_source"]
