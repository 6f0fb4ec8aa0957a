"""TF-IDF and logistic regression by scikit-learn, run in a venv of its own: one task as JSON in, scores out.

Words of 1 and 2 and letters of 2 to 5 within words, sublinear counts: what a good engineer writes first.
"""

import json
import sys

from lr import scores
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_union


def features(texts, others):
    """N-grams of both, weighed by the first."""
    grams = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
    )
    return grams.fit_transform(texts), grams.transform(others)


if __name__ == "__main__":
    json.dump(scores(json.load(sys.stdin), features), sys.stdout)
