-- Where a variant lies that is more than a few bases at an exact place: copy numbers, exons, large
-- deletions, insertions whose bases are not known, joints of two sequence ends, members of a
-- haplotype. Replaced as a whole when the variant is re-resolved.
--
-- Positions are interbase (0-based). An end known only roughly lies between its outer and its inner
-- bound; one of the two may be unknown (NULL), never both.
CREATE TABLE variant_place (
    variant_id INTEGER NOT NULL REFERENCES variant,
    assembly TEXT NOT NULL CHECK (assembly IN ('GRCh37', 'GRCh38')),
    ordinal INTEGER NOT NULL,                 -- from 1; a joint has two, a haplotype one for each member
    contig INTEGER NOT NULL CHECK (contig BETWEEN 0 AND 24), -- rank: 0 is chromosome 1, 24 is MT
    outer_start INTEGER,                      -- it does not begin before
    inner_start INTEGER,                      -- it does not begin behind
    inner_end INTEGER,                        -- it does not end before
    outer_end INTEGER,                        -- it does not end behind
    first_pos INTEGER NOT NULL,               -- of the widest stretch known of: outer_start, else inner_start
    last_pos INTEGER NOT NULL CHECK (last_pos >= first_pos),
    bin INTEGER NOT NULL,                     -- smallest bin of UCSC's scheme that holds the widest stretch
    event TEXT NOT NULL CHECK (event IN ('loss', 'gain', 'copies', 'inversion', 'insertion', 'repeat',
        'cut_after', 'cut_before', 'change')),
    copies_least INTEGER,                     -- copies in all, where they are counted
    copies_most INTEGER,                      -- NULL: at least so many
    carried TEXT CHECK (carried IN ('verified', 'not_verified')), -- over from the other assembly; NULL: given here
    vrs_id TEXT,                              -- VRS identifier on this assembly
    PRIMARY KEY (variant_id, assembly, ordinal),
    CHECK (outer_start IS NOT NULL OR inner_start IS NOT NULL),
    CHECK (outer_end IS NOT NULL OR inner_end IS NOT NULL),
    CHECK ((event = 'copies') = (copies_least IS NOT NULL))
);
CREATE INDEX variant_place_by_bin ON variant_place (assembly, contig, bin, first_pos, last_pos, variant_id);
CREATE INDEX variant_place_by_vrs_id ON variant_place (vrs_id) WHERE vrs_id IS NOT NULL;
