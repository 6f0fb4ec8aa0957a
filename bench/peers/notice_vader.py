"""VADER over utterances, one thread; run in a venv of its own."""

import gzip
import json
import resource
import sys
import time

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


def main():
    """Time the sample, print the figures."""
    path, sample = sys.argv[1], int(sys.argv[2])
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt") as lines:
        said = [line.rstrip("\n") for line in lines if line.strip()][:sample]
    analyser = SentimentIntensityAnalyzer()
    began = time.perf_counter()
    for text in said:
        analyser.polarity_scores(text)
    took = time.perf_counter() - began
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {"utterances_per_second": round(len(said) / took), "sample": len(said), "rss_mb": rss}
        )
    )


if __name__ == "__main__":
    main()
