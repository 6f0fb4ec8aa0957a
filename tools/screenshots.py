"""Pictures of every page: `python -m tools.screenshots --base http://127.0.0.1:8000 --out DIR`.

Signs in by the demo's one-click buttons and shoots each page at three widths, light and dark.
`--pages today,wall` takes some of them, `--widths 360` one width; `--readme` takes the README's
few into docs/pictures.
Needs chromium (NEONCARD_CHROMIUM names it where it is not on the path).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

STRANGER = ""

# name: (who looks, path); "selector @ path" follows the first such link on that page
PAGES: dict[str, tuple[str, str]] = {
    "signin": (STRANGER, "/signin/"),
    "today": ("agent", "/"),
    "beside": ("agent", "a[href*='conversation='] @ /beside"),
    "beside-pick": ("agent", "/beside"),
    "conversations": ("agent", "/conversations/"),
    "conversation": ("agent", "a[href^='/conversations/']:has-text('Brandt') @ /conversations/"),
    "journeys": ("agent", "/journeys/"),
    "journey": ("agent", "a[href^='/journeys/'] @ /journeys/"),
    "cards": ("agent", "a[href$='/cards'] @ /journeys/1"),
    "bring-in": ("agent", "/journeys/import"),
    "idea-add": ("agent", "a[href*='/ideas/add'] @ /journeys/1"),
    "board": ("lead", "a[href$='/board'] @ /journeys/1"),
    "playbook": ("agent", "/playbook"),
    "act": ("agent", "a[href^='/playbook/'] @ /playbook"),
    "wall": ("agent", "/wall"),
    "screen": ("agent", "/wall/screen"),
    "thank": ("agent", "/thank"),
    "story": ("agent", "a[href^='/stories/'] @ /wall"),
    "kindness": ("agent", "a[href^='/kindness/'] @ /me/thanks"),
    "chain": ("agent", "a[href^='/chains/'] @ /wall"),
    "pass-on": ("agent", "a[href^='/pass-on/'] @ /"),
    "grace": ("agent", "/grace"),
    "hand": ("agent", "/hand"),
    "cover-me": ("agent", "/cover-me"),
    "drive": ("agent", "/drive"),
    "drive-begin": ("agent", "/drive/begin"),
    "drive-round": ("agent", "h2 a[href^='/drive/'] @ /drive"),
    "drive-ideas": ("lead", "/drive/ideas"),
    "drive-stories": ("agent", "a[href$='/stories'] @ /drive"),
    "kit": ("agent", "/kit?lang=de"),
    "smile-cards": ("agent", "/cards"),
    "recall": ("agent", "/recall"),
    "keepsake": ("agent", "/me/keepsake"),
    "start": ("agent", "/start"),
    "reviews": ("agent", "/reviews"),
    "month": ("lead", "a[href='/report/'] @ /team"),
    "chats": ("admin", "/settings/chat"),
    "hours": ("agent", "/me/hours"),
    "pledge-card": ("agent", "/me/pledge/card"),
    "me": ("agent", "/me"),
    "my-thanks": ("agent", "/me/thanks"),
    "my-thanks-page": ("agent", "/me/thanks-page"),
    "my-thanks-card": ("agent", "/me/thanks-page/card"),
    "erase": ("agent", "/me/erase"),
    "counter": ("counter", "/counter"),
    "counter-received": ("counter", "/counter/kind-to-me"),
    "team": ("lead", "/team"),
    "works": ("lead", "/works"),
    "held": ("lead", "/held"),
    "feedback": ("lead", "/feedback"),
    "covers": ("lead", "/covers"),
    "status": ("admin", "/status"),
    "import": ("admin", "/import"),
    "settings": ("admin", "/settings"),
    "person": ("admin", "a[href^='/settings/people/'] @ /settings"),
    "api": ("admin", "/api/docs"),
    "styleguide": ("admin", "/styleguide"),
    **{
        f"styleguide-{name}": ("admin", f"/styleguide/{name}")
        for name in ("today", "beside", "counter", "pin", "journey", "screen", "thanks")
    },
    "thanks": ("agent", "a[href*='/thanks/'] @ /me/thanks-page"),
}
README = ("today", "beside", "journey", "chain", "thanks", "works")
BESIDE = ("beside", "thanks")
"""Pages that live on a phone or beside a ticket; the README shows them so."""
SIZES = {360: 740, 768: 1024, 1440: 900}
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Shot:
    """One picture to take."""

    name: str
    who: str
    path: str
    width: int
    theme: str


def chromium() -> str:
    """The browser's path; ends the program with the mend when there is none."""
    names = (os.environ.get("NEONCARD_CHROMIUM", ""), "chromium", "chromium-browser")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if not found:
        sys.exit("No chromium found: apt-get install chromium, or set NEONCARD_CHROMIUM.")
    return found


