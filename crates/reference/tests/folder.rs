//! What a node keeps of the files it is given: the same file twice is one, a bad file changes nothing.

use std::{fs, path::Path};

use cairn_reference::{
    IdentifyOptions, Reference,
    folder::{Added, Adding, ReferenceFolder},
    identify,
    identity::Status,
    recognise::recognise,
    sequence::intake::IntakeOptions,
    source::SourceKind,
};

fn add(data: &Path, file: &Path) -> Result<Added, String> {
    let loaded = Reference::open(data).map_err(|error| error.to_string())?;
    let kind = recognise(file).expect("readable").expect("known");
    let adding = Adding {
        sequences: IntakeOptions::default(),
        now: "2026-01-01T00:00:00Z",
        progress: &|_| (),
        loaded: loaded.sequences(),
    };
    ReferenceFolder::of(data).add(file, kind, &adding).map_err(|error| error.to_string())
}

fn testdata(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name)
}

#[test]
fn a_slice_makes_a_provisional_deletion_final() {
    let data = tempfile::tempdir().expect("a folder");
    let text = "GRCh38-21-25000001-CA-C";
    let before = identify(text, &Reference::bundled(), IdentifyOptions::default());
    assert_eq!(before.status, Status::Provisional);
    let file = data.path().join("slice.fa");
    fs::write(&file, ">21:25000001-25000012 GRCh38\nCAAAAT\nGGGGGG\n").expect("written");
    let Ok(Added::Loaded(source, problems)) = add(data.path(), &file) else { panic!("loaded") };
    assert_eq!((source.kind, source.gives.as_str()), (SourceKind::Sequences, "1 region, 12 bases"));
    assert!(problems.is_empty());
    let reference = Reference::open(data.path()).expect("opens");
    let after = identify(text, &reference, IdentifyOptions::default());
    assert_eq!(after.status, Status::Resolved);
    assert_eq!(after.spdi.as_deref(), Some("NC_000021.9:25000001:AAAA:AAA"));
    assert_ne!(after.variant_id, before.variant_id);
}

#[test]
fn the_same_file_twice_is_one_and_another_that_disagrees_is_refused() {
    let data = tempfile::tempdir().expect("a folder");
    let (file, other) = (data.path().join("a.fa"), data.path().join("b.fa"));
    fs::write(&file, ">21:25000001-25000004 GRCh38\nACGT\n").expect("written");
    fs::write(&other, ">21:25000003-25000006 GRCh38\nTTTT\n").expect("written");
    assert!(matches!(add(data.path(), &file), Ok(Added::Loaded(..))));
    assert!(matches!(add(data.path(), &file), Ok(Added::Already(_))));
    let error = add(data.path(), &other).expect_err("it disagrees");
    assert!(error.contains("differ from those loaded before"), "{error}");
    let folder = ReferenceFolder::of(data.path());
    assert_eq!(folder.sources().expect("a list").len(), 1);
    let kept = fs::read_dir(folder.path_of("")).expect("a folder").count();
    assert_eq!(kept, 2, "the pack and the list");
}

#[test]
fn transcripts_kept_in_our_own_form_are_those_of_the_file() {
    let data = tempfile::tempdir().expect("a folder");
    let file = testdata("transcripts/cdot-0.2.21.refseq.grch37_grch38.brca1.json.gz");
    let Ok(Added::Loaded(source, _)) = add(data.path(), &file) else { panic!("loaded") };
    assert_eq!((source.version.as_str(), source.gives.as_str()), ("0.2.21", "388 transcripts"));
    let reference = Reference::open(data.path()).expect("opens");
    assert_eq!(reference.problems(), [""; 0]);
    let options = IdentifyOptions::default();
    let here = identify("BRCA1 c.68_69del", &reference, options);
    assert_eq!(here, identify("BRCA1 c.68_69del", &Reference::bundled(), options));
}

#[test]
fn an_index_beside_a_fasta_must_be_its_own() {
    let data = tempfile::tempdir().expect("a folder");
    let file = data.path().join("a.fa");
    fs::write(&file, ">z first\nACGT\nAC\n>y\nGG\n").expect("written");
    for (index, says) in [
        ("z\t7\t9\t4\t5\ny\t2\t20\t2\t3\n", "of `z` it has 7 bases, the file 6 bases"),
        ("z\t6\t9\t4\t5\n", "it has no `y`"),
        ("z\t6\t9\t4\t5\ny\t2\t20\t2\t3\nx\t1\t30\t1\t2\n", "it has `x`, the file has not"),
        ("z\tsix\n", "no line of an index"),
    ] {
        fs::write(data.path().join("a.fa.fai"), index).expect("written");
        let error = add(data.path(), &file).expect_err("another file's index");
        assert!(error.contains(says), "{error}");
    }
    fs::write(data.path().join("a.fa.fai"), "z\t6\t9\t4\t5\ny\t2\t20\t2\t3\n").expect("written");
    assert!(matches!(add(data.path(), &file), Ok(Added::Loaded(..))));
}

