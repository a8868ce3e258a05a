"""Measures recognition on the labelled sets and writes docs/evaluation.md and the figures that the READMEs quote.

`make evaluate` runs it; it takes a minute or two, most of which go into training anew for each third
left out.
The same content gives the same file: nothing in it depends on the day, the machine or the order of files.
"""

import sys
import time
from pathlib import Path

from benchmarks.evaluation import evaluate, read_card
from benchmarks.evaluation_page import Language, page, put, quote
from content.load import load, load_messages
from content.schema_learnt import fingerprint

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "evaluation.md"
READMES: dict[Path, Language] = {ROOT / "README.md": "en", ROOT / "README.zh-CN.md": "zh"}


def main() -> int:
    """Measure and write. Refuses where the model was trained from other texts than those that are there."""
    content, began = load(), time.monotonic()
    learnt = content.learnt.get("messages")
    if learnt is None or learnt.made_from != fingerprint(load_messages().values()):
        print("The model is older than the labelled messages; run `buhuang content train` first.", file=sys.stderr)
        return 1
    print("Measuring; this takes five minutes on an idle machine ...", flush=True)
    evaluation = evaluate(content, read_card(), ROOT, lambda line: print(line, flush=True))
    PAGE.write_text(page(evaluation), encoding="utf-8")
    for readme, language in READMES.items():
        readme.write_text(put(readme.read_text(encoding="utf-8"), quote(evaluation, language)), encoding="utf-8")
    files = ", ".join(path.relative_to(ROOT).as_posix() for path in (PAGE, *READMES))
    print(f"Written: {files}. It took {time.monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
