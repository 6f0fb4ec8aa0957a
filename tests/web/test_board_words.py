"""The board's strings: what the client uses is what Django hands it, and everything it hands is used."""

import json
import re
from pathlib import Path

from django.utils import translation

from neoncard.web import board_words

SOURCES = Path(__file__).parents[2] / "frontend/board/src"
USED = re.compile(r"""\bt\(\s*["']([a-z_]+)["']""")
CALLED = re.compile(r"\bt\(")


def sources():
    return {
        path: path.read_text()
        for path in SOURCES.rglob("*")
        if path.suffix in {".ts", ".svelte"} and path.name != "words.ts"
    }


def test_every_string_of_the_client_is_handed_over_and_every_one_is_used():
    used = {key for text in sources().values() for key in USED.findall(text)}
    assert used == set(board_words.WORDS)


def test_no_key_is_put_together_while_running():
    odd = {
        path.name: len(CALLED.findall(text)) - len(USED.findall(text))
        for path, text in sources().items()
        if len(CALLED.findall(text)) != len(USED.findall(text))
    }
    assert odd == {}


def test_the_client_writes_no_words_of_its_own():
    bare = {}
    for path, text in sources().items():
        if path.suffix != ".svelte":
            continue
        markup = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        markup = re.sub(r"<!--.*?-->", "", markup, flags=re.DOTALL)
        while re.search(r"\{[^{}]*\}", markup):
            markup = re.sub(r"\{[^{}]*\}", "", markup)
        found = re.findall(r">[^<>]*?([A-Za-z]{3,})[^<>]*?<", markup)
        if found:
            bare[path.name] = found
    assert bare == {}


def test_words_are_plain_json_in_the_language_of_the_page():
    with translation.override("en"):
        handed = json.loads(json.dumps(board_words.words()))
    assert handed["phase_talk"] == "Talk"
    assert handed.keys() == board_words.WORDS.keys()
