//! Any description that can be said is written in a form that reads back as the same description.

use cairn_variant::{
    expression::{Expression, Form},
    hgvs::{
        Accession, AminoAcid, Anchor, Axis, Bases, Bound, Change, Composition, Count, FusionPart, Hgvs, Inserted,
        InsertedResidues, Location, NewStop, NucleotideChange, NucleotideEdit, Offset, Piece, Position, ProteinChange,
        ProteinEdit, ProteinLocation, Reference, Relation, RepeatUnit, Residue, Selector, Stated, Variant,
    },
};
use proptest::{collection::vec, option, prelude::*, sample::select};

fn accession() -> impl Strategy<Value = Accession> {
    let names =
        select(vec!["NM_007294", "NC_000017", "NG_005905", "NP_009225", "NR_046018", "ENST00000357654", "XM_047421"]);
    let versioned = (names, option::of(1_u32..30)).prop_map(|(name, version)| Accession::new(name, version));
    prop_oneof![4 => versioned, 1 => select(vec!["LRG_292", "LRG_292t1", "LRG_292p1"]).prop_map(|n| Accession::new(n, None))]
}

fn reference() -> impl Strategy<Value = Reference> {
    let selector = prop_oneof![
        select(vec!["BRCA1", "MT-ND1", "C9orf72", "SDHD_v001"]).prop_map(|gene| Selector::Gene(gene.into())),
        accession().prop_map(Selector::Sequence),
    ];
    prop_oneof![
        6 => (accession(), option::of(selector)).prop_map(|(accession, selector)| Reference::Sequence { accession, selector }),
        1 => select(vec!["BRCA1", "HLA-DRB1"]).prop_map(|gene| Reference::Gene(gene.into())),
    ]
}

fn axis() -> impl Strategy<Value = Axis> {
    select(vec![Axis::Genomic, Axis::Mitochondrial, Axis::Circular, Axis::Coding, Axis::NonCoding, Axis::Rna])
}

fn bases() -> impl Strategy<Value = Bases> {
    "[ACGTN]{1,30}".prop_map(|text| Bases::new(&text).expect("nucleotides"))
}

fn count() -> impl Strategy<Value = Count> {
    prop_oneof![
        3 => (1_u32..500).prop_map(Count::Exact),
        1 => (1_u32..50, 50_u32..500).prop_map(|(least, most)| Count::Range(Some(least), Some(most))),
        1 => (1_u32..50).prop_map(|least| Count::Range(Some(least), None)),
        1 => Just(Count::Unknown),
    ]
}

/// A position on the axis whose base number is at least `from`.
fn position(axis: Axis, from: u32) -> BoxedStrategy<Position> {
    let base = (from..from + 1000).prop_map(Position::base);
    if !axis.is_transcript() {
        return prop_oneof![8 => base, 1 => Just(Position::UNKNOWN)].boxed();
    }
    let offset = prop_oneof![
        4 => Just(Offset::None),
        1 => (1_u32..9999).prop_map(Offset::Plus),
        1 => (1_u32..9999).prop_map(Offset::Minus),
        1 => Just(Offset::PlusUnknown),
        1 => Just(Offset::MinusUnknown),
    ];
    let coding = axis != Axis::NonCoding;
    let anchor = (from..from + 1000, 0..8_u8).prop_map(move |(n, side)| match side {
        0 if coding && from > 7000 => Anchor::AfterStop(n),
        1 if coding && from < 2000 => Anchor::BeforeStart(9000 - n),
        _ => Anchor::Base(n),
    });
    prop_oneof![8 => (anchor, offset).prop_map(|(anchor, offset)| Position { anchor, offset }), 1 => Just(Position::UNKNOWN)].boxed()
}

fn bound(axis: Axis, from: u32) -> impl Strategy<Value = Bound> {
    prop_oneof![
        5 => position(axis, from).prop_map(Bound::At),
        1 => (position(axis, from), position(axis, from + 2000)).prop_map(|(a, b)| Bound::Between(a, b)),
    ]
}

fn location(axis: Axis) -> impl Strategy<Value = Location> {
    prop_oneof![
        3 => bound(axis, 1000).prop_map(Location::Single),
        3 => (bound(axis, 1000), bound(axis, 6000)).prop_map(|(first, last)| Location::Range(first, last)),
    ]
}

fn stated() -> impl Strategy<Value = Stated> {
    prop_oneof![4 => Just(Stated::Nothing), 1 => bases().prop_map(Stated::Bases)]
}

fn piece() -> impl Strategy<Value = Piece> {
    let stretch = (1_u32..5000, 5000_u32..9999)
        .prop_map(|(a, b)| Location::Range(Bound::At(Position::base(a)), Bound::At(Position::base(b))));
    let source = option::of((accession().prop_map(Reference::sequence), select(vec![Axis::Genomic, Axis::Coding])));
    prop_oneof![
        4 => bases().prop_map(|bases| Piece::Bases { bases, copies: None }),
        1 => (bases(), option::of(count())).prop_map(|(bases, copies)| Piece::Bases { bases, copies }),
        2 => (source, stretch, any::<bool>(), option::of(count()))
            .prop_map(|(source, location, inverted, copies)| Piece::Copy { source, location, inverted, copies }),
    ]
}

