//! Letters go out once, to a relay that answers as a relay does, and wait while it does not.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::id::UserId;
use cairn_core::submission::Channel;
use cairn_core::user::{User, UserRole};
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::discordance::{Act, Actor};
use cairn_node::folder::DataFolder;
use cairn_node::mail::{self, ContactError, Encryption, Letter, MailSettings, Mailer};
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_store::account;
use cairn_store::laboratory::RecordedLaboratory;
use jiff::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

static SECOND: AtomicI64 = AtomicI64::new(1_780_000_000);

fn ticking() -> Timestamp {
    Timestamp::from_second(SECOND.fetch_add(1, Ordering::SeqCst)).unwrap()
}

/// A relay that keeps what it is given and answers each letter with the next of its answers.
struct Relay {
    port: u16,
    letters: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    async fn answering(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters = Arc::new(Mutex::new(Vec::new()));
        let kept = letters.clone();
        tokio::spawn(async move {
            let mut answers = answers.iter();
            while let Ok((stream, _)) = listener.accept().await {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 relay\r\n").await.unwrap();
                while let Ok(Some(line)) = lines.next_line().await {
                    let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                        "EHLO" => "250-relay\r\n250 8BITMIME",
                        "DATA" => {
                            write.write_all(b"354 go on\r\n").await.unwrap();
                            let mut letter = String::new();
                            while let Ok(Some(line)) = lines.next_line().await {
                                if line == "." {
                                    break;
                                }
                                letter.push_str(&line);
                                letter.push('\n');
                            }
                            let answer = *answers.next().unwrap_or(&"250 taken");
                            if answer.starts_with('2') {
                                kept.lock().unwrap().push(letter);
                            }
                            answer
                        }
                        "QUIT" => "221 bye",
                        _ => "250 well",
                    };
                    if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                        break;
                    }
                }
            }
        });
        Self { port, letters }
    }

    fn mailer(&self) -> Mailer {
        Mailer::new(MailSettings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            encryption: Encryption::None,
            credentials: None,
            from: "Cairn <cairn@hospital.example>".to_owned(),
            link: "https://cairn.hospital.example".to_owned(),
            every: Duration::from_secs(60),
            remind_days: 3,
            names_variants: false,
        })
        .unwrap()
    }

    fn taken(&self) -> Vec<String> {
        self.letters.lock().unwrap().clone()
    }
}

async fn node() -> (tempfile::TempDir, Node, RecordedLaboratory) {
    let folder = tempfile::tempdir().unwrap();
    let world = World { now: ticking, random: World::real().random };
    let node = Node::with_reference(DataFolder::new(folder.path()), Reference::bundled(), world).await.unwrap();
    let laboratory = node.add_laboratory("North Lab", None).await.unwrap();
    (folder, node, laboratory)
}

async fn post(node: &Node, laboratory: &RecordedLaboratory, causes: &[&str]) -> bool {
    let letter = Letter {
        laboratory: laboratory.serial,
        causes: causes.iter().map(|cause| (*cause).to_owned()).collect(),
        subject: "2 differences wait".to_owned(),
        text: "See https://cairn.hospital.example/discordances\n".to_owned(),
    };
    let mut writer = node.store().write().await.unwrap();
    let posted = mail::post(node, &mut writer, &letter).await.unwrap();
    writer.commit().await.unwrap();
    posted.is_some()
}

#[tokio::test]
async fn a_cause_is_written_about_once() {
    let (_folder, node, laboratory) = node().await;
    let relay = Relay::answering(&[]).await;
    assert!(!post(&node, &laboratory, &["a"]).await, "no address, no letter");
    node.set_contact(laboratory.serial, " variants@north.example ", None, None).await.unwrap();
    assert!(post(&node, &laboratory, &["a", "b"]).await);
    assert!(!post(&node, &laboratory, &["b", "a"]).await);
    assert!(post(&node, &laboratory, &["b", "c"]).await);
    assert_eq!(node.send_due_mail(&relay.mailer()).await.unwrap(), 2);
    assert_eq!(node.send_due_mail(&relay.mailer()).await.unwrap(), 0);
    let taken = relay.taken();
    assert_eq!(taken.len(), 2);
    assert!(taken[0].contains("To: variants@north.example") && taken[0].contains("/discordances"), "{}", taken[0]);
}

#[tokio::test]
async fn a_relay_that_is_busy_is_asked_again_and_one_that_refuses_is_not() {
    let (_folder, node, laboratory) = node().await;
    node.set_contact(laboratory.serial, "variants@north.example", None, None).await.unwrap();
    let relay = Relay::answering(&["451 later", "250 taken", "550 no such mailbox"]).await;
    assert!(post(&node, &laboratory, &["a"]).await);
    assert_eq!(node.send_due_mail(&relay.mailer()).await.unwrap(), 0);
    assert_eq!(node.send_due_mail(&relay.mailer()).await.unwrap(), 0, "not at once");
    SECOND.fetch_add(3600, Ordering::SeqCst);
    assert_eq!(node.send_due_mail(&relay.mailer()).await.unwrap(), 1);
    assert!(post(&node, &laboratory, &["b"]).await);
    for _ in 0..3 {
        SECOND.fetch_add(1_000_000, Ordering::SeqCst);
        assert_eq!(node.send_due_mail(&relay.mailer()).await.unwrap(), 0);
    }
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test]
async fn an_address_is_one_and_is_not_overwritten_unseen() {
    let (_folder, node, laboratory) = node().await;
    let set = |text: &'static str, seen| node.set_contact(laboratory.serial, text, None, seen);
    assert!(matches!(set("north lab", Some(0)).await, Err(ContactError::NotAnAddress(_))));
    assert_eq!(set("a@north.example", Some(0)).await.unwrap().version, 1);
    let late = set("b@north.example", Some(0)).await;
    assert!(matches!(late, Err(ContactError::ChangedMeanwhile(now)) if now == "a@north.example"));
    assert_eq!(set("", Some(1)).await.unwrap().address, None);
}

