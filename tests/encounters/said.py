"""Conversations as they stand in a file."""

from __future__ import annotations

import gzip
import json
from itertools import count

_n = count(1)


def message(text="Where is my ferry?", author="customer", **more):
    return {
        "id": f"m{next(_n)}",
        "author": author,
        "author_id": "c-1" if author == "customer" else "ines",
        "author_name": "Maren" if author == "customer" else "Ines",
        "at": 1_750_000_000 + next(_n),
        "text": text,
        **more,
    }


def conversation(*texts, **more):
    """`texts`: (author, text) pairs or whole messages."""
    messages = [
        text if isinstance(text, dict) else message(text[1], text[0])
        for text in texts or [("customer", "Where is my ferry?"), ("agent", "It sails at noon.")]
    ]
    return {
        "id": f"T-{next(_n)}",
        "channel": "email",
        "subject": "The 14:20 to Harl",
        "tags": ["timetable"],
        "customer": {"id": "c-1", "name": "Maren Oltmanns"},
        "agent": {"id": "ines", "name": "Ines Test"},
        "messages": messages,
        "rating": {"score": 5, "of": 5, "comment": ""},
        **more,
    }


def lines(*rows) -> bytes:
    """Rows as a file's bytes: objects as JSON, text and bytes as they are."""
    out = []
    for row in rows:
        if isinstance(row, bytes):
            out.append(row)
        else:
            out.append((row if isinstance(row, str) else json.dumps(row)).encode())
    return b"".join(one + b"\n" for one in out)


def write(path, *rows, zipped=False):
    data = lines(*rows)
    path.write_bytes(gzip.compress(data) if zipped else data)
    return str(path)