#[test]
fn bands_give_a_finding_under_the_microscope_its_place() {
    let data = tempfile::tempdir().expect("a folder");
    let of = |text: &str| {
        let reference = Reference::open(data.path()).expect("opens");
        identify(text, &reference, IdentifyOptions::default())
    };
    let before = of("del(21)(q21q22.1)");
    assert!(before.is_identified() && before.places.is_empty(), "{before:?}");
    let file = data.path().join("cytoBand.txt");
    let bands = "chr21\t0\t12000000\tp11.2\tgvar\nchr21\t12000000\t15000000\tq11.2\tacen\n\
        chr21\t15000000\t22600000\tq21.1\tgpos100\nchr21\t22600000\t25500000\tq21.2\tgneg\n\
        chr21\t25500000\t46709983\tq22.11\tgneg\n";
    fs::write(&file, bands).expect("written");
    let Ok(Added::Loaded(source, _)) = add(data.path(), &file) else { panic!("loaded") };
    assert_eq!((source.kind, source.gives.as_str()), (SourceKind::Cytobands, "5 bands"));
    let after = of("del(21)(q21q22.1)");
    assert_eq!(after.variant_id, before.variant_id, "its words are its identity");
    let [place] = &after.places[..] else { panic!("one place: {after:?}") };
    assert_eq!((place.widest().start(), place.widest().end()), (15_000_000, 46_709_983));
    assert!(after.has_warning("ends_not_known"), "{after:?}");
}

/// A RefSeqGene in small: sixty bases with one transcript.
const REFSEQGENE: &str = "\
LOCUS       NG_900001                 60 bp    DNA     linear   PRI 01-JAN-2026
VERSION     NG_900001.1
FEATURES             Location/Qualifiers
     gene            5..52
                     /gene=\"ABC1\"
     mRNA            join(5..14,21..40)
                     /gene=\"ABC1\"
                     /transcript_id=\"NM_900001.2\"
     CDS             join(6..14,21..29)
                     /gene=\"ABC1\"
                     /protein_id=\"NP_900001.1\"
ORIGIN
        1 cccccatggc atgcaaaaaa aagcttgcat gaccccgggg
       41 acgtacgtac gtacgtacgt
//
";

#[test]
fn a_genbank_record_gives_its_sequence_and_its_transcripts() {
    let data = tempfile::tempdir().expect("a folder");
    let file = data.path().join("refseqgene.gb");
    fs::write(&file, REFSEQGENE).expect("written");
    let Ok(Added::Loaded(source, _)) = add(data.path(), &file) else { panic!("loaded") };
    assert_eq!((source.kind, source.gives.as_str()), (SourceKind::GenBank, "1 transcripts"));
    let reference = Reference::open(data.path()).expect("opens");
    assert_eq!(reference.problems(), [""; 0]);
    let found = reference.transcripts().find("NM_900001.2").expect("there");
    let transcript = reference.transcripts().transcript(found.id);
    let bases = transcript.sequence().expect("spliced from the record");
    assert_eq!(String::from_utf8_lossy(bases), "CATGGCATGCAAGCTTGCATGACCCCGGGG");
    assert!(reference.sequences().named("NG_900001.1").is_some());
    // A stated base is compared on the record and on the transcript.
    let options = IdentifyOptions::default();
    let right = identify("NG_900001.1:g.6A>G", &reference, options);
    assert!(right.is_identified(), "{right:?}");
    let wrong = identify("NM_900001.2:c.1C>G", &reference, options);
    assert_eq!(wrong.error.map(|refusal| refusal.code).as_deref(), Some("reference_mismatch"));
}

#[test]
fn the_record_of_the_mitochondrion_may_be_loaded_though_it_is_inside_the_program() {
    let data = tempfile::tempdir().expect("a folder");
    let Ok(Added::Loaded(source, _)) = add(data.path(), &testdata("reference/chrM.NC_012920.1.gbff.gz")) else {
        panic!("loaded")
    };
    assert_eq!(source.gives, "37 transcripts");
    let reference = Reference::open(data.path()).expect("opens");
    assert_eq!(reference.problems(), [""; 0]);
    let options = IdentifyOptions::default();
    let here = identify("m.3243A>G", &reference, options);
    assert_eq!(here, identify("m.3243A>G", &Reference::bundled(), options));
}

#[test]
fn a_file_cut_short_changes_nothing() {
    let data = tempfile::tempdir().expect("a folder");
    let whole = fs::read(testdata("transcripts/cdot-0.2.21.refseq.grch37_grch38.brca1.json.gz")).expect("bundled");
    let file = data.path().join("cut.json.gz");
    fs::write(&file, &whole[..whole.len() - 500]).expect("written");
    assert!(add(data.path(), &file).is_err());
    assert!(ReferenceFolder::of(data.path()).sources().expect("a list").is_empty());
}