fn inserted() -> impl Strategy<Value = Inserted> {
    vec(piece(), 1..4).prop_map(Inserted)
}

fn nucleotide_change(axis: Axis) -> impl Strategy<Value = NucleotideChange> {
    let base = || select(vec!["A", "C", "G", "T"]).prop_map(|b| Bases::new(b).expect("a nucleotide"));
    let single = (bound(axis, 1000).prop_map(Location::Single), base(), base()).prop_filter_map(
        "a base is not replaced by itself",
        |(location, reference, alternative)| {
            (reference != alternative).then_some((location, NucleotideEdit::Substitution { reference, alternative }))
        },
    );
    let neighbours =
        (1_u32..9999).prop_map(|n| Location::Range(Bound::At(Position::base(n)), Bound::At(Position::base(n + 1))));
    let insertion =
        (neighbours, inserted()).prop_map(|(location, pieces)| (location, NucleotideEdit::Insertion(pieces)));
    let unit = (bases(), count()).prop_map(|(unit, copies)| RepeatUnit { unit: Some(unit), copies });
    let anywhere = prop_oneof![
        stated().prop_map(NucleotideEdit::Deletion),
        stated().prop_map(NucleotideEdit::Duplication),
        stated().prop_map(NucleotideEdit::Inversion),
        stated().prop_map(NucleotideEdit::Identity),
        (stated(), inserted()).prop_map(|(deleted, inserted)| NucleotideEdit::DeletionInsertion { deleted, inserted }),
        inserted().prop_map(NucleotideEdit::Conversion),
        vec(unit, 1..4).prop_map(NucleotideEdit::Repeat),
        count().prop_map(|copies| NucleotideEdit::Repeat(vec![RepeatUnit { unit: None, copies }])),
        Just(NucleotideEdit::Unknown),
    ];
    let whole = prop_oneof![
        Just(NucleotideEdit::Identity(Stated::Nothing)),
        Just(NucleotideEdit::Unknown),
        Just(NucleotideEdit::Absent),
    ]
    .prop_map(|edit| (Location::Whole, edit));
    let placed = (location(axis), anywhere);
    (prop_oneof![3 => single, 2 => insertion, 6 => placed, 1 => whole], any::<bool>())
        .prop_map(|((location, edit), predicted)| NucleotideChange { location, edit, predicted })
}

fn amino_acid() -> impl Strategy<Value = AminoAcid> {
    select(AminoAcid::all().filter(|a| !matches!(a, AminoAcid::Ter | AminoAcid::Xaa)).collect::<Vec<_>>())
}

fn residue(from: u32) -> impl Strategy<Value = Residue> {
    (amino_acid(), from..from + 500).prop_map(|(amino_acid, position)| Residue { amino_acid, position })
}

fn residues() -> impl Strategy<Value = InsertedResidues> {
    prop_oneof![
        vec(amino_acid(), 1..8).prop_map(InsertedResidues::Residues),
        count().prop_map(InsertedResidues::Number),
        (1_u32..99).prop_map(InsertedResidues::UpToStop),
    ]
}

fn new_stop() -> impl Strategy<Value = NewStop> {
    prop_oneof![(1_u32..99).prop_map(NewStop::At), Just(NewStop::Unknown), Just(NewStop::Unplaced)]
}

fn protein_change() -> impl Strategy<Value = ProteinChange> {
    let one = || residue(1).prop_map(ProteinLocation::Single);
    let range = || (residue(1), residue(600)).prop_map(|(first, last)| ProteinLocation::Range(first, last));
    let substitution = (residue(1), amino_acid()).prop_filter_map("not by itself", |(residue, to)| {
        (residue.amino_acid != to).then_some((ProteinLocation::Single(residue), ProteinEdit::Substitution(to)))
    });
    let insertion = (residue(1), amino_acid(), residues()).prop_map(|(first, amino_acid, inserted)| {
        let last = Residue { amino_acid, position: first.position + 1 };
        (ProteinLocation::Range(first, last), ProteinEdit::Insertion(inserted))
    });
    let frameshift = (option::of(amino_acid()), option::of(new_stop()))
        .prop_map(|(first, stop)| ProteinEdit::Frameshift { first, stop });
    let upstream = (option::of(amino_acid()), option::of(1_u32..99))
        .prop_map(|(first, added)| ProteinEdit::NTerminalExtension { first, added });
    let downstream = (option::of(amino_acid()), new_stop()).prop_map(|(first, stop)| ProteinEdit::CTerminalExtension {
        first,
        tail: Vec::new(),
        stop: Some(stop),
    });
    let anywhere = prop_oneof![
        Just(ProteinEdit::Deletion),
        Just(ProteinEdit::Duplication),
        residues().prop_map(ProteinEdit::DeletionInsertion),
        count().prop_map(ProteinEdit::Repeat),
        Just(ProteinEdit::Identity),
        Just(ProteinEdit::Unknown),
    ];
    let whole =
        select(vec![ProteinEdit::Identity, ProteinEdit::Unknown, ProteinEdit::Absent, ProteinEdit::ProbablyAbsent])
            .prop_map(|edit| (ProteinLocation::Whole, edit));
    let placed = (prop_oneof![one(), range()], anywhere);
    let at_one = (one(), prop_oneof![frameshift, upstream, downstream]);
    (prop_oneof![3 => substitution, 1 => insertion, 3 => at_one, 4 => placed, 1 => whole], any::<bool>())
        .prop_map(|((location, edit), predicted)| ProteinChange { location, edit, predicted })
}

