-- What suggestions look up: the variants that change a residue, and the conditions of a case.
CREATE INDEX variant_gene_by_residue ON variant_gene (gene, protein_start, variant_id);
CREATE INDEX case_condition_by_case ON case_condition (clinical_case_id, version);
