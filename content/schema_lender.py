"""The shape of `lenders.yaml`: brands and institutions, who may lend behind each, and how names are told.

A kind is asserted only where a source says so; see the rules at the top of the file itself.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from content.schema import Entry, LawId, LenderKind, Text
from content.templates import check_template

Name = Annotated[str, StringConstraints(min_length=2, strip_whitespace=True)]
Template = Annotated[Text, AfterValidator(lambda template: check_template(template, "lender", "collector", "sum"))]
Certainty = Literal["sourced", "probable", "unknown"]
OtherKind = Literal["trust_company", "financial_leasing_company"]


class LenderSource(Entry):
    """Where something about a lender was read."""

    id: LawId
    where: Text
    what: Text


class NameRule(Entry):
    """What an unlisted name suggests; always a guess."""

    words: tuple[Name, ...] = Field(min_length=1)
    kinds: tuple[LenderKind, ...]
    other_kinds: tuple[OtherKind, ...] = ()
    source: tuple[LawId, ...] = Field(min_length=1)


class BankRules(Entry):
    """What holds for every bank of the list; a short stem counts only before a card suffix."""

    certainty: Literal["sourced"]
    source: tuple[LawId, ...] = Field(min_length=1)
    note: Text
    short_stems: tuple[Name, ...]
    card_suffixes: tuple[Name, ...] = Field(min_length=1)


class Bank(Entry):
    id: LawId
    names: tuple[Name, ...] = Field(min_length=1)


class Legacy(Entry):
    """Who else may have lent before a month (given as its first day by `until`)."""

    before: Annotated[str, StringConstraints(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
    kinds: tuple[LenderKind, ...] = Field(min_length=1)

    @property
    def until(self) -> date:
        return date.fromisoformat(f"{self.before}-01")


class Lender(Entry):
    """A brand or an institution, its names, and who may be the lender behind it."""

    id: LawId
    names: tuple[Name, ...] = Field(min_length=1)
    aliases: tuple[Name, ...] = ()
    tags_seen: tuple[Name, ...] = ()
    operator: Text | None = None
    kinds: tuple[LenderKind, ...]
    other_kinds: tuple[OtherKind, ...] = ()
    lenders_of_record: tuple[Text, ...] = ()
    since: Text | None = None
    product_names_certainty: Literal["probable"] | None = None
    ambiguous: dict[Name, tuple[LawId, ...]] = {}
    """Names that also mean other entries; those name it back."""
    legacy: Legacy | None = None
    certainty: Certainty
    source: tuple[LawId, ...] = ()
    note: Text

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every way of writing it, each once."""
        return tuple(dict.fromkeys((*self.names, *self.aliases, *self.tags_seen)))

    @property
    def all_kinds(self) -> tuple[LenderKind | OtherKind, ...]:
        """Every kind that may lend behind it; none where only kinds are known that no rule names."""
        return (*self.kinds, *self.other_kinds) if self.kinds else ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.certainty == "unknown" and self.kinds:
            raise ValueError("'certainty: unknown' names no kinds; remove them or give a source and another certainty")
        if self.certainty == "sourced" and not self.source:
            raise ValueError("'certainty: sourced' needs a 'source'; name one or lower the certainty")
        if not self.kinds and not self.other_kinds and self.certainty != "unknown":
            raise ValueError("an entry without kinds is 'certainty: unknown'")
        listed = (*self.names, *self.aliases)
        twice = sorted({name for name in listed if listed.count(name) > 1})
        if twice:
            raise ValueError(f"the name {twice[0]} stands here twice; keep one")
        for name in self.ambiguous:
            if name not in self.all_names:
                raise ValueError(f"'ambiguous' names {name}, which is none of its names; add or remove it")
        return self


class Lenders(Entry):
    """Everything by which the parties of a message are told."""

    as_of: date
    unlisted_note: Text
    inferred_note: Text
    ambiguous_note: Text
    collector_note: Text
    collector_words: tuple[Name, ...]
    collector_words_weak: tuple[Name, ...]
    asset_manager_words: tuple[Name, ...]
    authority_words: tuple[Name, ...]
    sender_words: tuple[Text, ...]
    notice_words: tuple[Text, ...]
    """What a paper is called: a tag of such words names nobody, unless it holds a brand."""
    brand_words: tuple[Text, ...]
    own_departments: tuple[Name, ...]
    not_parties: tuple[Name, ...]
    everyday_words: tuple[Name, ...]
    loan_words: tuple[Text, ...]
    before_words: tuple[Text, ...]
    short_names: dict[Name, LawId]
    not_lenders: tuple[Name, ...]
    name_stops: Text
    name_bars: Text
    role_endings: tuple[Text, ...]
    """Who writes for somebody: what stands before is the name."""
    group_words: tuple[Text, ...]
    """A brand may be written with it or without."""
    department_endings: tuple[Text, ...]
    """A lender's own people, and no company that collects for it."""
    no_openings: tuple[Text, ...]
    """What stands before a colon and holds one of these is nobody's brand."""
    claim_words: tuple[Text, ...]
    """Without one of these after it, an unknown word before a colon is no lender."""
    masked_kinds: tuple[Text, ...]
    """After 某: the name is left out (某银行)."""
    brand_endings: tuple[Text, ...]
    firm_words: tuple[Text, ...]
    """How names of lenders and of collectors end that are told by their shape alone."""
    self_words: tuple[Text, ...]
    acting_words: tuple[Text, ...]
    """What follows such a name where it opens a clause."""
    company_kinds: tuple[Text, ...]
    """In the full name of a company, after a name of the list: the kind of company decides, not the list."""
    places: tuple[Text, ...]
    """Where such a full name begins."""
    lending_words: tuple[Text, ...]
    """What holds one of these, and nothing of a collector, is a brand that lends."""
    lender_bars: tuple[Text, ...]
    """What holds one of these, and no word for lending, is no lender's name."""
    collector_bars: tuple[Text, ...]
    """What holds one of these is no collector's name."""
    whole_names: tuple[Name, ...]
    titles: tuple[Text, ...]
    elsewhere_words: tuple[Text, ...]
    generic_names: tuple[Text, ...]
    relations: tuple[Template, ...]
    agencies: tuple[Template, ...]
    """One acts for another: only where the other one is known for a lender."""
    introductions: tuple[Template, ...]
    debts: tuple[Template, ...]
    owed: tuple[Template, ...]
    umbrellas: tuple[Name, ...]
    handover_words: tuple[Name, ...]
    firm_endings: tuple[Name, ...]
    collector_lead: tuple[Name, ...]
    collector_names: tuple[Name, ...]
    name_rules: tuple[NameRule, ...]
    bank_rules: BankRules
    banks: tuple[Bank, ...]
    lenders: tuple[Lender, ...]
    sources: tuple[LenderSource, ...]
