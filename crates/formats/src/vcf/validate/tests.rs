use super::validate;

const HEADER: &str = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";

/// Verdict on a file of one version with these meta lines and records.
fn check(version: &str, meta: &str, records: &str, accepted: bool) {
    let text = format!("##fileformat=VCFv{version}\n{meta}{HEADER}\n{records}");
    let verdict = validate(text.as_bytes());
    assert_eq!(verdict.accepts(), accepted, "{text}\n{:?}", verdict.faults);
}

#[test]
fn alleles() {
    for alt in ["T", "T,G", "<DEL>", "<DUP:TANDEM>", "*", "]1:100]AGT", "AGT[<c>:100[", ".A", "A.", "."] {
        check("4.2", "", &format!("1\t100\t.\tC\t{alt}\t.\t.\t.\n"), true);
    }
    for alt in ["R", "A,,T", "<INS>BLAH>", "[1:100[", "A B", "C", "T,T", "T,.", "AGT[1[", ""] {
        check("4.2", "", &format!("1\t100\t.\tC\t{alt}\t.\t.\t.\n"), false);
    }
}

#[test]
fn asterisk_in_a_contig_depends_on_the_version() {
    check("4.1", "##contig=<ID=1.*>\n", "1.*\t1\t.\tC\tT\t.\t.\t.\n", true);
    check("4.3", "##contig=<ID=1.*>\n", "", false);
}

#[test]
fn a_variant_hidden_in_other_bases_is_still_twice() {
    check("4.2", "", "1\t123\t.\tTAT\tTGT\t.\t.\t.\n1\t124\t.\tA\tG\t.\t.\t.\n", false);
    check("4.2", "", "1\t123\t.\tTAT\tTGT\t.\t.\t.\n1\t124\t.\tA\tC\t.\t.\t.\n", true);
}

#[test]
fn fields_of_meta_lines() {
    check("4.2", "##FILTER=<Description=\"x\",ID=q10>\n", "", false);
    check("4.3", "##FILTER=<Description=\"x\",ID=q10>\n", "", true);
    let info = |rest: &str| format!("##INFO=<ID=X,Number=1,Type=String,Description=\"x\"{rest}>\n");
    check("4.2", &info(",Source=\"dbSNP\",Version=\"142\""), "", true);
    check("4.2", &info(",Source=dbSNP"), "", false);
}

#[test]
fn order_is_a_must_until_4_4() {
    check("4.3", "", "1\t5\t.\tC\tT\t.\t.\t.\n1\t4\t.\tC\tT\t.\t.\t.\n", false);
    check("4.5", "", "1\t5\t.\tC\tT\t.\t.\t.\n1\t4\t.\tC\tT\t.\t.\t.\n", true);
}

#[test]
fn values_against_their_definition() {
    check("4.3", "", "1\t5\t.\tC\tT\t.\t.\tAC=1.5\n", false);
    check("4.3", "", "1\t5\t.\tC\tT\t.\t.\tCIGAR=1M2Q\n", false);
    check("4.3", "", "1\t5\t.\tC\tT\t.\t.\tDB=2\n", false);
    check("4.3", "", "1\t5\t.\tC\tT\t.\t.\tDB=1;AF=1e-5\n", true);
}

#[test]
fn every_published_verdict() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards/vcf");
    if !folder.is_dir() {
        println!("skipped: {} is absent", folder.display());
        return;
    }
    let mut wrong = Vec::new();
    let mut total = 0;
    for version in ["4.1", "4.2", "4.3", "4.5"] {
        for (kind, accepted) in [("passed", true), ("failed", false)] {
            let Ok(files) = std::fs::read_dir(folder.join(version).join(kind)) else {
                continue;
            };
            for file in files {
                let path = file.unwrap().path();
                total += 1;
                let verdict = validate(&std::fs::read(&path).unwrap());
                if verdict.accepts() != accepted {
                    wrong.push(format!("{} {:?}", path.display(), verdict.faults.first()));
                }
            }
        }
    }
    wrong.sort();
    println!("{} of {total} verdicts\n{}", total - wrong.len(), wrong.join("\n"));
    assert!(wrong.len() * 100 <= total * 2, "{}", wrong.join("\n"));
}
