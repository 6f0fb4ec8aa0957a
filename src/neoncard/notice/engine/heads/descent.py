"""What teaching needs in machine code: counting, dual coordinate descent, isotonic regression.

One thread, a fixed order, no reordering of sums: the same rows give the same bits.
"""

from __future__ import annotations

import numpy as np

from .kernel import compiled


@compiled
def count_rows(buckets, ends):  # type: ignore[no-untyped-def]
    """Each row's buckets once, in order, with how often they occur.

    Takes what `kernel.gather` gives; gives `(buckets uint32, counts float32, ends int64)`.
    """
    n = len(ends) - 1
    out = np.empty(len(buckets), np.uint32)
    counts = np.empty(len(buckets), np.float32)
    starts = np.zeros(n + 1, np.int64)
    m = 0
    for row in range(n):
        part = np.sort(buckets[ends[row] : ends[row + 1]])
        for i in range(len(part)):
            if i and part[i] == part[i - 1]:
                counts[m - 1] += 1
            else:
                out[m] = part[i]
                counts[m] = 1
                m += 1
        starts[row + 1] = m
    return out[:m].copy(), counts[:m].copy(), starts


@compiled
def ratios(columns, ends, truth, width):  # type: ignore[no-untyped-def]
    """Naive Bayes log-count ratios, float32[width, k] (Wang and Manning 2012), add-one smoothed.

    `truth` int8[n, k] is 1, -1 or, where a row says nothing about a label, 0.
    """
    n, k = truth.shape
    yes = np.ones((width, k))
    no = np.ones((width, k))
    for row in range(n):
        for at in range(ends[row], ends[row + 1]):
            column = columns[at]
            for label in range(k):
                if truth[row, label] > 0:
                    yes[column, label] += 1
                elif truth[row, label] < 0:
                    no[column, label] += 1
    out = np.empty((width, k), np.float32)
    for label in range(k):
        all_yes, all_no = 0.0, 0.0
        for column in range(width):
            all_yes += yes[column, label]
            all_no += no[column, label]
        for column in range(width):
            out[column, label] = np.log(yes[column, label] / all_yes) - np.log(
                no[column, label] / all_no
            )
    return out


@compiled
def descend(columns, values, ends, truth, cost, rounds, ratio, weights, bias):  # type: ignore[no-untyped-def]
    """Squared-hinge linear classifiers by dual coordinate descent (Hsieh et al. 2008), all labels
    of a row in one step, into `weights` float32[width, k] and `bias` float32[k].

    `ratio` float32[width, k] scales each feature for each label; of no width, it scales nothing.
    """
    n, k = truth.shape
    scaled = len(ratio) > 0
    alpha = np.zeros((n, k), np.float32)
    order = np.arange(n)
    margin = np.empty(k, np.float32)
    square = np.empty(k, np.float32)
    step = np.empty(k, np.float32)
    ridge = np.float32(0.5 / cost)
    state = np.uint64(1)
    for _ in range(rounds):
        for i in range(n - 1, 0, -1):
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            j = np.int64((state >> np.uint64(33)) % np.uint64(i + 1))
            order[i], order[j] = order[j], order[i]
        for row in order:
            for label in range(k):
                margin[label] = bias[label]
                square[label] = 1
            for at in range(ends[row], ends[row + 1]):
                column, value = columns[at], values[at]
                if scaled:
                    for label in range(k):
                        x = value * ratio[column, label]
                        margin[label] += x * weights[column, label]
                        square[label] += x * x
                else:
                    for label in range(k):
                        margin[label] += value * weights[column, label]
                        square[label] += value * value
            for label in range(k):
                y = np.float32(truth[row, label])
                old = alpha[row, label]
                slope = y * margin[label] - np.float32(1) + old * ridge
                new = max(old - slope / (square[label] + ridge), np.float32(0))
                step[label] = (new - old) * y
                alpha[row, label] = new if y != 0 else np.float32(0)
                bias[label] += step[label]
            for at in range(ends[row], ends[row + 1]):
                column, value = columns[at], values[at]
                if scaled:
                    for label in range(k):
                        weights[column, label] += step[label] * value * ratio[column, label]
                else:
                    for label in range(k):
                        weights[column, label] += step[label] * value


@compiled
def times(columns, values, ends, weights, bias):  # type: ignore[no-untyped-def]
    """Margins float64[n, k] of rows by weights float32[width, k]."""
    n, k = len(ends) - 1, weights.shape[1]
    out = np.empty((n, k), np.float64)
    for row in range(n):
        for label in range(k):
            out[row, label] = bias[label]
        for at in range(ends[row], ends[row + 1]):
            for label in range(k):
                out[row, label] += values[at] * weights[columns[at], label]
    return out


@compiled
def isotonic(places, truth):  # type: ignore[no-untyped-def]
    """Pool adjacent violators: of places in rising order and truth (0 or 1) the centre of each
    block, its mean, and how many lie in it.
    """
    n = len(places)
    centre, mean, size = np.empty(n), np.empty(n), np.empty(n)
    m = 0
    for i in range(n):
        centre[m], mean[m], size[m] = places[i], truth[i], 1.0
        m += 1
        while m > 1 and (mean[m - 2] >= mean[m - 1] or centre[m - 2] == centre[m - 1]):
            both = size[m - 2] + size[m - 1]
            centre[m - 2] = (centre[m - 2] * size[m - 2] + centre[m - 1] * size[m - 1]) / both
            mean[m - 2] = (mean[m - 2] * size[m - 2] + mean[m - 1] * size[m - 1]) / both
            size[m - 2] = both
            m -= 1
    return centre[:m].copy(), mean[:m].copy(), size[:m].copy()
