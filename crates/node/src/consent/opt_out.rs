//! Lists of people who opted out of every use but their own care, such as England's national data
//! opt-out. Numbers are read, turned into digests under a key of the node, and forgotten.

use crate::error::NodeError;
use crate::node::Node;
use cairn_core::id::UserId;
use cairn_core::nhs_number::NhsNumber;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::serial::CaseSerial;
use cairn_store::{case, entry, opt_out};
use ring::hmac;

/// What became of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptOutReport {
    /// People on the list.
    pub people: usize,
    /// Cases of which the person's number is known.
    pub linked: usize,
    /// Cases whose person is on the list.
    pub opted_out: usize,
    /// Lines that hold no valid number or no case of the laboratory, by file and line, from 1. When
    /// there is one, nothing was changed.
    pub problems: Vec<(&'static str, usize, String)>,
}

impl Node {
    /// Puts a new list in the place of a laboratory's last one. `list` has one NHS number a line;
    /// `cases`, where given, has `local id,NHS number` lines and says whose case is whose. When one
    /// line is wrong nothing changes and every wrong line is reported: whoever stands on it would
    /// silently lose the opt-out. The number itself is never repeated.
    ///
    /// # Errors
    /// When the list is empty, the key cannot be read or made, or the record fails.
    pub async fn import_opt_outs(
        &self,
        laboratory: &RecordedLaboratory,
        list: &str,
        cases: Option<&str>,
        user: Option<UserId>,
    ) -> Result<OptOutReport, NodeError> {
        let mut problems = Vec::new();
        let mut numbers = Vec::new();
        for (line, text) in lines(list) {
            match text.parse::<NhsNumber>() {
                Ok(number) => numbers.push(number),
                Err(error) => problems.push(("list", line, error.to_string())),
            }
        }
        if numbers.is_empty() && problems.is_empty() {
            let remedy = "the list holds no number, and an empty list would end every opt-out";
            return Err(NodeError::Refused(remedy.to_owned()));
        }
        let mut writer = self.store().write().await?;
        let as_of = entry::now(&mut writer).await?;
        let mut people: Vec<(CaseSerial, NhsNumber)> = Vec::new();
        for (line, text) in cases.into_iter().flat_map(lines) {
            let Some((local, number)) = text.rsplit_once([',', '\t', ';']) else {
                problems.push(("cases", line, "expected a local id, a comma and a number".to_owned()));
                continue;
            };
            let found = case::by_local_id(&mut writer, self.keys(), laboratory.serial, local.trim(), as_of).await?;
            match (found, number.trim().parse::<NhsNumber>()) {
                (Some(found), Ok(number)) => people.push((found.serial, number)),
                (None, _) => problems.push(("cases", line, "the laboratory has no case of this local id".to_owned())),
                (_, Err(error)) => problems.push(("cases", line, error.to_string())),
            }
        }
        if !problems.is_empty() {
            return Ok(OptOutReport { problems, ..OptOutReport::default() });
        }
        let key = self.opt_out_key()?;
        let mut digests: Vec<String> = numbers.iter().map(|number| digest(&key, number)).collect();
        digests.sort();
        digests.dedup();
        let linked: Vec<(CaseSerial, String)> =
            people.iter().map(|(case, number)| (*case, digest(&key, number))).collect();
        let (entry, _) = writer.enter(self.now()).await?;
        opt_out::replace(&mut writer, entry, laboratory.serial, &digests, user).await?;
        opt_out::link(&mut writer, &linked).await?;
        let serials: Vec<CaseSerial> = linked.iter().map(|(case, _)| *case).collect();
        let opted_out = opt_out::among(&mut writer, &serials).await?.len();
        writer.commit().await?;
        Ok(OptOutReport { people: digests.len(), linked: serials.len(), opted_out, problems })
    }

    /// The key under which numbers become digests: 10^9 numbers are soon tried, so that a digest
    /// without a key would be the number.
    fn opt_out_key(&self) -> Result<hmac::Key, NodeError> {
        let seed = crate::keys::make_seed(&self.folder().keys().join("opt-out.secret"), self.world())?;
        Ok(hmac::Key::new(hmac::HMAC_SHA256, &seed))
    }
}

/// The lines that say something, with their numbers; a heading has no digit.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = (1..).zip(text.lines().map(|line| line.trim().trim_start_matches('\u{feff}')));
    lines.filter(|(number, line)| !line.is_empty() && (*number > 1 || line.bytes().any(|b| b.is_ascii_digit())))
}

fn digest(key: &hmac::Key, number: &NhsNumber) -> String {
    hex::encode(hmac::sign(key, &number.digits()))
}