/// One change, an allele, a pair of alleles, or changes of unknown phase.
fn composition<T: Clone + std::fmt::Debug + 'static>(
    change: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Composition<T>> {
    let single = change.clone().prop_map(Composition::Single);
    let members = |change, size| vec(Strategy::prop_map(change, Composition::Single), size);
    let cis = |change, size| {
        members(change, size).prop_map(|members| Composition::Joined { relation: Relation::Cis, members }).boxed()
    };
    let alleles = vec(cis(change.clone().boxed(), 1..4), 2..3)
        .prop_map(|members| Composition::Joined { relation: Relation::Trans, members });
    let unknown = vec(prop_oneof![single.clone().boxed(), cis(change.clone().boxed(), 1..3)], 2..4)
        .prop_map(|members| Composition::Joined { relation: Relation::UnknownPhase, members });
    prop_oneof![6 => single, 1 => cis(change.boxed(), 1..4), 1 => alleles, 1 => unknown]
}

fn fusion() -> impl Strategy<Value = Hgvs> {
    let stretch = (accession().prop_map(Reference::sequence), 1_u32..999, 1000_u32..9999)
        .prop_map(|(reference, a, b)| {
            let location = Location::Range(Bound::At(Position::base(a)), Bound::At(Position::base(b)));
            FusionPart::Stretch { reference, axis: Axis::Rna, location }
        })
        .boxed();
    (stretch.clone(), option::of(bases().prop_map(FusionPart::Linker)), stretch).prop_map(|(first, linker, last)| {
        Hgvs::Fusion([Some(first), linker, Some(last)].into_iter().flatten().collect())
    })
}

fn hgvs() -> impl Strategy<Value = Hgvs> {
    let nucleotide = (reference(), axis()).prop_flat_map(|(reference, axis)| {
        composition(nucleotide_change(axis).boxed()).prop_map(move |changes| {
            Hgvs::Variant(Variant { reference: reference.clone(), change: Change::Nucleotide { axis, changes } })
        })
    });
    let protein = (reference(), composition(protein_change().boxed()))
        .prop_map(|(reference, changes)| Hgvs::Variant(Variant { reference, change: Change::Protein(changes) }));
    prop_oneof![4 => nucleotide, 3 => protein, 1 => fusion()]
}

/// What the recommended form leaves out, left out.
fn without_redundant(mut hgvs: Hgvs) -> Hgvs {
    if let Hgvs::Variant(Variant { change: Change::Nucleotide { changes, .. }, .. }) = &mut hgvs {
        changes.visit_mut(&mut |change| {
            let uncertain = matches!(change.location, Location::Single(Bound::Between(..) | Bound::About(_)));
            let stated = match &mut change.edit {
                NucleotideEdit::Identity(stated) => stated,
                NucleotideEdit::Deletion(stated)
                | NucleotideEdit::Duplication(stated)
                | NucleotideEdit::Inversion(stated)
                | NucleotideEdit::DeletionInsertion { deleted: stated, .. }
                    if !uncertain =>
                {
                    stated
                }
                _ => return,
            };
            *stated = Stated::Nothing;
        });
    }
    hgvs
}

proptest! {
    #[test]
    fn what_is_written_in_full_reads_back(hgvs in hgvs()) {
        let text = format!("{hgvs:#}");
        let (again, _) = Hgvs::parse(&text).map_err(|e| TestCaseError::fail(format!("`{text}`: {e}")))?;
        prop_assert_eq!(again, hgvs, "{}", text);
    }

    #[test]
    fn what_is_written_as_recommended_reads_back(hgvs in hgvs()) {
        let text = hgvs.to_string();
        let (again, _) = Hgvs::parse(&text).map_err(|e| TestCaseError::fail(format!("`{text}`: {e}")))?;
        prop_assert_eq!(again.to_string(), text);
        prop_assert_eq!(again, without_redundant(hgvs));
    }

    #[test]
    fn the_door_reads_what_the_nomenclature_reads(hgvs in hgvs()) {
        let text = hgvs.to_string();
        let found = Expression::parse(&text).map_err(|e| TestCaseError::fail(format!("`{text}`: {e}")))?;
        prop_assert!(matches!(found.form, Form::Hgvs(_)));
    }
}
