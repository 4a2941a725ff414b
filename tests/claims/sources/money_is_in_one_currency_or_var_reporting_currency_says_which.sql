-- Amounts of different currencies do not add. Name the one to report in: --vars 'reporting_currency: EUR', or
-- dbt_project.yml; amounts in the others are then left out.
select
    reporting_currency.currencies_found,
    'set the var reporting_currency to the one that counts' as what_to_do
from {{ ref('int_reporting_currency') }} as reporting_currency
where reporting_currency.currencies_found > 1 and reporting_currency.currency is null