def sign_in(page: Page, base: str, who: str) -> None:
    """Press the demo's button for `who` on the sign-in page."""
    page.goto(f"{base}/signin/")
    page.click(f"form[action$='/demo/sign-in/{who}'] button", timeout=5000)
    page.wait_for_load_state()


def reach(page: Page, base: str, path: str) -> int:
    """Go to `path`, by a link when it names one. The answer's status; 0 when the link is not there."""
    selector, _, start = path.rpartition(" @ ")
    answer = page.goto(base + start)
    if selector:
        link = page.query_selector(f"main {selector}")
        if link is None:
            return 0
        answer = page.goto(urljoin(page.url, str(link.get_attribute("href"))))
    return answer.status if answer else 0


def shoot(
    browser: Browser, base: str, out: Path, shots: list[Shot], *, readme: bool = False
) -> list[str]:
    """Take the pictures, one session a person, width and theme. What could not be taken, in words.

    The README's show what a person sees without scrolling, and are called as the page is.
    """
    missed = []
    for who, width, theme in dict.fromkeys((shot.who, shot.width, shot.theme) for shot in shots):
        context = browser.new_context(
            viewport={"width": width, "height": SIZES[width]},
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
        )
        page = context.new_page()
        if who:
            sign_in(page, base, who)
        for shot in shots:
            if (shot.who, shot.width, shot.theme) != (who, width, theme):
                continue
            status = reach(page, base, shot.path)
            if status != 200:
                missed.append(f"{shot.name}: {status or 'no such link'} at {shot.path}")
                continue
            if shot.name == "board":
                page.wait_for_selector(".board")
            page.evaluate("document.fonts.ready.then(() => true)")
            name = shot.name if readme else f"{shot.name}-{width}-{theme}"
            page.screenshot(path=out / f"{name}.png", full_page=not readme)
        context.close()
    return list(dict.fromkeys(missed))


def planned(names: list[str], widths: list[int], *, readme: bool) -> list[Shot]:
    """Every picture asked for. The README's are light: 1440 px wide, or a phone where the page is one."""
    if readme:
        return [Shot(n, *PAGES[n], 360 if n in BESIDE else 1440, "light") for n in names]
    return [Shot(n, *PAGES[n], width, theme) for theme in THEMES for width in widths for n in names]


def arguments() -> argparse.Namespace:
    """base, out, pages (names), widths, readme."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots")
    parser.add_argument("--base", default="http://127.0.0.1:8000", type=lambda to: to.rstrip("/"))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--pages", default="", help=f"with commas: {', '.join(PAGES)}")
    parser.add_argument("--widths", default="360,768,1440", help="some of 360, 768, 1440")
    parser.add_argument("--readme", action="store_true", help="the README's pictures")
    given = parser.parse_args()
    everything = README if given.readme else PAGES
    given.pages = [name for name in given.pages.split(",") if name] or list(everything)
    if unknown := [name for name in given.pages if name not in PAGES]:
        parser.error(f"no page called {', '.join(unknown)}; known: {', '.join(PAGES)}")
    given.widths = [width for width in SIZES if str(width) in given.widths.split(",")]
    given.out = given.out or Path("docs/pictures" if given.readme else "var/pictures")
    return given


def main() -> None:
    """Take the pictures, say what is missing."""
    given = arguments()
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        try:
            shots = planned(given.pages, given.widths, readme=given.readme)
            missed = shoot(browser, given.base, given.out, shots, readme=given.readme)
        except BrowserError as error:
            sys.exit(f"The pictures stopped: {str(error).splitlines()[0]}")
        finally:
            browser.close()
    print(f"{len(list(given.out.glob('*.png')))} pictures in {given.out}")
    if missed:
        sys.exit("Not taken:\n" + "\n".join(missed))


if __name__ == "__main__":
    main()
