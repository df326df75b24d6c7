//! Invitations to discordances that opened, and reminders of those that are due: one letter to a
//! laboratory for all of them, each told once. Which variant is only said where the operator allows it.

use super::{Letter, MailSettings, post, untold};
use crate::discordance::{QueueFilter, QueueLine};
use crate::error::NodeError;
use crate::node::Node;
use cairn_store::mail::{self, Contact};
use jiff::ToSpan;
use jiff::civil::Date;

/// Lines read at once.
const PAGE: u32 = 500;
/// Lines that a letter names; the queue has the rest.
const NAMED: usize = 20;

/// What a laboratory is to be told of its discordances.
#[derive(Debug, Default)]
struct News {
    opened: Vec<(String, String)>,
    due: Vec<(String, String)>,
    over: Vec<(String, String)>,
}

impl Node {
    /// Writes to each laboratory that wants letters what it was not told yet of its discordances.
    pub(super) async fn write_of_discordances(&self, settings: &MailSettings) -> Result<(), NodeError> {
        let contacts = mail::contacts(&mut *self.store().read().await?).await?;
        for contact in contacts {
            let news = self.news(&contact, settings).await?;
            let slug = self.laboratory_by_serial(contact.laboratory).await?;
            let Some(letter) = letter(&contact, &slug, news, settings) else { continue };
            let mut writer = self.store().write().await?;
            post(self, &mut writer, &letter).await?;
            writer.commit().await?;
        }
        Ok(())
    }

    async fn laboratory_by_serial(&self, serial: cairn_store::serial::LaboratorySerial) -> Result<String, NodeError> {
        let found = cairn_store::laboratory::by_serials(&mut *self.store().read().await?, &[serial]).await?;
        Ok(found.into_iter().next().map(|found| found.laboratory.slug).unwrap_or_default())
    }

    async fn news(&self, contact: &Contact, settings: &MailSettings) -> Result<News, NodeError> {
        let today = self.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let horizon = today.saturating_add(i64::from(settings.remind_days).days());
        let filter = QueueFilter { laboratory: Some(contact.laboratory), ..QueueFilter::default() };
        let mut news = News::default();
        let mut after: Option<String> = None;
        loop {
            let page = self.discordances(&filter, after.as_deref(), PAGE).await?;
            for line in &page.lines {
                note(line, contact, (today, horizon), settings, &mut news);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let mut reader = self.store().read().await?;
        for part in [&mut news.opened, &mut news.due, &mut news.over] {
            let causes = part.iter().map(|(cause, _)| cause.clone()).collect();
            let left = untold(&mut reader, contact.laboratory, causes).await?;
            part.retain(|(cause, _)| left.contains(cause));
        }
        Ok(news)
    }
}

/// Puts a discordance where it belongs: just opened, due soon, over.
fn note(line: &QueueLine, contact: &Contact, (today, horizon): (Date, Date), settings: &MailSettings, news: &mut News) {
    let name = match settings.names_variants {
        true => format!("{} {}", line.accession, line.variant_label),
        false => line.accession.to_string(),
    };
    if line.opened >= contact.since {
        news.opened.push((format!("discordance opened {} {}", line.accession, line.times_opened), name.clone()));
    }
    match line.due {
        Some(due) if due < today => {
            news.over.push((format!("discordance over {} {due}", line.accession), format!("{name}, {due}")));
        }
        Some(due) if due <= horizon => {
            news.due.push((format!("discordance due {} {due}", line.accession), format!("{name}, {due}")));
        }
        _ => {}
    }
}

/// The letter that tells the news; `None` when there is none.
fn letter(contact: &Contact, slug: &str, news: News, settings: &MailSettings) -> Option<Letter> {
    let parts = [
        (news.opened, "opened with your laboratory taking part", "opened"),
        (news.due, "of yours are due soon", "due soon"),
        (news.over, "of yours are past their due date", "past their due date"),
    ];
    let mut text = String::new();
    let (mut causes, mut heads) = (Vec::new(), Vec::new());
    for (found, words, short) in parts {
        if found.is_empty() {
            continue;
        }
        let discordances = if found.len() == 1 { "discordance" } else { "discordances" };
        text.push_str(&format!("{} {discordances} {words}.\n", found.len()));
        heads.push(format!("{} {short}", found.len()));
        // Without leave to name variants a letter holds a number and a link, and nothing to look up.
        if settings.names_variants {
            for (_, name) in found.iter().take(NAMED) {
                text.push_str(&format!("  {name}\n"));
            }
        }
        causes.extend(found.into_iter().map(|(cause, _)| cause));
    }
    if causes.is_empty() {
        return None;
    }
    text.push_str(&format!("\nSee {}/discordances?lab={slug}\n", settings.link));
    text.push_str("\nThis letter was written by a program. Your laboratory's page in Cairn says where letters go.\n");
    Some(Letter {
        laboratory: contact.laboratory,
        causes,
        subject: format!("Discordances: {}", heads.join(", ")),
        text,
    })
}
