-- Whose cases a laboratory may see is asked at every look-up that meets a case.
CREATE INDEX sharing_agreement_by_partner ON sharing_agreement (partner_id, laboratory_id, version);
