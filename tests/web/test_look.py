"""The bars of the look: bytes, contrast, one source of values, nothing inline, all of it in the styleguide."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from allauth.core.ratelimit import respond_429
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from neoncard.people.tables import Member
from neoncard.web.pages.styleguide import FRAMES, SampleForm

WEB = Path(__file__).parents[2] / "src/neoncard/web"
CSS = WEB / "static/neoncard/css"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))


def compressed(*paths):
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def themes(name):
    """The custom properties of a stylesheet: light, and light overlaid with dark."""
    text = (CSS / name).read_text()
    light, dark = text.split("prefers-color-scheme: dark", 1)
    props = r"--([\w-]+): ([^;]+);"
    first = dict(re.findall(props, light))
    return first, {**first, **dict(re.findall(props, dark.split("@layer", 1)[0]))}


LIGHT, DARK = themes("tokens.css")


def luminance(colour):
    def channel(value):
        share = int(value, 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(colour[i : i + 2]) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


NEON = ("yellow", "pink", "green", "orange")
BODY = [("ink", "paper"), ("ink", "card"), ("ink", "glow"), ("ink", "tint")]
BODY += [("on-neon", name) for name in NEON]
BESIDE = [("quiet", "paper"), ("quiet", "card"), ("quiet", "tint"), ("on-fill", "fill")]
BESIDE += [("wrong", "paper"), ("wrong", "card"), ("card", "wrong")]
BESIDE += [("on-neon-quiet", name) for name in NEON] + [("on-neon-wrong", name) for name in NEON]
BESIDE += [("on-neon-fill", "on-neon")]
EDGES = [("edge", "paper"), ("edge", "card"), ("focus", "paper"), ("focus", "card")]
EDGES += [("on-neon", name) for name in NEON]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("pairs", "least"), [(BODY, 7), (BESIDE, 4.5), (EDGES, 3)], ids=["AAA", "AA", "edges"]
)
def test_contrast(theme, pairs, least):
    short = {
        f"{one} on {other}": round(contrast(theme[one], theme[other]), 2)
        for one, other in pairs
        if contrast(theme[one], theme[other]) < least
    }
    assert short == {}


def test_contrast_is_measured_as_the_guideline_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


# One page alone loads these: cards to cut out, the same on screen as on paper.
PAPER = ("sheets.css", "kit.css", "a4.css", "letter.css")


def test_all_stylesheets_together_stay_within_their_bytes():
    apart = {"customer.css", "styleguide.css", *PAPER}
    assert compressed(*(path for path in CSS.glob("*.css") if path.name not in apart)) <= 14_000
    assert compressed(*(CSS / name for name in PAPER)) <= 1_900
    assert compressed(CSS / "customer.css") <= 4_000
    assert compressed(WEB / "static/neoncard/neoncard.js") <= 2_000


def test_a_customers_page_has_the_same_colours_and_spaces():
    for ours, theirs in zip((LIGHT, DARK), themes("customer.css"), strict=True):
        assert {name: ours[name] for name in theirs} == theirs


def test_colours_are_written_in_the_tokens_alone():
    allowed = {"tokens.css", "customer.css", "print.css", *PAPER}
    found = {
        path.name: colours
        for path in CSS.glob("*.css")
        if path.name not in allowed
        and (colours := set(re.findall(r"#[0-9a-f]{3,8}\b", path.read_text())))
    }
    assert found == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_nothing_is_inline(path):
    text = path.read_text()
    assert re.findall(r"""\sstyle=|\son[a-z]+=["']|<style|<script(?![^>]*\ssrc=)""", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_no_remark_runs_over_a_line_end_and_so_onto_the_page(path):
    lines = path.read_text().splitlines()
    assert [line for line in lines if line.count("{#") != line.count("#}")] == []


class Page(HTMLParser):
    """What a test asks of a page: its classes, its ids, what points at an id, its addresses."""

    def __init__(self, html):
        super().__init__()
        self.classes, self.ids, self.points, self.loads = set(), [], set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.classes.update((given.get("class") or "").split())
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.points.update((given.get(name) or "").split())
        if tag in ("link", "script", "img"):
            self.loads.append(given.get("href") or given.get("src"))


@pytest.fixture
def guide(house, signed_in):
    client = signed_in(house.admin)
    answers = [client.get("/styleguide"), *(client.get(f"/styleguide/{name}") for name in FRAMES)]
    assert [answer.status_code for answer in answers] == [200] * (1 + len(FRAMES))
    return [Page(answer.content.decode()) for answer in answers]


# Set by a script or by a page's state, so no resting page shows them.
STATES = {"htmx-indicator", "htmx-request", "offline"}
# Layouts of whole pages, and what only paper shows.
LAYOUTS = {"narrow", "foot", "gone", "no-print"}


def test_every_component_is_in_the_styleguide(guide):
    known = set()
    for path in (path for path in CSS.glob("*.css") if path.name not in PAPER):
        text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(), flags=re.DOTALL)
        known |= set(re.findall(r"\.([a-z][\w-]*)", text))
    shown = set().union(*(page.classes for page in guide))
    assert known - shown - STATES - LAYOUTS == set()


def test_ids_are_unique_and_what_points_at_one_finds_it(guide):
    for page in guide:
        assert len(page.ids) == len(set(page.ids))
        assert page.points <= set(page.ids)


def test_a_customers_page_loads_one_stylesheet_and_no_script_or_font(guide):
    assert [Path(load).name for load in guide[-1].loads] == ["mark.svg", "customer.css"]


def test_a_field_with_a_fault_names_its_help_and_its_error():
    form = SampleForm({})
    html = render_to_string("components/field.html", {"field": form["name"]})
    page = Page(html)
    assert page.points == {"id_name", "id_name_helptext", "id_name_error"}
    assert page.points == set(page.ids)
    assert 'aria-invalid="true"' in html


def test_a_group_of_choices_has_a_legend_and_describes_itself():
    form = SampleForm({})
    html = render_to_string("components/field.html", {"field": form["kind"]})
    assert re.search(r"<fieldset[^>]*aria-describedby=\"id_kind_error\"", html)
    assert "<legend>What is it made of?" in html
    assert {"id_kind_0", "id_kind_1", "id_kind_2", "id_kind_error"} == set(Page(html).ids)


def test_a_page_that_is_not_there_says_so_and_offers_a_way_on(house, signed_in):
    answer = signed_in(house.agent).get("/no-such-page")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert signed_in(house.agent).get("/styleguide").status_code == 403


def test_the_page_for_our_own_faults_needs_nothing_but_itself():
    html = render_to_string("500.html")
    assert "Something broke on our side" in html
    assert 'href="/"' in html


def test_what_is_refused_for_its_cookie_or_its_pace_says_what_to_do(house):
    refused = Client(enforce_csrf_checks=True).post("/signin/", {"login": "a@example.org"})
    assert refused.status_code == 403
    assert "load the page again" in refused.content.decode()
    often = respond_429(RequestFactory().get("/signin/"))
    assert often.status_code == 429
    assert "Wait a few minutes" in often.content.decode()


def test_a_word_that_opens_nothing_is_told_in_our_own_words(house, client):
    answer = client.post("/signin/", {"login": house.agent.email, "password": "not this"})
    assert "don’t go together" in answer.content.decode()


def test_the_first_one_here_is_told_whom_there_is_to_thank(house, signed_in):
    Member.objects.exclude(pk=house.agent.pk).update(is_active=False)
    page = signed_in(house.agent).get("/thank").content.decode()
    assert "Nobody else works here yet" in page
    assert "pick-filter" not in page
