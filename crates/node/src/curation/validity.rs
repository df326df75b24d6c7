//! Genes weighed against diseases, by the laboratories of this node.

use super::{Actor, CurationError, WRITING};
use crate::access::Viewer;
use crate::node::Node;
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::curation::{Act, Change, Draft, Edit, ValidityAssessment, weigh_validity};
use cairn_core::id::DraftId;
use cairn_core::laboratory::Laboratory;
use cairn_store::curation::{self as record, DraftHead, NewDraft, Subject};
use cairn_store::laboratory;

/// A weighing as its reader may see it: the laboratory's own as it stands, another's as it was
/// shared with the network.
#[derive(Debug)]
pub struct GeneSheet {
    /// Its head.
    pub head: DraftHead,
    /// Whose.
    pub laboratory: Laboratory,
    /// Whether the reader sees it as it stands.
    pub is_own: bool,
    /// What it says.
    pub draft: Draft,
    /// What that amounts to; `None` while there is no guideline.
    pub assessment: Option<ValidityAssessment>,
}

impl Node {
    /// Begins to weigh a gene against a disease.
    ///
    /// # Errors
    /// When the role forbids it, or the gene is not known.
    pub async fn begin_validity(
        &self,
        actor: &Actor,
        gene: &str,
        condition: Condition,
        inheritance: Option<Inheritance>,
    ) -> Result<DraftId, CurationError> {
        Draft::default().may_edit(&actor.user)?;
        let gene = self.reference().genes().approved(gene);
        let gene = gene.map_err(|error| CurationError::field("gene", error.to_string()))?;
        let known = self.known_guidelines().await?;
        let guideline = known
            .find("gene-validity")
            .map_err(|error| CurationError::field("guideline", error.to_string()))?
            .address();
        let changes = vec![
            Change::Guideline { address: guideline },
            Change::Condition { condition },
            Change::Inheritance { mode: inheritance },
        ];
        let id = DraftId::from_random((self.world().random)());
        let _turn = WRITING.lock().await;
        let mut writer = self.store().write().await?;
        let new = NewDraft {
            id,
            laboratory: actor.laboratory.serial,
            subject: Subject::Gene(gene),
            local_key: None,
            source_accession: None,
            by: actor.user.id,
            at: self.now(),
        };
        record::add(&mut writer, &new).await?;
        let (head, _) = record::by_id(&mut writer, id).await?.ok_or(CurationError::NotFound)?;
        let edits = changes.into_iter().map(|change| Edit { base: 0, change }).collect();
        self.append(&mut writer, &head, &mut Draft::replay([]), actor, &known, Act::Edit { edits }).await?;
        writer.commit().await?;
        Ok(id)
    }

    /// The weighings of a gene that the reader may see.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn gene_sheets(&self, gene: &str, viewer: Viewer) -> Result<Vec<GeneSheet>, CurationError> {
        let known = self.known_guidelines().await?;
        let mut reader = self.store().read().await?;
        let heads = record::of_gene(&mut reader, gene, viewer.own()).await?;
        let mut sheets = Vec::new();
        for head in heads {
            let revisions = record::revisions(&mut reader, head.serial).await?;
            let now = Draft::replay(&revisions);
            let is_own = viewer.may_see_drafts_of(head.laboratory);
            let draft = match (is_own, now.shared.last()) {
                (true, _) => now,
                (false, Some(last)) => Draft::replay(revisions.iter().take_while(|one| one.number <= last.revision)),
                (false, None) => continue,
            };
            let Some(whose) = laboratory::by_serials(&mut reader, &[head.laboratory]).await?.pop() else { continue };
            let assessment = weigh_validity(&draft, &known).ok();
            sheets.push(GeneSheet { head, laboratory: whose.laboratory, is_own, draft, assessment });
        }
        Ok(sheets)
    }
}
