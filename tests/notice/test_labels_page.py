"""docs/notice-labels.md says what the rule data says. `python -m tests.notice.test_labels_page` writes it anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from neoncard.notice.engine import labels_in
from neoncard.notice.engine.language import LANGUAGES
from neoncard.notice.engine.ruleset import documents

PAGE = Path(__file__).parents[2] / "docs" / "notice-labels.md"
HEAD = """# What the reader marks

Every label with what it means, two texts that must be marked with it and two that must not. All of it comes from the
rule data (`src/neoncard/notice/engine/rules/`), where every example is a test. A mark says what stands in the text,
never what anyone felt. In German and Spanish some labels are read and of the others nothing is known, which is not zero:
[notice.md](notice.md) says how well. How well the rules do on texts they were not made for: `python -m bench notice-probes`
(decisions/probes.md).
"""
NAMES = {"en": "English", "de": "German", "es": "Spanish"}
WHOSE = {"agent": "In the agent's words", "customer": "In the customer's words"}


def text_of(example: str | dict[str, str]) -> str:
    if isinstance(example, str):
        return example
    name = example.get("customer_name") or example.get("agent_name")
    told = f" (the name on the ticket: {name})" if name else ""
    answers = f" (in answer to: {example['prev']})" if example.get("prev") else ""
    return f"{example['text']}{told}{answers}"


def section(doc: dict[str, Any]) -> str:
    lines = [f"### `{doc['label']}`", "", doc["definition"]]
    if doc["proposes_kindness"]:
        lines.append("It may propose a kindness.")
    read = [NAMES[language] for language in LANGUAGES if doc["label"] in labels_in(language)]
    lines.append(f"Read in {' and '.join([', '.join(read[:-1]), read[-1]] if read[1:] else read)}.")
    for kind, said in (("must", "Marked"), ("must_not", "Not marked")):
        lines += ["", f"{said}:", ""]
        lines += [f"- {text_of(example)}" for example in doc["examples"][kind][:2]]
    return "\n".join(lines) + "\n"


def page() -> str:
    parts = [HEAD]
    for role, title in WHOSE.items():
        parts.append(f"## {title}\n")
        parts += [section(doc) for doc in documents() if doc["role"] == role]
    for language in LANGUAGES[1:]:
        parts.append(f"## In {NAMES[language]}\n\n| label | marked | not marked |\n|---|---|---|")
        parts += [spoken(doc) for doc in documents(language)]
        parts.append("")
    return "\n".join(parts)


def spoken(doc: dict[str, Any]) -> str:
    """A label's line in another language: an example of what is marked and of what isn't."""
    marked, not_marked = (text_of(doc["examples"][kind][0]) for kind in ("must", "must_not"))
    return f"| `{doc['label']}` | {marked} | {not_marked} |"


def test_the_page_says_what_the_data_says() -> None:
    assert PAGE.read_text("utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
