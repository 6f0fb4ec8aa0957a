"""Walk every page a member can reach: from every address without parameters, following every link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

LEAVE_OUT = ("/signout", "/me/erase", "/me/second-step/on", "/static/")
VOLATILE = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(r'data-code="[^"]+"'),
    re.compile(r'"X-CSRFToken": ?"[^"]+"'),
)


class Links(HTMLParser):
    """The addresses a page points at."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"a": "href", "img": "src", "object": "data", "iframe": "src"}.get(tag)
        for name, value in attrs:
            if value and (name == wanted or name == "hx-get"):
                self.found.append(value)


def names() -> list[str]:
    """Every url name of ours, the API's with its namespace."""

    def walk(patterns: Iterable[URLPattern | URLResolver], space: str) -> Iterable[str]:
        for each in patterns:
            if isinstance(each, URLResolver):
                inner = f"{space}{each.namespace}:" if each.namespace else space
                yield from walk(each.url_patterns, inner)
            elif each.name:
                yield f"{space}{each.name}"

    return sorted(set(walk(get_resolver().url_patterns, "")))


def starts() -> list[str]:
    """Every address that needs no parameter."""
    found = []
    for name in names():
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return found


def crawl(client: Client, most: int = 400) -> dict[str, tuple[int, str]]:
    """Every page reached by GET: address → (status, body with tokens taken out)."""
    todo, seen = starts(), {}
    while todo:
        address = todo.pop()
        if address in seen or address.startswith(LEAVE_OUT):
            continue
        assert len(seen) < most, f"more than {most} pages: {address}"
        response = client.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        body = content.decode("utf-8", "replace")
        for pattern in VOLATILE:
            body = pattern.sub("", body)
        seen[address] = (response.status_code, body)
        if location := response.headers.get("Location"):
            todo.append(local(address, location))
        if "html" in response.headers.get("Content-Type", ""):
            links = Links()
            links.feed(body)
            todo += [local(address, link) for link in links.found]
        todo = [each for each in todo if each]
    return seen


def local(base: str, link: str) -> str:
    """Where a link of the page at `base` leads, when it stays with us; else empty."""
    whole = urlsplit(urljoin(f"http://testserver{base}", urldefrag(link).url))
    if whole.scheme not in ("http", "https") or whole.netloc != "testserver":
        return ""
    return whole.path + (f"?{whole.query}" if whole.query else "")
