"""Lighthouse over the demo's pages: `python -m tools.lighthouse --base http://127.0.0.1:8000 --json FILE`.

Signs in by the demo's one-click buttons, as `tools.screenshots` does, and lets Lighthouse 12 (13 wants a newer Node) look
at each page of LOOK as on a phone. `--pages today,wall` takes some of them (`--pages ''` none); `--also rate=/r/TOKEN` adds
a page that no page of the demo links to, open to anyone. `--json FILE` adds to what FILE holds, so that a long round can be
cut in pieces. Lighthouse comes from npm into bench/.peers, which git leaves alone.
Needs chromium (NEONCARD_CHROMIUM) and node 18.20 or newer (NEONCARD_NODE).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, sync_playwright

from tools.screenshots import PAGES, chromium, sign_in

HERE = Path(__file__).parent.parent / "bench" / ".peers" / "lighthouse"
VERSION = "12.8.2"
LOOK = (
    "today", "beside", "counter", "journeys", "journey", "playbook", "wall", "screen", "chain", "me", "team", "works",
    "month", "start", "thanks", "status", "settings", "api", "styleguide",
    "story", "kindness", "drive", "drive-round", "thank", "keepsake", "kit", "feedback", "signin",
    "smile-cards", "recall",
)  # fmt: skip
BARS = ("performance", "accessibility", "best-practices")


def node() -> str:
    """The path of node; ends the program with the mend when there is none."""
    found = shutil.which(os.environ.get("NEONCARD_NODE", "node"))
    if not found:
        sys.exit("No node found: set NEONCARD_NODE to one of 18.20 or newer.")
    return found


def lighthouse() -> Path:
    """Lighthouse's command, fetched from npm the first time."""
    command = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not command.exists():
        HERE.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm")
        if not npm:
            sys.exit("No npm found beside node: it fetches Lighthouse.")
        wanted = [f"lighthouse@{VERSION}", "--save-exact", "--ignore-scripts", "--no-audit"]
        subprocess.run([npm, "install", "--prefix", HERE, *wanted], check=True)
    return command


def addresses(browser: Browser, base: str, names: list[str]) -> dict[str, tuple[str, str]]:
    """Each page's address, and the cookie of who looks at it."""
    found: dict[str, tuple[str, str]] = {}
    for who in dict.fromkeys(PAGES[name][0] for name in names):
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        if who:
            sign_in(page, base, who)
        held = context.cookies()
        cookie = "; ".join(f"{one.get('name')}={one.get('value')}" for one in held)
        for name in (one for one in names if PAGES[one][0] == who):
            selector, _, start = PAGES[name][1].rpartition(" @ ")
            page.goto(base + start)
            link = page.query_selector(f"main {selector}") if selector else None
            if selector and link is None:
                print(f"{name}: no such link at {start}", file=sys.stderr)
                continue
            at = urljoin(page.url, str(link.get_attribute("href"))) if link else base + start
            found[name] = (at, "" if name == "thanks" else cookie)
        context.close()
    return found


def look(address: str, cookie: str) -> dict[str, Any]:
    """What Lighthouse says of one page: its scores of a hundred, and what it fails."""
    command = [
        node(), lighthouse(), address, "--quiet", "--output=json", "--output-path=stdout",
        f"--only-categories={','.join((*BARS, 'seo'))}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        f"--extra-headers={json.dumps({'Cookie': cookie} if cookie else {})}",
    ]  # fmt: skip
    done = subprocess.run(
        command,
        env={**os.environ, "CHROME_PATH": chromium()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"error": done.stderr.strip()[-300:]}
    report = json.loads(done.stdout)
    scores = {
        name: round((part["score"] or 0) * 100) for name, part in report["categories"].items()
    }
    failed = [
        ref["id"]
        for name in BARS
        for ref in report["categories"][name]["auditRefs"]
        if ref["weight"] and (report["audits"][ref["id"]]["score"] or 0) < 0.9
        if report["audits"][ref["id"]]["score"] is not None
    ]
    return {**scores, "below": failed}


def main() -> None:
    """Look at each page, print its scores, add them to the JSON."""
    parser = argparse.ArgumentParser(prog="python -m tools.lighthouse")
    parser.add_argument("--base", default="http://127.0.0.1:8000", type=lambda to: to.rstrip("/"))
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--pages", default=",".join(LOOK), help="with commas")
    parser.add_argument("--also", action="append", default=[], metavar="NAME=PATH")
    args = parser.parse_args()
    names = [name for name in args.pages.split(",") if name in PAGES]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        where = addresses(browser, args.base, names)
        browser.close()
    where |= {
        name: (args.base + path, "") for name, _, path in (one.partition("=") for one in args.also)
    }
    held = json.loads(args.json.read_text()) if args.json and args.json.exists() else {}
    for name, (address, cookie) in where.items():
        held[name] = look(address, cookie)
        print(f"{name:14}", held[name], flush=True)
        if args.json:
            args.json.write_text(json.dumps(held, indent=2) + "\n")


if __name__ == "__main__":
    main()
