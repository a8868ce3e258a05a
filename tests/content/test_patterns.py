"""Patterns as an editor writes them: what they may cost."""

import pytest
from pydantic import ValidationError

from content.patterns import parse_pattern, ways
from content.schema_signal import Rule


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("甲乙", 1), ("甲…乙", 9), ("甲………乙……丙", 41 * 21), ("[甲…乙|丙]…丁", 81), ("[甲…|乙……]丙", 9 + 21)],
)
def test_ways_are_counted_by_the_gaps_that_follow_each_other(pattern: str, count: int) -> None:
    assert ways(parse_pattern(pattern)) == count


def test_a_pattern_with_too_many_wide_gaps_is_refused() -> None:
    Rule(id="wide", find=("甲………乙………丙……丁",))

    with pytest.raises(ValidationError, match="too many or too wide gaps"):
        Rule(id="wide", find=("甲………乙………丙………丁",))
