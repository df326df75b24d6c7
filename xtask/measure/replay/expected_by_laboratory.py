#!/usr/bin/env python3
"""Which submissions to ClinVar are new, or changed class, between the dates of a table of lists.

Shares no code with the product: it reads `clinvar_submission_lists_*.tsv.gz` with the standard library
and takes the rows of one build whose three lists (accessions, laboratories, classes) are equally long,
so that each submission is its laboratory's own; one that comes back under another laboratory's name is
that laboratory's first. Words that take no position are dropped.

    expected_by_laboratory.py FILE

Output, one line a submission that takes a position for the first time or another one, after the first
date: date, accession of the submission, `first` or `changed`. Last a line `aligned N of M`.
"""

import csv
import gzip
import sys

BUILD = "GRCh37"
NO_POSITION = {"", "not provided", "not reported for simple variant", "other", "not specified"}


def split(cell):
    return [part.strip() for part in cell.split(";")]


def organisation(cell):
    """The laboratory; some tables write an organisation without a department twice, or with a bare comma."""
    parts = []
    for part in (part.strip() for part in cell.split(",")):
        if part and part not in parts[-1:]:
            parts.append(part)
    return ", ".join(parts)


def main(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row["build"] == BUILD]
    dates = sorted({row["first_seen"] for row in rows})
    aligned, known = 0, {}
    for date in dates:
        now = {}
        for row in rows:
            if row["first_seen"] != date:
                continue
            names = ("scv", "submitters_ordered", "clinical_significance_ordered")
            accessions, laboratories, classes = (split(row[name]) for name in names)
            if not len(accessions) == len(laboratories) == len(classes):
                continue
            aligned += 1
            for accession, laboratory, word in zip(accessions, laboratories, classes):
                word = " ".join(word.lower().replace("_", " ").replace("-", " ").split())
                if word not in NO_POSITION:
                    now[accession, organisation(laboratory)] = word
        for own in sorted(now):
            if date != dates[0] and known.get(own) != now[own]:
                print(date, own[0], "changed" if own in known else "first", sep="\t")
        known.update(now)
    print("aligned", aligned, "of", len(rows), sep="\t")


if __name__ == "__main__":
    main(sys.argv[1])
