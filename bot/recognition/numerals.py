"""The characters that numbers are written with in Chinese."""

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
FORMAL = {
    "壹": "一", "贰": "二", "貳": "二", "叁": "三", "肆": "四", "伍": "五", "陆": "六", "陸": "六", "柒": "七",
    "捌": "八", "玖": "九", "拾": "十", "佰": "百", "仟": "千", "萬": "万", "〇": "零", "两": "二", "兩": "二",
}  # fmt: skip
"""Numerals of contracts, and other spellings, with the plain ones they stand for."""
UNIT = "".join(("十", "百", "千", "万", "拾", "佰", "仟", "萬", "亿"))
DIGIT = "".join(char for char in (*DIGITS, *FORMAL) if char not in UNIT)
SCALE = UNIT.replace("十", "").replace("拾", "")
"""Units that may follow Arabic digits: 3千, 1.2万."""
COUNT = rf"[0-9]{{1,4}}|[{''.join(DIGITS)}十百]{{1,6}}"
"""A small count in either script, for a regular expression."""
