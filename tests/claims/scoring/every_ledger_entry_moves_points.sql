select
    ledger.definition_id,
    ledger.lead_id,
    ledger.rule_id,
    ledger.source_id,
    ledger.entry_at,
    ledger.entry_kind
from {{ ref('fct_score_ledger') }} as ledger
where ledger.points = 0
