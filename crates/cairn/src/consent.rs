//! `cairn consent`: what tested people agreed to.

use crate::withdraw::OneCase;
use anyhow::{Context, bail};
use cairn_core::accession::Accession;
use cairn_core::amount::counted;
use cairn_core::consent::{Consent, State};
use cairn_core::id::CaseId;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::consent::{AskedConsent, AskedScope};
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_store::serial::CaseSerial;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use std::path::PathBuf;
use std::process::ExitCode;

/// Cases read at once.
const PAGE: u32 = 500;
/// Decisions shown with a consent.
const DECISIONS: u32 = 5;

/// What tested people agreed to: given, narrowed, withdrawn; who may see cases under agreement.
#[derive(Subcommand)]
pub enum ConsentCommand {
    /// Records a consent for a case, or that the cases of a submission were published.
    Add(Add),
    /// Shows the state of a case's consent, and every version.
    Show(OfCase),
    /// Narrows a consent to these scopes.
    Narrow(Narrow),
    /// Takes a consent back: from now on nothing of the case leaves its laboratory.
    Withdraw(OfCase),
    /// Lists the cases of a laboratory with the state of their consents.
    List(List),
    /// Makes a code by which the tested person opens the page of their case (`/patient`), or ends those there are.
    Code(Code),
    /// Opens a laboratory's cases without identity to another one as far as consent allows, or ends that.
    Agree(Agree),
}

