"""TF-IDF (words and letters) with logistic regression over utterances, one thread; run in a venv of its own.

Only reading is timed. What it is taught is arbitrary (whether there is a "thank" in it): that changes no speed.
"""

import gzip
import json
import resource
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union


def main():
    """Teach on the first lines, time the sample after them, print the figures."""
    path, sample = sys.argv[1], int(sys.argv[2])
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt") as lines:
        said = [line.rstrip("\n") for line in lines if line.strip()]
    taught = said[:20_000]
    asked = (said[20_000:] or said)[:sample]
    grams = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
    )
    truth = ["thank" in text.lower() for text in taught]
    model = LogisticRegression(C=4, solver="liblinear").fit(grams.fit_transform(taught), truth)
    began = time.perf_counter()
    model.predict_proba(grams.transform(asked))
    took = time.perf_counter() - began
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {"utterances_per_second": round(len(asked) / took), "sample": len(asked), "rss_mb": rss}
        )
    )


if __name__ == "__main__":
    main()
