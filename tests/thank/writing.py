"""What a customer sends, and what comes back, for the tests of their pages."""

import html
import json
import re

import altcha
from django.urls import reverse

KIND = "Thank you Ines, you stayed on the line."
RUDE = "You are a complete idiot."


def rate(token):
    return reverse("rate", args=[token])


def thanks(page):
    return reverse("thanks", args=[page.slug])


def stamp(response):
    return re.search(r'name="receipt" value="([^"]+)"', response.content.decode())[1]


def text(response):
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain)


def since(response):
    return re.search(r'name="since" value="([^"]+)"', response.content.decode())[1]


def asked(response):
    """The sum a pressed form asks for."""
    found = re.search(r'data-altcha="([^"]+)"', response.content.decode())
    return altcha.Challenge.from_dict(json.loads(html.unescape(found[1])))


def solve(challenge):
    """What the browser sends when it has done the sum."""
    solution = altcha.solve_challenge(challenge)
    return altcha.Payload(challenge, solution).to_base64()


def send_thanks(visitor, page, **data):
    data = {"words": KIND, "receipt": stamp(visitor.get(thanks(page))), **data}
    return visitor.post(thanks(page), data)