/// A case of a laboratory.
#[derive(Args)]
pub struct OfCase {
    /// The laboratory whose case it is
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// The case's id
    case: CaseId,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn consent add` takes.
#[derive(Args)]
pub struct Add {
    /// The laboratory whose case it is
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// The case's id
    case: Option<CaseId>,
    /// What is allowed: TIER:CODES:RECIPIENTS[:UNTIL], such as 1:CC+HMB:agreed:2027-12-31
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// SHA-256 of the signed document
    #[arg(long, value_name = "HEX")]
    document: Option<String>,
    /// The language version shown, such as en-GB
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// A national ground, where no document was signed
    #[arg(long, value_name = "GROUND")]
    national: Option<String>,
    /// The day from which a child decides alone
    #[arg(long, value_name = "DAY")]
    reconsent: Option<Date>,
    /// To being looked at again: agreed, refused or unknown
    #[arg(long, value_name = "WORD")]
    reanalysis: Option<String>,
    /// To being told: agreed, refused or unknown
    #[arg(long, value_name = "WORD")]
    recontact: Option<String>,
    /// To findings that were not looked for: agreed, refused or unknown
    #[arg(long, value_name = "WORD")]
    secondary_findings: Option<String>,
    /// A profile that few people share may be given all the same
    #[arg(long)]
    allow_rare_profile: bool,
    /// The submission whose cases were published before they came
    #[arg(long, value_name = "ACCESSION", requires = "licence", conflicts_with = "case")]
    published: Option<Accession>,
    /// The licence of that publication, such as `CC BY 4.0`
    #[arg(long, value_name = "LICENCE")]
    licence: Option<String>,
    /// Where they were published
    #[arg(long, value_name = "SOURCE", default_value = "")]
    source: String,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn consent narrow` takes.
#[derive(Args)]
pub struct Narrow {
    #[command(flatten)]
    of: OfCase,
    /// What stays allowed: TIER:CODES:RECIPIENTS[:UNTIL]
    #[arg(long, value_name = "SCOPE", required = true)]
    scope: Vec<String>,
}

/// What `cairn consent list` takes.
#[derive(Args)]
pub struct List {
    /// The laboratory
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn consent code` takes.
#[derive(Args)]
pub struct Code {
    #[command(flatten)]
    of: OneCase,
    /// Ends the codes that are in force, and makes none
    #[arg(long)]
    end: bool,
}

/// What `cairn consent agree` takes.
#[derive(Args)]
pub struct Agree {
    /// The laboratory whose cases are opened
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// The laboratory that may see them; without it the agreements in force are listed
    partner: Option<String>,
    /// Ends the agreement
    #[arg(long)]
    end: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

async fn open(data: &Option<PathBuf>) -> anyhow::Result<Node> {
    Ok(Node::open(DataFolder::find(data.as_deref())?, World::real()).await?)
}

fn scopes(texts: &[String]) -> anyhow::Result<Vec<AskedScope>> {
    Ok(texts.iter().map(|text| AskedScope::read(text)).collect::<Result<_, _>>()?)
}

impl ConsentCommand {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::Add(add) => add.run().await,
                Self::Show(of) => of.show().await,
                Self::Narrow(narrow) => narrow.run().await,
                Self::Withdraw(of) => of.withdraw().await,
                Self::List(list) => list.run().await,
                Self::Code(code) => code.run().await,
                Self::Agree(agree) => agree.run().await,
            }
        })
    }
}

async fn print(node: &Node, lab: &str, case: CaseId) -> anyhow::Result<()> {
    let laboratory = node.laboratory(lab).await?;
    let history = node.consent_history(case, Viewer::Member(laboratory.serial)).await?;
    let history = history.with_context(|| format!("{} has no case `{case}`", laboratory.laboratory.name))?;
    let today = node.today();
    let current = history.last().map_or_else(Consent::none, |last| last.consent.clone());
    println!("{}.", current.sentence(today));
    println!("looked at again: {}; told: {}", current.reanalysis.label(), current.recontact.label());
    for one in &history {
        let scopes: Vec<String> = one.consent.scopes.iter().map(cairn_core::consent::Scope::label).collect();
        let day = one.recorded.strftime("%Y-%m-%d %H:%M");
        println!("version {}  {day}  {}  {}", one.version, one.consent.standing.label(), scopes.join("; "));
    }
    let decisions = node.latest_decisions_of_case(laboratory.serial, case, DECISIONS).await?.unwrap_or_default();
    if !decisions.is_empty() {
        println!("latest decisions (`cairn decision list --lab {lab} --case {case}` shows more):");
    }
    decisions.iter().for_each(|line| println!("  {}", crate::decision::in_words(line)));
    Ok(())
}

impl OfCase {
    async fn show(self) -> anyhow::Result<ExitCode> {
        let node = open(&self.data).await?;
        print(&node, &self.lab, self.case).await?;
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }

    async fn withdraw(self) -> anyhow::Result<ExitCode> {
        let node = open(&self.data).await?;
        let laboratory = node.laboratory(&self.lab).await?;
        if node.withdraw_consent(&laboratory, self.case, None).await?.is_none() {
            bail!("{} has no case `{}`", laboratory.laboratory.name, self.case);
        }
        print(&node, &self.lab, self.case).await?;
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(&self.data).await?;
        let laboratory = node.laboratory(&self.lab).await?;
        if let (Some(accession), Some(licence)) = (self.published, &self.licence) {
            let recorded = node.note_published(&laboratory, accession, licence, &self.source, None).await?;
            let cases = counted(recorded as u64, "case", "cases");
            let are = if recorded == 1 { "is" } else { "are" };
            println!("{cases} of {accession} {are} recorded as published under {licence}");
            node.close().await;
            return Ok(ExitCode::SUCCESS);
        }
        let case = self.case.context("name the case, or with --published the submission whose cases were published")?;
        let asked = AskedConsent {
            scopes: scopes(&self.scope)?,
            national: self.national,
            document_sha256: self.document,
            language: self.language,
            reconsent: self.reconsent,
            reanalysis: self.reanalysis,
            recontact: self.recontact,
            secondary_findings: self.secondary_findings,
            allows_rare_profile: self.allow_rare_profile,
        };
        let consent = node.read_consent(&asked, None).await?;
        if node.give_consent(&laboratory, case, consent).await?.is_none() {
            bail!("{} has no case `{case}`", laboratory.laboratory.name);
        }
        print(&node, &self.lab, case).await?;
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Narrow {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(&self.of.data).await?;
        let laboratory = node.laboratory(&self.of.lab).await?;
        let scopes = node.read_scopes(&scopes(&self.scope)?).await?;
        if node.narrow_consent(&laboratory, self.of.case, scopes, None).await?.is_none() {
            bail!("{} has no case `{}`", laboratory.laboratory.name, self.of.case);
        }
        print(&node, &self.of.lab, self.of.case).await?;
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(&self.data).await?;
        let laboratory = node.laboratory(&self.lab).await?.serial;
        let today = node.today();
        let mut after = CaseSerial::new(0);
        loop {
            let lines = node.consents(laboratory, after, PAGE).await?;
            let Some(last) = lines.last() else { break };
            after = last.case;
            for line in &lines {
                let state = line.consent.as_ref().map_or(State::None, |found| found.consent.state(today));
                if self.json {
                    let (case, local_id) = (line.case_id.to_string(), &line.local_id);
                    println!("{}", serde_json::json!({ "case": case, "local_id": local_id, "state": state.code() }));
                } else {
                    println!("{}  {}  {}", line.case_id, state.label(), line.local_id);
                }
            }
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Code {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let (node, laboratory, case) = self.of.find().await?;
        if self.end {
            let ended = node.revoke_patient_codes(laboratory.serial, case).await?;
            println!("{} ended", counted(ended as u64, "code", "codes"));
        } else {
            let made = node.make_patient_code(laboratory.serial, case, None).await?;
            let made = made.with_context(|| format!("{} has no case `{case}`", laboratory.laboratory.name))?;
            println!("{}", made.code);
            let ends = made.ends.strftime("%Y-%m-%d");
            eprintln!("for the page /patient, until {ends}; it is shown this once, and ends those from before");
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Agree {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(&self.data).await?;
        let laboratory = node.laboratory(&self.lab).await?;
        if let Some(partner) = &self.partner {
            let partner = node.laboratory(partner).await?;
            node.set_agreement(laboratory.serial, partner.serial, !self.end, None).await?;
        }
        let partners = node.partners(laboratory.serial).await?;
        if partners.is_empty() {
            println!("{} opens its cases to no laboratory", laboratory.laboratory.name);
        }
        for partner in partners {
            println!("{} may see cases of {} without identity", partner.laboratory.name, laboratory.laboratory.name);
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
