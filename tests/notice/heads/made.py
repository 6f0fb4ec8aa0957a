"""Small rows of our own to teach and judge heads by."""

import json
from itertools import cycle, islice

THANKS = ["thank you", "thanks a lot", "many thanks", "thank you so much", "cheers, thanks"]
RUDE = ["you are useless", "you idiot", "what a useless bot", "shut up, idiot", "stupid bot"]
PLAIN = [
    "where is my parcel",
    "the invoice is wrong",
    "my number is",
    "it arrived on",
    "please call",
]
THINGS = ["about the red bicycle", "for order 4711", "at noon", "in Leeds", "for my aunt", "today"]


def rows(n=240):
    """`n` rows, a third each; group and domain go with the thing spoken of."""
    found = []
    starts = cycle([(THANKS, "thanks"), (RUDE, "rude"), (PLAIN, "plain")])
    for number, (texts, label) in enumerate(islice(starts, n)):
        thing = THINGS[number // 3 % len(THINGS)]
        text = f"{texts[number // 7 % len(texts)]} {thing} {number % 11}"
        found.append({"text": text, "label": label, "group": f"g{number // 6}"})
    return found


def many_labels(n=240):
    """The same, as lists of labels; plain rows have none."""
    return [
        {"text": row["text"], "labels": [] if row["label"] == "plain" else [row["label"]]}
        for row in rows(n)
    ]


def write(path, found):
    """Rows as JSON lines at a path."""
    path.write_text("".join(json.dumps(row) + "\n" for row in found))
    return path
