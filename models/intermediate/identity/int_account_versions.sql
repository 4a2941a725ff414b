with

accounts as (
    select * from {{ ref('stg_accounts') }}
),

as_of as (
    select * from {{ ref('stg_as_of') }}
),

deliveries_ranked as (
    select
        accounts.*,
        row_number() over (
            partition by accounts.account_domain, accounts.version_at
            order by {{ content_order('accounts', 'accounts') }}
        ) as delivery_rank
    from accounts
),

versions_numbered as (
    select
        deliveries_ranked.*,
        row_number() over (
            partition by deliveries_ranked.account_domain
            order by deliveries_ranked.version_at
        ) as version_number
    from deliveries_ranked
    where deliveries_ranked.delivery_rank = 1
),

-- the first version holds from the beginning: a new target list does not rewrite who was a target when
versions_seen as (
    select
        versions_numbered.*,
        case
            when versions_numbered.version_number > 1 then versions_numbered.version_at
        end as valid_from,
        lead(versions_numbered.version_at) over (
            partition by versions_numbered.account_domain
            order by versions_numbered.version_number
        ) as valid_to
    from versions_numbered
    cross join as_of
    where versions_numbered.version_number = 1 or versions_numbered.version_at <= as_of.as_of
),

versions as (
    select
        versions_seen.account_domain,
        versions_seen.version_number,
        versions_seen.valid_from,
        versions_seen.valid_to,
        versions_seen.company_domain,
        versions_seen.updated_at,
        versions_seen.is_target_account,
        versions_seen.account_tier,
        versions_seen.industry,
        versions_seen.employee_count,
        versions_seen.annual_revenue,
        versions_seen.country
    from versions_seen
)

select * from versions
