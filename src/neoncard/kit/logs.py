"""Logs: one event a line, as JSON or for the eye, and nothing in them that was meant for one person.

Tokens live in paths and queries, addresses in errors of mail servers, so every text is scrubbed on its way out,
whichever library wrote it.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

HIDDEN = "…"
_SECRET_KEYS = re.compile(r"passw|secret|token|authori[sz]ation|cookie|signature|api_?key", re.I)
_SCRUBS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 " + HIDDEN),
    (re.compile(r"://[^/\s:@]+:[^/\s@]+@"), f"://{HIDDEN}@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), f"{HIDDEN}@{HIDDEN}"),
    (re.compile(r"(?<=[\w/])\?[^\s\"'<>]+=[^\s\"'<>]*"), f"?{HIDDEN}"),
    (re.compile(r"(?<![\w-])(?=[\w-]*[\dA-Z])(?=[\w-]*[A-Za-z])[\w-]{20,}(?![\w-])"), HIDDEN),
    (re.compile(r"(?<=/r/)[\w-]+|(?<=/read/)[\w-]{8,}"), HIDDEN),
)


def scrub(text: str) -> str:
    """The text without passwords in addresses, mail addresses, queries, and anything that looks like a token."""
    for pattern, instead in _SCRUBS:
        text = pattern.sub(instead, text)
    return text


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: _field(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(inner) for inner in value]
    if isinstance(value, int | float | None):
        return value
    return scrub(str(value))


def _field(key: str, value: Any) -> Any:
    return HIDDEN if _SECRET_KEYS.search(key) else _clean(value)


def scrubbed(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """structlog processor: scrub every value of an event, hide those whose name says secret."""
    return {
        key: value if key in {"timestamp", "level", "logger"} else _field(key, value)
        for key, value in event.items()
    }


def configure(*, level: str = "INFO", as_json: bool = True, stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's logs to `stream` (stderr), scrubbed, as JSON or for the eye."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    out = stream or sys.stderr
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=out.isatty())
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.PositionalArgumentsFormatter()],
            processors=[
                structlog.processors.format_exc_info,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                scrubbed,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("httpx", "httpcore", "uvicorn.access", "django.server", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "django", "django.request"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