#[tokio::test]
async fn the_letter_of_the_day_counts_what_waits_and_names_nothing() {
    let (_folder, node, north) = node().await;
    let south = node.add_laboratory("South Lab", None).await.unwrap();
    let relay = Relay::answering(&[]).await;
    say(&node, &north, "Pathogenic").await;
    say(&node, &south, "Benign").await;
    assert_eq!(node.write_digests(node.now()).await.unwrap(), 0, "no address yet: the notice is kept for it");
    node.set_contact(north.serial, "variants@north.example", None, None).await.unwrap();
    say(&node, &south, "Likely benign").await;
    assert_eq!(node.write_digests(node.now()).await.unwrap(), 1);
    assert_eq!(node.write_digests(node.now()).await.unwrap(), 0, "one a day");
    assert_eq!(node.send_due_mail(&relay.mailer()).await.unwrap(), 1);
    let letter = relay.taken().remove(0);
    assert!(
        letter.contains("To: variants@north.example") && letter.contains("Subject: 2 alerts to look at"),
        "{letter}"
    );
    assert!(letter.contains("high: 1 alert by statement on 2026-05-28, to be acknowledged by 2026-06-11"), "{letter}");
    for secret in ["BRCA1", "43045712", "Benign", "South Lab", "CRN"] {
        assert!(!letter.contains(secret), "{secret} in {letter}");
    }
    say(&node, &south, "Uncertain significance").await;
    assert_eq!(node.write_digests(node.now()).await.unwrap(), 0, "not before a day has passed");
    SECOND.fetch_add(86_400, Ordering::SeqCst);
    assert_eq!(node.write_digests(node.now()).await.unwrap(), 1);
    assert_eq!(node.send_due_mail(&relay.mailer()).await.unwrap(), 1);
    assert!(relay.taken()[1].contains("Subject: 1 alert to look at"), "only what is new");
}

const SHEET: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID\nBRCA1,GRCh38,17,43045712,T,C,";

async fn say(node: &Node, laboratory: &RecordedLaboratory, class: &str) {
    let request = Request {
        laboratory: laboratory.clone(),
        user: None,
        channel: Channel::Command,
        file: Some("sheet.csv".into()),
        bytes: format!("{SHEET}{class},Breast cancer,R1\n").into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let outcome = node.contribute(request).await.unwrap();
    assert_eq!(outcome.accepted(), 1, "{:?}", outcome.problems);
}

#[tokio::test]
async fn a_laboratory_is_invited_once_and_reminded_once_and_no_variant_is_named() {
    let (_folder, node, north) = node().await;
    let south = node.add_laboratory("South Lab", None).await.unwrap();
    let relay = Relay::answering(&[]).await;
    let mailer = relay.mailer();
    node.set_contact(north.serial, "north@lab.example", None, None).await.unwrap();
    say(&node, &north, "Pathogenic").await;
    say(&node, &south, "Benign").await;
    for _ in 0..2 {
        node.write_letters(mailer.settings()).await.unwrap();
        node.send_due_mail(&mailer).await.unwrap();
    }
    let taken = relay.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert!(
        taken[0].contains("1 discordance opened") && taken[0].contains("?lab=3Dnorth-lab")
            || taken[0].contains("?lab=north-lab"),
        "{}",
        taken[0]
    );
    assert!(
        !taken[0].contains("43045712") && !taken[0].contains("BRCA1") && !taken[0].contains("CRD0"),
        "{}",
        taken[0]
    );

    let user = User {
        id: UserId::from_random(7),
        laboratory: north.laboratory.id,
        username: "anna".to_owned(),
        name: "Anna".to_owned(),
        role: UserRole::ClinicalScientist,
    };
    let mut writer = node.store().write().await.unwrap();
    account::add(&mut writer, &user, "no password", node.now()).await.unwrap();
    writer.commit().await.unwrap();
    let actor = Actor { user: user.id, laboratory: north.serial, role: user.role };
    let due = Some(node.now().to_zoned(jiff::tz::TimeZone::UTC).date());
    node.act_on_discordance(&actor, "CRD000001".parse().unwrap(), 1, Act::SetDue { due }).await.unwrap();
    for days in [0, 0, 2] {
        SECOND.fetch_add(days * 86_400, Ordering::SeqCst);
        node.write_letters(mailer.settings()).await.unwrap();
        node.send_due_mail(&mailer).await.unwrap();
    }
    let taken = relay.taken();
    assert_eq!(taken.len(), 3, "{taken:?}");
    assert!(taken[1].contains("due soon") && taken[2].contains("past their due date"), "{taken:?}");
}
