-- The record: one row each time an action goes on, chained by mac. Rows are only ever added.
create table lastpass_record (
  number bigint primary key,
  action_id text not null,
  version bigint not null,
  at text not null,
  actor text not null,
  action text not null,
  email text not null,
  outcome text not null,
  request_id text not null,
  content text not null,
  mac bytea not null,
  unique (action_id, version)
);
create index lastpass_record_email on lastpass_record (email);
create index lastpass_record_action on lastpass_record (action, at);

create function lastpass_record_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'lastpass_record is append-only';
end $$;
create trigger lastpass_record_rows before update or delete on lastpass_record
  for each row execute function lastpass_record_is_append_only();
create trigger lastpass_record_table before truncate on lastpass_record
  for each statement execute function lastpass_record_is_append_only();

-- Who changes whom right now: one unfinished action per address.
create table lastpass_claims (
  email text primary key,
  action_id text not null unique,
  action text not null,
  claimed_at text not null,
  lease_until text not null,
  key text unique,
  body text not null,
  recorded bigint not null
);

-- Which action an Idempotency-Key belongs to.
create table lastpass_keys (
  key text primary key,
  body text not null,
  action_id text not null
);

-- Where the database is also an API of its own (PostgREST, as Supabase has it), nobody but the owner gets at a row.
alter table lastpass_record enable row level security;
alter table lastpass_claims enable row level security;
alter table lastpass_keys enable row level security;
