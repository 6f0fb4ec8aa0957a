"""Texts to read: every example of the rule data, odd ones, and a sample of real ones when there."""

from __future__ import annotations

import gzip
from pathlib import Path

from hypothesis import strategies as st

from neoncard.notice.engine import Boilerplate
from neoncard.notice.engine.language import LANGUAGES
from neoncard.notice.engine.ruleset import documents

SHARED = Path(__file__).resolve().parents[3] / "shared/data/notice/utterances.txt.gz"

MACRO = "Thank you so much for your patience today."
STORE = Boilerplate.count(
    {"text": MACRO, "role": "agent", "conversation": number} for number in range(20)
)
SPOKEN = {
    language: [
        one if isinstance(one, str) else one["text"]
        for doc in documents(language)
        for kind in ("must", "must_not")
        for one in doc["examples"][kind]
    ]
    for language in LANGUAGES
}
"""Every example beside the rules, by language."""
EXAMPLES = SPOKEN["en"]
EVERY = [text for some in SPOKEN.values() for text in some]
odd = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("İıſßΣςÅﬀ’‘“”…–—\u00a0\u200b\u2028\ufeff\t\r\n  🙏👩‍🚀e\u0301\ud800'\">"),
    ),
    max_size=12,
)
texts = st.lists(
    st.one_of(
        odd,
        st.sampled_from(EXAMPLES),
        st.sampled_from(EVERY),
        st.sampled_from(["\n", "  ", "> ", '"']),
    ),
    max_size=6,
).map("".join)
rows = st.fixed_dictionaries(
    {"text": texts, "role": st.sampled_from(["agent", "customer", "bot"])},
    optional={
        "prev": texts,
        "customer_name": st.sampled_from(
            ["Anna Lund", "Will", "İpek Öz", "", "Dr. Grace Bell", "Lena Vogt", "Luz Marín"]
        ),
        "agent_name": st.sampled_from(
            ["Maria Holt", "May", "ſam", "Anna", "Aylin Kaya", "Raúl Vera"]
        ),
        "lang": st.sampled_from(
            ["en", "en-GB", "de", "de_AT", "es-MX", "fr", "", "not a language"]
        ),
        "conversation": st.integers(0, 3),
    },
)


def shared_utterances(most: int) -> list[str]:
    """Some real utterances; none where the shared data is not."""
    if not SHARED.exists():
        return []
    with gzip.open(SHARED, "rt") as lines:
        return [line.rstrip("\n") for _, line in zip(range(most), lines, strict=False)]
