with

source as (
    select * from {{ ref('psi_classes') }}
),

typed as (
    select
        trim(source.psi_class) as psi_class,
        cast(trim(source.min_psi) as decimal(9, 4)) as min_psi,
        trim(source.reason) as reason
    from source
),

-- a class ends where the next one begins
ranked as (
    select
        typed.psi_class,
        typed.min_psi,
        lead(typed.min_psi) over (order by typed.min_psi) as below_psi,
        typed.reason
    from typed
)

select * from ranked
