//! The real program copies a node while another process writes to it, and the copy works in its place.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn cairn(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
    command.env("CAIRN_DATA", data).args(arguments).output().unwrap()
}

#[track_caller]
fn done(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn sheet(folder: &Path, name: &str, first: u32, rows: u32) -> String {
    let mut text = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID\n".to_owned();
    for row in 0..rows {
        text += &format!("NF1,GRCh38,9,{},A,G,Benign,Condition {row},{name}-{row}\n", first + row);
    }
    let path = folder.join(format!("{name}.csv"));
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn a_copy_made_while_another_process_imports_can_take_the_nodes_place() {
    let place = tempfile::tempdir().unwrap();
    let (data, copy) = (place.path().join("node"), place.path().join("copy"));
    let (data_text, copy_text) = (data.to_string_lossy().into_owned(), copy.to_string_lossy().into_owned());
    done(&cairn(&data, &["init", &data_text, "--lab", "North Lab"]));
    let first = sheet(place.path(), "first", 50_000_000, 50);
    done(&cairn(&data, &["import", &first]));
    let slice = place.path().join("slice.fa");
    std::fs::write(&slice, ">21:25000001-25000012 GRCh38\nCAAAATGGGGGG\n").unwrap();
    done(&cairn(&data, &["reference", "add", &slice.to_string_lossy()]));

    let second = sheet(place.path(), "second", 60_000_000, 2_000);
    let writing = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .env("CAIRN_DATA", &data)
        .args(["import", &second])
        .stdout(Stdio::null())
        .spawn();
    let said = done(&cairn(&data, &["backup", &copy_text]));
    assert!(said.contains("checked"), "{said}");
    assert!(writing.unwrap().wait().unwrap().success(), "the import was not disturbed");

    let again = cairn(&data, &["backup", &copy_text]);
    assert!(!again.status.success(), "a copy never overwrites another");
    let locked = cairn(&copy, &["fsck"]);
    assert!(!locked.status.success(), "a copy of the data opens no case");
    assert!(String::from_utf8_lossy(&locked.stderr).contains("cairn keys restore"), "{locked:?}");
    let keys = place.path().join("keys").to_string_lossy().into_owned();
    done(&cairn(&data, &["keys", "backup", &keys]));
    done(&cairn(&copy, &["keys", "restore", &keys]));
    assert!(!cairn(&copy, &["keys", "restore", &keys]).status.success(), "keys are never overwritten");
    assert!(done(&cairn(&copy, &["fsck"])).contains("0 faults"));
    assert!(done(&cairn(&copy, &["reference", "list"])).contains("slice.fa"));
    // The copy goes on as the node: the same file changes nothing, its own key still signs.
    let repeated = done(&cairn(&copy, &["import", &first, "--json"]));
    assert!(repeated.contains("\"is_repeated\":true"), "{repeated}");
    let third = sheet(place.path(), "third", 70_000_000, 5);
    done(&cairn(&copy, &["import", &third]));
    assert!(done(&cairn(&copy, &["fsck"])).contains("0 faults"));
    let left: Vec<_> = std::fs::read_dir(place.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{left:?}");
}
