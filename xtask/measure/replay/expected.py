#!/usr/bin/env python3
"""Which alleles changed class between snapshots of ClinVar, by the published files alone.

Shares no code with the product: it reads the tables with the standard library, joins two dates by
`chrom pos ref alt` as written in both, takes the *set* of words in `clinical_significance`, drops the
words that take no position, and prints every allele whose two sets are both not empty and differ.

    expected.py DIR        DIR holds clinvar_GRCh37_DATE.tsv.gz of several dates
    expected.py FILE...    these files, in the order of their dates

Output, one line a change: date, chrom-pos-ref-alt, classes before, classes after (each sorted, `|`).
"""

import glob
import gzip
import os
import re
import sys

NO_POSITION = {"", "not provided", "not reported for simple variant", "other"}


def classes(path):
    """The set of classes of every allele of one file."""
    found = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        names = next(lines).rstrip("\n").split("\t")
        place = [names.index(name) for name in ("chrom", "pos", "ref", "alt")]
        said = names.index("clinical_significance")
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            words = {word.strip().lower() for word in cells[said].split(";")}
            found.setdefault("-".join(cells[at] for at in place), set()).update(words - NO_POSITION)
    return found


def date_of(path):
    """The date in a file's name."""
    return re.search(r"\d{4}-\d{2}-\d{2}", os.path.basename(path)).group()


def main(arguments):
    if len(arguments) == 1 and os.path.isdir(arguments[0]):
        arguments = glob.glob(os.path.join(arguments[0], "clinvar_GRCh37_*.tsv.gz"))
    before = None
    for path in sorted(arguments, key=date_of):
        now = classes(path)
        for allele in sorted(before.keys() & now.keys()) if before is not None else ():
            was, is_now = before[allele], now[allele]
            if was and is_now and was != is_now:
                print(date_of(path), allele, "|".join(sorted(was)), "|".join(sorted(is_now)), sep="\t")
        before = now


if __name__ == "__main__":
    main(sys.argv[1:])
