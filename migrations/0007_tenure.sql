-- A tenure is counted in instalments, which need not be months apart.

ALTER TABLE offer_templates RENAME COLUMN tenure_months TO tenure;
