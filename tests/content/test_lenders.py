"""The list of lenders and the words of the fields: what doesn't fit together is refused with the place."""

from pathlib import Path

import pytest

from tests.breaking import said_of

BROKEN = {
    "a source that doesn't exist": ("lenders.yaml", "source: [nfra-2025]", "source: [nfra-2052]", "'nfra-2052'"),
    "an id used twice": ("lenders.yaml", "- id: cfc-jincheng", "- id: cfc-beiyin", "used twice"),
    "a name that two claim": ("lenders.yaml", '"北银消金"', '"锦程消金"', "锦程消金"),
    "a name that stands twice": ("lenders.yaml", '"北银消金"', '"北银消费"', "stands here twice"),
    "an ambiguity told on one side": ("lenders.yaml", "信用付: [suning]", "信用付: [qunar]", "say so back"),
    "an ambiguous name that is none of its own": ("lenders.yaml", "信用付: [suning]", "信用分: [suning]", "信用分"),
    "a kind without a source": (
        "lenders.yaml",
        "certainty: sourced\n    source: [nfra-2025]",
        "certainty: sourced",
        "needs",
    ),
    "a kind of an unknown": (
        "lenders.yaml",
        "kinds: []\n    certainty: unknown",
        "kinds: [bank]\n    certainty: unknown",
        "unknown",
    ),
    "a short name of nobody": ("lenders.yaml", "京东: jd-credit", "京东: jd-debit", "'jd-debit'"),
    "a stem of no bank": ("lenders.yaml", 'short_stems: ["工商"', 'short_stems: ["土商"', "土商"),
    "an open bracket": ("lenders.yaml", '"{collector}代理{lender}[', '"{collector}代理{lender', "isn't closed"),
    "an unknown blank": ("lenders.yaml", "由{lender}[的|]委托", "由{debtor}[的|]委托", "debtor"),
    "a blank used twice": ("lenders.yaml", "由{lender}[的|]委托", "由{lender}{lender}委托", "twice"),
    "a word with two roles": ("fields.yaml", "before: [合计, ", "before: [应还, ", "应还"),
    "days that are nowhere": ("fields.yaml", "{days}[未还", "天[未还", "no blank"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_fit_is_refused_and_named(name: str, root: Path) -> None:
    file, old, new, said = BROKEN[name]
    message = said_of(root, file, old, new)

    assert file in message
    assert said in message
