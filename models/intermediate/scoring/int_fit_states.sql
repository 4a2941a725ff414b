with

lead_versions as (
    select * from {{ ref('int_lead_versions') }}
),

account_versions as (
    select * from {{ ref('int_account_versions') }}
),

leads as (
    select * from {{ ref('int_leads') }}
),

-- a stretch of time over which neither the lead's version nor its account's changes
states as (
    select
        leads.lead_key,
        leads.lead_id,
        lead_versions.version_number as lead_version_number,
        account_versions.account_domain,
        account_versions.version_number as account_version_number,
        greatest(
            lead_versions.valid_from,
            coalesce(account_versions.valid_from, lead_versions.valid_from)
        ) as valid_from,
        case
            when account_versions.valid_to is null then lead_versions.valid_to
            when lead_versions.valid_to is null then account_versions.valid_to
            else least(lead_versions.valid_to, account_versions.valid_to)
        end as valid_to
    from lead_versions
    inner join leads
        on lead_versions.lead_id = leads.lead_id
    left join account_versions
        on
            lead_versions.account_domain = account_versions.account_domain
            and (
                lead_versions.valid_to is null
                or account_versions.valid_from is null
                or lead_versions.valid_to > account_versions.valid_from
            )
            and (account_versions.valid_to is null or lead_versions.valid_from < account_versions.valid_to)
    where lead_versions.is_held
),

states_numbered as (
    select
        states.*,
        row_number() over (partition by states.lead_key order by states.valid_from) as state_number
    from states
)

select * from states_numbered
